"""What rows of acts on many hold on a person: the value before and after (D-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.customers.acts.models import ActRow
from weixi.kernel.personal import Person, Source, Wiper


def collect(person: Person) -> Iterable[Mapping[str, Any]]:
    if person.kind == "customer":
        for row in ActRow.objects.filter(customer_id=person.pk, result="done").select_related("run"):
            yield {"act": row.run.words, "at": row.run.at.isoformat(), "old": str(row.old), "new": str(row.new)}


def erase(person: Person, wiper: Wiper) -> int:
    """The values go with the person, and with them the way back."""
    if person.kind != "customer":
        return 0
    return ActRow.objects.filter(customer_id=person.pk).exclude(old=None, new=None).update(old=None, new=None)


ACTS = Source("acts", _("Acts on many customers"), collect, erase, tables=("customers.ActRow",))
