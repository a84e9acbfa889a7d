"""How grades are told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.grades import grade_labels
from weixi.kernel.sentences import POLICY, Sentence, Told, register


def _reason(told: Told) -> str:
    reasons: Any = told.get("reasons")
    if isinstance(reasons, str):
        return reasons[:300]
    return _(", ").join(map(str, reasons))[:300] if isinstance(reasons, list) else ""


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
    words = {"who": told.who, "indicator": told.get("indicator") or "", "score": told.get("score")}
    return Sentence(_("%(who)s judged %(indicator)s: %(score)s.") % words, said=str(told.get("basis") or ""))


def register_all() -> None:
    register("customer.graded", graded, icon="grade", kind=POLICY)
    register("grade.fall_noticed", fell, icon="warn", kind=POLICY)
    register("indicator.judged", judged, icon="scale", kind=POLICY)
