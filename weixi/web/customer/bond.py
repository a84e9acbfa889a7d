"""The 往来线: twelve months of contacts over twelve months of promises, as points of a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.duties.queries.of_customer import Promise
from weixi.kernel.drawing.moments import chinese, day_text

MONTHS = 12
# "Promises" and "In touch" end before the first mark.
LEFT, STEP, FIRST, ROOM = 58, 68, 6.0, 58.0
GAP = 12.5
# More marks than this in one month would be dust: the rest is said as a number.
MOST = 12
CONTACT_Y, PROMISE_Y = 16, 46
WAYS = {"visit": "visit", "meeting": "visit", "event": "visit", "call": "call", "video": "call"}


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: int
    shape: str
    title: str


@dataclass(frozen=True, slots=True)
class Month:
    x: int
    label: str
    present: bool
    marks: tuple[Mark, ...]
    more: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Bond:
    """`legend`: (shape, words, number) of what is there."""

    months: tuple[Month, ...]
    contacts: tuple[tuple[str, Any, int], ...]
    promises: tuple[tuple[str, Any, int], ...]
    label: str


def first_month(today: date) -> date:
    """The first day of the first of the twelve months that end with today's."""
    month = today.month + 1
    return date(today.year - 1, month, 1) if month <= 12 else date(today.year, 1, 1)


def draw(contacts: Iterable[tuple[datetime, str]], promises: Sequence[Promise], today: date) -> Bond:
    """`contacts` are (moment, kind of interaction), in order of time."""
    start = first_month(today)
    above: list[list[tuple[str, str]]] = [[] for _month in range(MONTHS)]
    below: list[list[tuple[str, str]]] = [[] for _month in range(MONTHS)]
    for at, kind in contacts:
        if (place := _place(at, start)) is not None:
            shape = WAYS.get(kind, "msg")
            above[place].append((shape, f"{_day(at)} {_ways()[shape]}"))
    for promise in promises:
        at = promise.due_at or promise.opens_at
        place = _place(min(at, timezone.now()) if promise.mark == "open" else at, start)
        if place is not None:
            below[place].append((promise.mark, f"{_day(at)} {promise.title}"))
    months = []
    for number in range(MONTHS):
        month = (start.month - 1 + number) % 12 + 1
        x = LEFT + STEP * number
        ups, more_up = _row(above[number], x, CONTACT_Y)
        downs, more_down = _row(below[number], x, PROMISE_Y)
        label = f"{month}月" if chinese() else f"{date(2000, month, 1):%b}"
        months.append(Month(x, label, number == MONTHS - 1, ups + downs, more_up + more_down))
    up, down = _counted(above, _ways()), _counted(below, _states())
    words = [f"{label} {number}" for _shape, label, number in (*up, *down)]
    return Bond(tuple(months), up, down, _("The last 12 months: %(what)s") % {"what": _(", ").join(words) or "0"})


def _ways() -> dict[str, str]:
    return {"visit": _("Visits"), "call": _("Calls"), "msg": _("Messages")}


def _states() -> dict[str, str]:
    return {"kept": _("In time"), "lk": _("Done late"), "late": _("Not done"), "open": _("Open")}


def _place(at: datetime, start: date) -> int | None:
    here = timezone.localtime(at)
    place = (here.year - start.year) * 12 + here.month - start.month
    return place if 0 <= place < MONTHS else None


def _day(at: datetime) -> str:
    return day_text(timezone.localtime(at).date(), year=False)


def _row(marks: list[tuple[str, str]], x: int, y: int) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    shown = marks[:MOST]
    gap = min(GAP, (ROOM - FIRST) / max(1, len(shown) - 1)) if len(shown) > 1 else GAP
    drawn = tuple(Mark(round(x + FIRST + place * gap, 1), y, *mark) for place, mark in enumerate(shown))
    rest = len(marks) - len(shown)
    return drawn, ((Mark(x + ROOM, y + 14, "more", f"+{rest}"),) if rest else ())


def _counted(rows: list[list[tuple[str, str]]], words: dict[str, str]) -> tuple[tuple[str, Any, int], ...]:
    shapes = [shape for row in rows for shape, _title in row]
    return tuple((shape, word, shapes.count(shape)) for shape, word in words.items() if shape in shapes)
