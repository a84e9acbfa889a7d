"""The closed catalogue of event types a policy may name. A slice that brings its own adds them here."""

from __future__ import annotations

_FAMILIES = {
    "customer": "created changed graded lifecycle_changed owner_changed merged unmerged archived",
    "contact": "created changed placed removed",
    "contract": "signed renewed changed ended",
    "occasion": "noted changed removed near called_off kept",
    "order": "placed returned withdrawn",
    "asset": "installed",
    "interaction": "recorded",
    "followup": "promised done",
    "archive": "completed gap_found stale enriched confirmed demand_dropped",
    "field": "defined changed retired restored",
    "change": "known",
    "consent": "given withdrawn",
    "person": "requested answered erased readmitted copied",
    "case": "opened responded planned reported progress_told resolved reviewed closed reopened cancelled",
    "repair": "dispatched started finished",
    "survey": "invited answered expired",
    "callback": "planned completed half_year_completed year_completed not_reached",
    "plan": "submitted approved returned started finished evaluated",
    "visit": "applied approved received",
    "gift": "approved sent delivered undeliverable",
    "suggestion": "received thanked routed decided implemented",
    "lead": "created graded followed converted lost",
    "opportunity": "opened stage_changed won lost",
    "approval": "requested granted returned rejected",
    "duty": "opened escalated waived",
    "policy": "activated",
    "import": "finished",
}

EVENT_TYPES: frozenset[str] = frozenset(
    f"{family}.{name}" for family, names in _FAMILIES.items() for name in names.split()
)

# What the engine itself says is never its input.
OUTPUT_ONLY: frozenset[str] = frozenset({"duty.opened", "duty.escalated"})
