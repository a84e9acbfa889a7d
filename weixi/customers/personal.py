"""Which columns say who somebody is or how to reach him: their values stand on the personal side of events (D-1)."""

from __future__ import annotations

PERSONAL = frozenset({
    "name", "short_name", "phone", "mobile", "other_phone", "email", "wechat", "fax", "birthday", "birthday_lunar", "address",
    "home_address", "legal_representative", "general_manager", "bank_account", "payment_handler", "unified_code",
    # Free text, in which any of these may stand: an import and a merge write there what has no field.
    "remark",
})  # fmt: skip
