"""Two customers side by side: what the page shows and what was filled in on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from weixi.customers.merging.plan import FieldChoice, MergePlan


@dataclass(frozen=True, slots=True)
class Line:
    """A field on the page of two: both values in words, which is chosen, what was written instead."""

    choice: FieldChoice
    winner: str
    loser: str
    how: str
    own: str


def lines_of(plan: MergePlan, typed: Mapping[str, str]) -> list[Line]:
    """The plan's fields as the page draws them; `typed` is what a refused form had."""
    return [
        Line(
            choice,
            choice.words(choice.winner) if choice.winner not in (None, "", ()) else "",
            choice.words(choice.loser),
            typed.get(f"take:{choice.key}") or ("loser" if choice.take == choice.loser else "winner"),
            typed.get(f"own:{choice.key}", ""),
        )
        for choice in plan.fields
    ]


def typed_values(plan: MergePlan, typed: Mapping[str, str]) -> dict[str, Any]:
    """{key: value} as the page was filled in: the one's, the other's, or what was written instead."""
    return {choice.key: _typed(choice, typed) for choice in plan.fields}


def _typed(choice: FieldChoice, typed: Mapping[str, str]) -> Any:
    how = typed.get(f"take:{choice.key}", "")
    if how == "winner":
        return choice.winner
    if how == "loser":
        return choice.loser
    if how == "own" and choice.writable:
        return typed.get(f"own:{choice.key}", "")
    return choice.take


def people_chosen(texts: Iterable[str]) -> dict[int, int]:
    """{person of the one that goes: person of the one that stays} of `17:4`."""
    found = {}
    for text in texts:
        one, _colon, other = text.partition(":")
        if (first := number_of(one)) is not None and (second := number_of(other)) is not None:
            found[first] = second
    return found


def number_of(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 19 else None
