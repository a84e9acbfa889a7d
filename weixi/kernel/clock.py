"""The one source of "now": tests and simulations move it, nothing else reads the system clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("weixi_frozen_now", default=None)


def now() -> datetime:
    """The present instant, in UTC, with microseconds."""
    return _frozen.get() or datetime.now(UTC)


def today(tz: tzinfo | None = None) -> date:
    """Today's date on the wall clock of `tz` (default: the company's)."""
    return now().astimezone(tz or timezone.get_default_timezone()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` (aware) inside the block; used by tests, demo data and simulation."""
    if moment.tzinfo is None:
        raise ValueError("clock.at() needs a time with an offset")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
