"""When to look again: the earliest instant at which time alone changes a result."""

from __future__ import annotations

from datetime import datetime

from weixi.duties.engine.evaluate import Result


def next_change(result: Result, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which the result would differ by mere passage of time; None: never.

    The opening of a cadence period that nobody has touched does not count (it is computed when read); its
    end does. An instant too early is possible, one too late is not. `now` is the result's own instant or a
    later one before the change; another raises ValueError.
    """
    if now < result.now or (result.wake is not None and now >= result.wake):
        raise ValueError(f"the result of {result.now.isoformat()} says nothing about {now.isoformat()}")
    return result.wake
