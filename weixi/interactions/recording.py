"""Whether a record came too late by the policy's rule on records (C-6)."""

from __future__ import annotations

from datetime import datetime

from weixi.policy.queries import latest_record_time


def is_late(occurred_at: datetime, recorded_at: datetime) -> bool:
    """True when the policy in force sets a limit for records and it had passed at `recorded_at`."""
    limit = latest_record_time(occurred_at)
    return limit is not None and recorded_at > limit
