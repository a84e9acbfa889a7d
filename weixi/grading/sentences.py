"""How grades are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.grades import grade_labels
from weixi.grading.sections import grading_in_force
from weixi.grading.words import indicator_titles, reasons_text
from weixi.kernel.drawing.moments import partial_day_text
from weixi.kernel.sentences import POLICY, Sentence, Told, register


def _reason(told: Told) -> str:
    reasons: Any = told.get("reasons")
    if isinstance(reasons, str):
        return reasons[:300]
    known = (
        [reason for reason in reasons if isinstance(reason, dict) and "key" in reason]
        if isinstance(reasons, list)
        else []
    )
    return reasons_text(known, _titles())[:300]


def _titles() -> Mapping[str, str]:
    """What the policy in force calls its indicators."""
    section = grading_in_force()
    return indicator_titles(section) if section else {}


def graded(told: Told) -> Sentence:
    labels = grade_labels()
    new, old = (labels.get(told.get(name) or "", told.get(name) or "") for name in ("grade", "old"))
    if old and old != new:
        text = _("Grade changed from %(old)s to %(new)s.") % {"old": old, "new": new}
    else:
        text = _("Graded %(new)s.") % {"new": new}
    return Sentence(text, said=_reason(told))


def fell(told: Told) -> Sentence:
    if days := told.get("silent_days"):
        return Sentence(_("No purchase for %(n)s days, far longer than usual.") % {"n": days}, "warn")
    return Sentence(_("The amount of 12 months fell below what the grade asks for."), "warn")


def judged(told: Told) -> Sentence:
    code = told.get("indicator") or ""
    words = {"who": told.who, "indicator": _titles().get(code, code), "score": told.get("score")}
    return Sentence(_("%(who)s judged %(indicator)s: %(score)s.") % words, said=str(told.get("basis") or ""))


def _asked_grade(told: Told) -> dict[str, Any]:
    code = told.get("grade") or ""
    return {"who": told.who, "grade": grade_labels().get(code, code)}


def override_asked(told: Told) -> Sentence:
    words = _asked_grade(told) | {"day": partial_day_text(str(told.get("expires_on") or ""))}
    text = _("%(who)s asks for the grade %(grade)s until %(day)s.")
    return Sentence(text % words, said=str(told.get("reason") or ""))


def override_passed(told: Told) -> Sentence:
    words = _asked_grade(told) | {"n": told.get("step"), "m": told.get("steps")}
    return Sentence(_("%(who)s agrees to the grade %(grade)s: step %(n)s of %(m)s.") % words)


def override_decided(told: Told) -> Sentence:
    if told.get("approved"):
        return Sentence(_("%(who)s approved the grade %(grade)s.") % _asked_grade(told))
    return Sentence(_("%(who)s did not approve the grade %(grade)s.") % _asked_grade(told))


def register_all() -> None:
    register("grade.override_asked", override_asked, icon="grade", kind=POLICY)
    register("grade.override_passed", override_passed, icon="grade", kind=POLICY)
    register("grade.override_decided", override_decided, icon="grade", kind=POLICY)
    register("customer.graded", graded, icon="grade", kind=POLICY)
    register("grade.fall_noticed", fell, icon="warn", kind=POLICY)
    register("indicator.judged", judged, icon="scale", kind=POLICY)
