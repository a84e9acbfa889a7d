"""What choices of customers hold on a person (D-1): reasons people wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.customers.visiting.models import VisitChoice
from weixi.kernel.personal import Person, Source, Wiper

TEXTS = ("reason", "end_reason")


def collect(person: Person) -> Iterator[dict[str, Any]]:
    wiper = Wiper(person.marks)
    for row in VisitChoice.objects.filter(customer_id=person.customer_id).order_by("pk"):
        texts = {name: value for name in TEXTS if (value := getattr(row, name))}
        if person.kind == "customer" or any(wiper.holds(value) for value in texts.values()):
            yield {"at": row.at.isoformat(timespec="seconds"), **texts}


def erase(person: Person, wiper: Wiper) -> int:
    rows = VisitChoice.objects.filter(customer_id=person.customer_id)
    return rows.update(**dict.fromkeys(TEXTS, "")) if person.kind == "customer" else wiper.rows(rows, *TEXTS)


CHOICES = Source("visit-choices", _("Chosen for visits"), collect, erase, tables=("customers.VisitChoice",), order=35)
