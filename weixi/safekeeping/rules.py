"""What the policy in force says about backups and the log, as lengths of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from django.utils import timezone

from weixi.kernel import clock
from weixi.kernel.calendar.wall import add_on_wall
from weixi.policy.document.durations import Duration
from weixi.policy.queries import security_rules
from weixi.policy.queries.spans import roughly


@dataclass(frozen=True, slots=True)
class BackupRules:
    """A backup every so often, at least `copies` of them kept, and one tried every so often."""

    every: timedelta
    copies: int
    tested_every: timedelta


def backup_rules() -> BackupRules | None:
    """None where the policy names no backup: then none is made by itself."""
    found = security_rules().backup
    if found is None:
        return None
    return BackupRules(roughly(found.every), max(1, found.copies_from), roughly(found.restore_tested_every))


def sealed_every() -> timedelta | None:
    """How often the log is sealed; None: each time the worker comes round."""
    found = security_rules().audit
    return roughly(found.sealed_every) if found and found.sealed_every else None


def kept_for() -> Duration | None:
    """How long at least every entry of the log is kept; None where the policy names no time."""
    found = security_rules().audit
    return found.kept_for if found else None


def kept_since() -> datetime | None:
    """What is of before this instant has been kept as long as the policy asks."""
    span = kept_for()
    if span is None:
        return None
    zone = cast(ZoneInfo, timezone.get_default_timezone())
    return add_on_wall(clock.now(), -span.months, -span.days, -span.time, zone)
