"""Everything that changes the policy and its calendar."""

from __future__ import annotations

from weixi.policy.services.holidays import save_holiday_year, save_holiday_years, year_mark
from weixi.policy.services.versions import (
    activate_version,
    approve_version,
    change_draft,
    draft_version,
    drop_version,
    effective_instant,
    install_shipped_policy,
    is_first,
    return_version,
    submit_version,
    take_back_version,
    wrote_in,
)

__all__ = [
    "activate_version",
    "approve_version",
    "change_draft",
    "draft_version",
    "drop_version",
    "effective_instant",
    "install_shipped_policy",
    "is_first",
    "return_version",
    "save_holiday_year",
    "save_holiday_years",
    "submit_version",
    "take_back_version",
    "wrote_in",
    "year_mark",
]
