"""Which waiting duties of a customer a talk settles: shown before saving, stated as evidence when saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from weixi.duties.enums import RuleKind
from weixi.duties.lines import DutyLine
from weixi.duties.queries.listing import by_due
from weixi.interactions.services import Evidence
from weixi.interactions.services.interactions import PROVABLE
from weixi.policy.queries import version_in_force

# More are offered to nobody: who opened the form from a duty has it ticked at the top.
MOST = 8


@dataclass(frozen=True, slots=True)
class Settled:
    """`by_itself`: the talk alone closes it and nobody can untick that; else it is stated when ticked."""

    line: DutyLine
    by_itself: bool
    ticked: bool
    # What the call must answer, in the policy's words.
    question: str = ""


def questions_of_calls() -> dict[str, str]:
    """{rule: the question its call must answer} of the policy in force."""
    found = version_in_force()
    questions = found.policy.callback.question if found else ()
    return {str(each.rule): each.question for each in questions if each.rule}


def settled_by(
    lines: Iterable[DutyLine], talk: Mapping[str, str], now: datetime, *, wanted: str = "", ticked: Iterable[str] = ()
) -> list[Settled]:
    """The duties that a talk with these values (kind, depth, direction, purpose) settles or may settle.

    `wanted` is the duty the form was opened from; `ticked` what was ticked when the form came back.
    """
    chosen, asked, extra = set(ticked), questions_of_calls(), _extra_purposes()
    found = []
    for line in lines:
        if not line.waits or line.opens_at > now:
            continue
        if "interaction.recorded" in line.closes_on:
            # A talk is no evidence for its own entry: that one is settled by being entered.
            if not line.subject.startswith("interaction:") and qualifies(line, talk, extra):
                found.append(Settled(line, True, True, asked.get(line.clause, "")))
        elif provable(line):
            ticked_now = line.key == wanted or line.key in chosen
            found.append(Settled(line, False, ticked_now, asked.get(line.clause, "")))
    found.sort(key=lambda item: (item.line.key != wanted, not item.by_itself, by_due(item.line)))
    return [item for place, item in enumerate(found) if item.ticked or place < MOST]


def evidence_of(lines: Iterable[DutyLine], ticked: Iterable[str]) -> list[Evidence]:
    """The further facts that a saved talk states for the ticked duties."""
    chosen = set(ticked)
    found = []
    for line in lines:
        kind = provable(line)
        if line.key not in chosen or kind is None:
            continue
        subject, _, key = line.subject.partition(":")
        # Named only where the rule asks for it: else it would settle rules of the same anchor that do.
        data = {"anchor": line.anchor} if line.matched else {}
        found.append(Evidence(kind, (subject, key) if subject else None, data))
    return found


def provable(line: DutyLine) -> str | None:
    """The event type by which a talk can prove this duty, beside being a talk."""
    return next((kind for kind in PROVABLE if kind in line.closes_on), None)


def _extra_purposes() -> frozenset[str]:
    found = version_in_force()
    return found.policy.extra_purposes if found else frozenset()


def qualifies(line: DutyLine, talk: Mapping[str, str], extra: frozenset[str] = frozenset()) -> bool:
    """Whether a talk with these values is what a cadence or a node asks for; `extra` are purposes that do not count
    towards a cadence that does not ask for them."""
    if line.kind == RuleKind.CADENCE and "purpose" not in line.qualifies and talk.get("purpose", "") in extra:
        return False
    for name, asked in line.qualifies.items():
        options = asked if isinstance(asked, list | tuple) else (asked,)
        if talk.get(name.removeprefix("data."), "") not in options:
            return False
    return True
