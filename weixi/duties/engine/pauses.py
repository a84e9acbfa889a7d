"""Pauses of a deadline: while one lasts the clock stands still."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from weixi.duties.engine.events import Event
from weixi.duties.engine.timeline import Book, DeadlineRule


class Paused(NamedTuple):
    """The due time reached; `still` while a pause has no end yet."""

    due: datetime
    still: bool


def move_due(
    book: Book, rule: DeadlineRule, events: Iterable[Event], due: datetime, closed_at: datetime | None
) -> Paused:
    """Run through the pausing and resuming events (in order of occurrence, from the anchor on).

    A pause that begins at or after the due time reached so far, or at or after the closing, counts for
    nothing; the closing ends a pause that is open.
    """
    since: datetime | None = None
    for event in events:
        if since is None:
            counts = event.occurred_at < due and (closed_at is None or event.occurred_at < closed_at)
            if counts and event.type in rule.pauses_on:
                since = event.occurred_at
        elif event.type in rule.resumes_on:
            due = _moved(book, rule, due, since, _earlier(event.occurred_at, closed_at))
            since = None
    if since is not None and closed_at is not None:
        return Paused(_moved(book, rule, due, since, closed_at), False)
    return Paused(due, since is not None)


def _earlier(one: datetime, other: datetime | None) -> datetime:
    return one if other is None or one < other else other


def _moved(book: Book, rule: DeadlineRule, due: datetime, start: datetime, end: datetime) -> datetime:
    if rule.rule.clock == "working":
        return book.calendar.add_time(due, book.calendar.between(start, end))
    return due + (end - start)
