"""What still keeps a document from being put in force, though it can be read and edited."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from weixi.policy.document.grading import Grading, Vip
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import Problem
from weixi.policy.document.promises import unkept

NEEDED = {"quadrant": "threshold", "spend": "spend", "vip": "vip"}
VIP_BLANKS = (
    ("vip", ("annual_amount_from", "orders_6m_from")),
    (
        "important",
        ("annual_amount_from", "annual_amount_below", "orders_6m_from", "orders_6m_to", "csat_from"),
    ),
    ("normal", ("annual_amount_below", "orders_6m_to")),
    ("high_potential", ("annual_amount_below", "industry_outlook_from", "intent_from")),
)


def can_activate(policy: Policy) -> list[Problem]:
    """Everything that is missing or wrong before the document can take effect; empty when nothing is."""
    if policy.grading is None:
        return [*unkept(policy)]
    return [*_missing(policy.grading), *_weights(policy.grading), *_blanks(policy.grading), *unkept(policy)]


def _blank(path: str, message: str = "this must be filled before the policy takes effect") -> Problem:
    return Problem("blank", path, message)


def _missing(grading: Grading) -> Iterator[Problem]:
    for key in ("every", "approve_by"):
        if getattr(grading, key) is None:
            yield _blank(f"grading.{key}")
    needed = NEEDED[grading.preset]
    if getattr(grading, needed) is None:
        yield _blank(f"grading.{needed}", f"preset {grading.preset} needs [grading.{needed}]")


def _weights(grading: Grading) -> Iterator[Problem]:
    for dimension in ("value", "potential"):
        weights = [one.weight for one in grading.indicator if one.dimension == dimension]
        total = sum(weights, Decimal(0))
        if weights and total != 1:
            said = {"dimension": dimension, "sum": f"{total.normalize():f}"}
            template = "the weights of dimension {dimension} sum to {sum}, not to 1"
            yield Problem(
                "weights", "grading.indicator", template.format(**said), sentence=template, params=said,
            )  # fmt: skip
        if not weights and grading.preset == "quadrant":
            yield _blank("grading.indicator", f"preset quadrant needs an indicator of dimension {dimension}")


def _blanks(grading: Grading) -> Iterator[Problem]:
    if grading.preset != "vip" or grading.vip is None:
        return
    vip = grading.vip
    if vip.partnership is None:
        yield _blank(
            "grading.vip.partnership",
            "say what a strategic partnership counts for: none, further, instead or enough",
        )
    for grade, keys in VIP_BLANKS:
        test = getattr(vip, grade)
        for key in keys:
            if getattr(test, key) is None:
                yield _blank(f"grading.vip.{grade}.{key}")
    if vip.partnership != "instead" and vip.vip.csat_from is None:
        yield _blank("grading.vip.vip.csat_from")
    yield from _judged(grading, vip)


def _judged(grading: Grading, vip: Vip) -> Iterator[Problem]:
    """Outlook and intent are opinions: the scorecard must ask for them."""
    keys = {one.key for one in grading.indicator}
    for key in ("industry_outlook", "intent"):
        if "high_potential" in vip.order and key not in keys:
            yield _blank("grading.indicator", f'high potential is judged by "{key}": the scorecard must ask for it')
