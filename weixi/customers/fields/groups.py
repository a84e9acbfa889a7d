"""The groups of the registration form (A-1, A-2, A-13), in the order people fill them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("basic", _("Basic information"), (
        "name", "short_name", "kind", "reach", "through", "industry", "region", "city", "address", "phone", "email",
        "other_phone", "wechat", "fax", "website", "unified_code", "founded_on", "legal_representative", "general_manager",
        "headcount", "yearly_revenue",
    )),
    ("card", _("Record card of a person"), ("employer", "position", "home_address")),
    ("cooperation", _("Cooperation"), ("cooperation_since", "source", "need_preference", "product_use")),
    ("behaviour", _("Behaviour"), ("channel_preference", "event_participation")),
    ("business", _("Business state"), ("main_business", "operating_state")),
    ("finance", _("Finances"), ("bank", "bank_account", "loans", "cash_flow")),
    ("payment", _("Payment"), ("payment_handler", "payment_attitude", "cheque_use")),
    ("service", _("Service"), ("service_channel", "service_frequency")),
    ("outlook", _("Potential and satisfaction"), ("development_potential", "satisfaction", "remark")),
)  # fmt: skip
# What the product keeps of a customer, and the people at it: no groups of the form.
KEPT = "kept"
PEOPLE = "people"
# Custom fields that name no group.
MORE = "more"

TITLES: dict[str, Any] = {
    **{code: title for code, title, _names in GROUPS},
    PEOPLE: _("Contacts"),
    KEPT: _("Kept by the system"),
    MORE: _("Further fields"),
}
GROUP_OF: dict[str, str] = {name: code for code, _title, names in GROUPS for name in names}


def group_title(code: str) -> Any:
    """What a group is called; a custom one is its own title."""
    return TITLES.get(code, code)
