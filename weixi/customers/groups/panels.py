"""The group on the customer page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

from weixi.customers.groups.queries import group_of
from weixi.customers.models import Customer
from weixi.kernel.slices import Panel
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def group(viewer: Viewer, customer: Customer) -> Mapping[str, Any] | None:
    found = group_of(viewer, customer)
    if found is None:
        return None
    return {"group": found, "customer": customer, "may_edit": viewer.may(Right.CUSTOMERS_EDIT)}


GROUP = Panel(
    "group", pgettext_lazy("companies", "Group"), "customers/duplicates/group.html", group, place="side", order=60
)
