"""Everything that changes interactions and follow-ups."""

from __future__ import annotations

from weixi.interactions.services.followups import complete_followup, promise_followup
from weixi.interactions.services.interactions import Evidence, amend_interaction, record_interaction, require_amending
from weixi.interactions.services.visits import latest_plan, plan_visit

__all__ = [
    "Evidence",
    "amend_interaction",
    "complete_followup",
    "latest_plan",
    "plan_visit",
    "promise_followup",
    "record_interaction",
    "require_amending",
]
