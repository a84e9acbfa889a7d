"""When a duty was settled, as known at any instant: closed by evidence, withdrawn, or waived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from weixi.duties.engine.duty import Step

SECOND = timedelta(seconds=1)
# Instants have microseconds: the first one after another.
MOMENT = timedelta(microseconds=1)


class Evidence(NamedTuple):
    """`done_from`: enough closing events were known from then on. `withdrawn_from`: withdrawn for good from
    then on; with it, closing events recorded later count for nothing."""

    done_from: datetime | None
    withdrawn_from: datetime | None

    def settled(self, at: datetime) -> bool:
        """Done or withdrawn, as known at that instant."""
        return (self.withdrawn_from is not None and self.withdrawn_from <= at) or (
            self.done_from is not None and self.done_from <= at
        )


NO_EVIDENCE = Evidence(None, None)


def weigh(done_from: datetime | None, withdrawal: datetime | None) -> Evidence:
    """The first withdrawal counts unless enough closing events were recorded by then, that instant
    included; if they were, no withdrawal counts at all."""
    if withdrawal is None or (done_from is not None and done_from <= withdrawal):
        return Evidence(done_from, None)
    return Evidence(None, withdrawal)


def fired(
    steps: Iterable[Step],
    now: datetime,
    waived_at: datetime | None,
    was_settled: Callable[[datetime], bool],
) -> tuple[Step, ...]:
    """The steps whose time has come and whose duty was then, as known then, still to be done."""
    return tuple(
        step
        for step in steps
        if step.at <= now and (waived_at is None or waived_at > step.at) and not was_settled(step.at)
    )


def late_seconds(closed_at: datetime, due_at: datetime) -> int:
    return max(0, (closed_at - due_at) // SECOND)
