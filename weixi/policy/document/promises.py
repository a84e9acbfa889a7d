"""What a document may say and nobody would do: never passed over in silence.

Some things the product does in one way only: another value is refused before it takes effect. Some are said in two
places: then one of them holds, and where the other says something else this is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import Problem

# Written by the engine, never read by it.
OUTPUT = frozenset({"duty.opened", "duty.escalated"})
# Figures of a grading are over so many months, as their names say (`orders_12m`).
WINDOW_MONTHS = 12
# The ways by which data come into the archive.
CHANNELS = ("手工录入", "Excel/CSV模板", "接口")


def unkept(policy: Policy) -> Iterator[Problem]:
    """Every place that says something else than what would happen: it keeps the document from taking effect."""
    yield from _one_way_only(policy)


def overruled(policy: Policy) -> Iterator[Problem]:
    """What is worth a word and no hindrance: a place that names somebody while another place, which holds, names
    others; a rule that opens only when it is late already, or waits for what never comes."""
    yield from _who_decides(policy)
    yield from _late_or_never(policy)


def _problem(code: str, path: str, sentence: str, **params: str) -> Problem:
    return Problem(code, path, sentence.format(**params), sentence=sentence, params=params)


def _one_way_only(policy: Policy) -> Iterator[Problem]:
    window = policy.grading.window if policy.grading else None
    if window is not None and (window.months, window.days) != (WINDOW_MONTHS, 0):
        yield _problem(
            "one_way", "grading.window", "the figures of a grading are over {months} months: write P12M or leave it out",
            months=str(WINDOW_MONTHS),
        )  # fmt: skip
    if policy.organisation.handover_keeps_history is False:
        yield _problem(
            "one_way", "organisation.handover_keeps_history",
            "a customer's history stays with it whoever owns it: say yes or leave it out",
        )  # fmt: skip
    named = policy.archive.channels
    if named and set(named) != set(CHANNELS):
        yield _problem(
            "one_way", "archive.channels",
            "the ways into the archive are {allowed}, and all are open; who may use them the roles say: name these "
            "three or leave the list out",
            allowed=", ".join(CHANNELS),
        )  # fmt: skip


def _who_decides(policy: Policy) -> Iterator[Problem]:
    """The grading section holds; its chains of approval add the steps between."""
    grading = policy.grading
    if grading is None:
        return
    by_hand = grading.override
    said = (
        ("grading_standard", "grading.standards_approved_by", grading.standards_approved_by, "grading.drafted_by", (grading.drafted_by,)),
        ("grading_run", "grading.approve_by", grading.approve_by, "grading.graded_by", (grading.graded_by,)),
        (
            "grade_override", "grading.override.approved_by", by_hand.approved_by if by_hand else None,
            "grading.override.asked_by", by_hand.asked_by if by_hand else (None,),
        ),
    )  # fmt: skip
    for code, decides_at, decides, prepares_at, prepare in said:
        chain = policy.approval.get(code)
        if chain is None:
            continue
        last = len(chain.steps) - 1
        if decides is not None and decides not in chain.steps[last].by:
            yield _two_say(f"approval.{code}.steps[{last}].by", chain.steps[last].by, decides_at, (decides,))
        first = chain.steps[0]
        named = tuple(role for role in prepare if role is not None)
        if first.act == "prepare" and named and set(named) != set(first.by):
            yield _two_say(f"approval.{code}.steps[0].by", first.by, prepares_at, named)


def _late_or_never(policy: Policy) -> Iterator[Problem]:
    for place, rule in enumerate(policy.deadline):
        path = f"deadline[{place}]"
        if rule.after is not None and rule.within is not None and rule.after.surely_exceeds(rule.within):
            yield _problem(
                "late_opening", f"{path}.after", "the rule opens {after} after its event and is due after {within}: always late",
                after=rule.after.text, within=rule.within.text,
            )  # fmt: skip
        for key, types in (("opens_on", (rule.opens_on,)), ("closes_on", rule.closes_on)):
            if all(name in OUTPUT for name in types):
                yield _problem(
                    "never_comes", f"{path}.{key}", "{types} comes of duties and makes none: this never happens",
                    types=", ".join(types),
                )  # fmt: skip


def _two_say(path: str, here: tuple[str, ...], other: str, there: tuple[str, ...]) -> Problem:
    return _problem(
        "two_say", path, "{here} stands here, {there} at {other}, and that holds",
        here=", ".join(here), there=", ".join(there), other=other,
    )  # fmt: skip
