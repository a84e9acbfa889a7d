"""What orders, contracts and equipment say of a person: their remarks; the books themselves stay (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.commerce.models import Asset, Contract, Order
from weixi.kernel.personal import Person, Source, Wiper

TEXTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Order, ("remark",)),
    (Contract, ("title", "terms")),
    (Asset, ("name", "location")),
)


def collect(person: Person) -> Iterator[dict[str, Any]]:
    """A customer who is the person: every order, contract and device; else what speaks of him."""
    wiper = Wiper(person.marks)
    for model, names in TEXTS:
        for row in model.objects.filter(customer_id=person.customer_id).order_by("pk"):
            texts = {name: value for name in names if (value := getattr(row, name))}
            if person.kind == "customer" or any(wiper.holds(value) for value in texts.values()):
                yield {"what": str(model._meta.verbose_name), "number": str(row), **texts}


def erase(person: Person, wiper: Wiper) -> int:
    return sum(wiper.rows(model.objects.filter(customer_id=person.customer_id), *names) for model, names in TEXTS)


DEALS = Source(
    "deals", _("Transactions"), collect, erase,
    tables=("commerce.Order", "commerce.Contract", "commerce.Asset"), order=35,
)  # fmt: skip
