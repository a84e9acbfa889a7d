"""What people judge of a customer, with the basis (G-1)."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.customers.services.values import clean_values
from weixi.grading.access import require_visible
from weixi.grading.ladders import PARTNERSHIP
from weixi.grading.models import Judgement
from weixi.grading.sections import grading_in_force
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.document.grading import Grading

FULL = Decimal(100)


def judged_keys(section: Grading | None) -> tuple[str, ...]:
    """The indicators of a section that people judge; partnership where the preset asks for it."""
    if section is None:
        return ()
    keys = [row.key for row in section.indicator if row.judged]
    if section.vip is not None and section.vip.partnership not in (None, "none"):
        keys.append(PARTNERSHIP)
    return tuple(dict.fromkeys(keys))


def judge_indicator(
    customer: Customer, indicator: str, *, viewer: Viewer, score: Decimal | int, basis: str
) -> Judgement:
    """Give an opinion on an indicator, 0-100, with its basis; it replaces the one before.

    The same score and basis again changes nothing. Raises Invalid naming the field at fault.
    """
    viewer.require(Right.GRADING_JUDGE)
    require_visible(viewer, customer)
    section = grading_in_force()
    if indicator not in judged_keys(section):
        raise Invalid(
            _("The policy in force has no judged indicator of this name."),
            fields={"indicator": _("Choose one of the list.")},
        )
    value = Decimal(score)
    if not value.is_finite() or not 0 <= value <= FULL:
        raise Invalid(_("A score is from 0 to 100."), fields={"score": _("Type a number from 0 to 100.")})
    _require_level(section, indicator, value)
    text = clean_values({"basis": basis})["basis"]
    if not text or len(text) > 300:
        raise Invalid(
            _("Say what the score rests on, in at most 300 characters."), fields={"basis": _("A basis is needed.")}
        )
    value = value.quantize(Decimal("0.01"))
    with unit_of_work(actor=viewer.actor) as work:
        valid = Judgement.objects.select_for_update().filter(customer=customer, indicator=indicator, replaced_at=None)
        old = valid.first()
        if old is not None and (old.score, old.basis) == (value, text):
            return old
        valid.update(replaced_at=work.now)
        made = Judgement.objects.create(
            customer=customer, indicator=indicator, score=value, basis=text, by=viewer.user, at=work.now
        )
        work.record(
            "indicator.judged",
            customer=customer.pk,
            subject=("judgement", made.pk),
            data={
                "indicator": indicator, "score": str(value), "old": str(old.score) if old else None, "basis": text,
            },
        )  # fmt: skip
    return made


def withdraw_judgement(judgement: Judgement, *, viewer: Viewer) -> None:
    """The opinion no longer holds and nothing takes its place. Raises Conflict when it was replaced already."""
    viewer.require(Right.GRADING_JUDGE)
    require_visible(viewer, judgement.customer)
    with unit_of_work(actor=viewer.actor) as work:
        if not Judgement.objects.filter(pk=judgement.pk, replaced_at=None).update(replaced_at=work.now):
            raise Conflict(_("This judgement was replaced already."))
        work.record(
            "indicator.judged",
            customer=judgement.customer_id,
            subject=("judgement", judgement.pk),
            data={"indicator": judgement.indicator, "score": None, "old": str(judgement.score), "basis": ""},
        )


def _require_level(section: Grading | None, indicator: str, score: Decimal) -> None:
    """An indicator with named answers takes the scores of those and no other."""
    row = next((row for row in section.indicator if row.key == indicator), None) if section else None
    if row is not None and row.levels and score not in {level for _name, level in row.levels}:
        named = _(", ").join(f"{name} {level}" for name, level in row.levels)
        raise Invalid(
            _("This indicator has the answers %(levels)s.") % {"levels": named},
            fields={"score": _("Choose one of the answers.")},
        )
