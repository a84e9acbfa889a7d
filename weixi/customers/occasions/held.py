"""What these days hold on a person (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Occasion
from weixi.customers.occasions.services import TEXTS
from weixi.kernel.personal import Person, Source, Wiper


def collect(person: Person) -> Iterator[dict[str, Any]]:
    """Uses index: occasion_customer."""
    wiper = Wiper(person.marks)
    for row in Occasion.objects.filter(customer_id=person.customer_id):
        texts = {name: value for name in TEXTS if (value := getattr(row, name))}
        if person.kind == "customer" or any(wiper.holds(value) for value in texts.values()):
            yield {"day": row.day.isoformat(), **texts}


def erase(person: Person, wiper: Wiper) -> int:
    rows = Occasion.objects.filter(customer_id=person.customer_id)
    return rows.update(**dict.fromkeys(TEXTS, "")) if person.kind == "customer" else wiper.rows(rows, *TEXTS)


OCCASIONS = Source("occasions", _("The customer's days"), collect, erase, tables=("customers.Occasion",), order=36)
