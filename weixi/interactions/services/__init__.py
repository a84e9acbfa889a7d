"""Everything that changes interactions and follow-ups."""

from __future__ import annotations

from weixi.interactions.services.followups import complete_followup, promise_followup
from weixi.interactions.services.interactions import Evidence, amend_interaction, record_interaction

__all__ = ["Evidence", "amend_interaction", "complete_followup", "promise_followup", "record_interaction"]
