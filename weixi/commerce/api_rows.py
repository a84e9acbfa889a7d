"""What orders and contracts share in the API: whose rows are seen, and how one is told."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from weixi.kernel.api.values import Given, Ref
from weixi.organisation.scope import Viewer

_Row = TypeVar("_Row", bound=Model)


def rows_seen(model: type[_Row], viewer: Viewer) -> QuerySet[_Row]:
    """Rows of the viewer's customers, the customer joined. Uses indexes: order_date, order_customer, contract_customer."""
    rows = model._default_manager.select_related("customer")
    return rows if viewer.sees_all else rows.filter(viewer.owned("customer__"))


def told(row: Any, shape: type[Given]) -> dict[str, Any]:
    """The values of a row by the names of what is answered; the customer as a reference."""
    customer = row.customer
    return {
        **{name: getattr(row, name) for name in shape.model_fields if name != "customer"},
        "customer": Ref(id=customer.pk, number=customer.number, name=customer.name),
    }
