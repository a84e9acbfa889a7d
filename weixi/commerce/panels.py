"""Commerce on the customer page: transactions, contracts, equipment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.commerce import queries
from weixi.customers.models import Customer
from weixi.kernel.slices import Panel
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def _base(viewer: Viewer, customer: Customer) -> dict[str, Any]:
    may_edit = viewer.may(Right.ORDERS_EDIT) and customer.archived_at is None
    return {"customer": customer, "may_edit": may_edit}


def transactions(viewer: Viewer, customer: Customer) -> Mapping[str, Any]:
    return {**_base(viewer, customer), "bought": queries.transactions_of(customer)}


def contracts(viewer: Viewer, customer: Customer) -> Mapping[str, Any]:
    return {**_base(viewer, customer), "contracts": list(queries.contracts_of(customer))}


def assets(viewer: Viewer, customer: Customer) -> Mapping[str, Any]:
    return {**_base(viewer, customer), "assets": list(queries.assets_of(customer))}


PANELS = (
    Panel(
        "transactions", _("Transactions"), "commerce/transactions.html", transactions, order=30,
        count=lambda viewer, customer: queries.orders_of(customer).count(),
    ),
    Panel(
        "contracts", _("Contracts"), "commerce/contracts.html", contracts, order=40,
        count=lambda viewer, customer: queries.contracts_of(customer).count(),
    ),
    Panel(
        "assets", _("Equipment"), "commerce/assets.html", assets, order=50,
        count=lambda viewer, customer: queries.assets_of(customer).count(),
    ),
)  # fmt: skip
