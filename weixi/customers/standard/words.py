"""What the shipped standard calls computed fields and groups that are no fields of the form, for who does not read
Chinese: the policy is written in one language."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weixi.customers.fields.catalogue import find_field

_FIELDS: dict[str, Any] = {
    "product_kinds": _("Kinds of products and services"),
    "contract_terms": _("Terms of contracts"),
    "orders_12m": _("Orders within 12 months"),
    "purchase_history": _("Purchase history"),
    "categories": _("Categories bought"),
    "feedback": _("Enquiries and feedback"),
    "largest_purchase": _("Largest purchase"),
    "average_monthly": _("Average monthly purchase"),
}
_GROUPS: dict[str, Any] = {"transaction": _("Transactions and figures"), "dealings": _("Dealings with us")}


def field_title(key: str, title: str) -> str:
    """The policy's own title for who reads Chinese; else ours, where we know the field."""
    if _chinese():
        return title
    field = find_field(key)
    return capfirst(str(_FIELDS.get(key) or (field.label if field else title)))


def group_name(code: str, title: str) -> str:
    """The same for a group."""
    return title if _chinese() else str(_GROUPS.get(code, title))


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
