"""Everything that changes the policy and its calendar."""

from __future__ import annotations

from weixi.policy.services.holidays import save_holiday_year
from weixi.policy.services.versions import (
    activate_version,
    approve_version,
    change_draft,
    draft_version,
    drop_version,
    install_shipped_policy,
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
    "install_shipped_policy",
    "return_version",
    "save_holiday_year",
    "submit_version",
    "take_back_version",
    "wrote_in",
]
