"""Lengths of time of the policy, counted from a moment on the company's wall clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from weixi.kernel.calendar.wall import add_on_wall
from weixi.policy.document.durations import Duration
from weixi.policy.queries.versions import version_in_force

# Where a policy of before says nothing: the standard policy's own values.
BULK_UNDO = Duration.parse("P7D")
EXPORT_FILE_KEPT = Duration.parse("P1D")
EXPORT_REQUEST_WAITS = Duration.parse("P7D")

# A policy may name months; an interval that is only counted off has days of this many.
DAYS_PER_MONTH = 30


def roughly(span: Duration) -> timedelta:
    """A span as a plain length of time, for what is counted off by a clock and falls on no day of the calendar."""
    return timedelta(days=span.months * DAYS_PER_MONTH + span.days) + span.time


def later(moment: datetime, span: Duration) -> datetime:
    """`moment` and a span after it."""
    zone = ZoneInfo(str(timezone.get_default_timezone()))
    return add_on_wall(moment, span.months, span.days, span.time, zone)


def bulk_undo() -> Duration:
    """How long an act on many customers can be taken back."""
    version = version_in_force()
    section = version.policy.archive.bulk if version else None
    return (section.undo_within if section else None) or BULK_UNDO


def export_file_kept() -> Duration:
    """How long an exported file may be fetched."""
    version = version_in_force()
    section = version.policy.security.export if version else None
    return (section.file_kept if section else None) or EXPORT_FILE_KEPT


def export_request_waits() -> Duration:
    """How long a request for a large export waits for its answer."""
    version = version_in_force()
    section = version.policy.security.export if version else None
    return (section.request_waits if section else None) or EXPORT_REQUEST_WAITS
