"""What was not taken back, as people read it: which thing, which field, why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from weixi.customers.access import present
from weixi.customers.importing.models import ImportPart, ImportRun
from weixi.customers.importing.undo.taking import EDITED, ERASED, IN_USE, NOT_YOURS, REFUSED, USED, made_by
from weixi.customers.labels import label_of
from weixi.customers.models import Contact, Customer
from weixi.kernel.one_of import one_of
from weixi.kernel.slices import registry
from weixi.kernel.telling import told
from weixi.organisation.scope import Viewer

SHOWN = 200
WHY = {
    EDITED: gettext_lazy("Changed since by somebody; it stays as it is now."),
    USED: gettext_lazy("Worked with since (a record, an order, a change); it stays in the archive."),
    IN_USE: gettext_lazy(
        "Somebody else uses it by now (a customer, an order, equipment, a view of the list); it stays."
    ),
    NOT_YOURS: gettext_lazy("No longer among those you look after, or put away; it stays as it is."),
    ERASED: gettext_lazy("The former personal values were erased; what is there now stays."),
    REFUSED: gettext_lazy("The former value cannot be set today; what is there now stays."),
}
MADE = {
    "customer.created": gettext_lazy("customers entered"),
    "contact.created": gettext_lazy("contacts entered"),
    "order.placed": gettext_lazy("orders entered"),
    "order.returned": gettext_lazy("orders entered"),
    "interaction.recorded": gettext_lazy("records of interactions entered"),
    "indicator.judged": gettext_lazy("judgements entered"),
    "customer.changed": gettext_lazy("customers changed"),
    "customer.owner_changed": gettext_lazy("owners changed"),
    "customer.lifecycle_changed": gettext_lazy("lifecycle stages changed"),
    "contact.changed": gettext_lazy("contacts changed"),
    "order.changed": gettext_lazy("orders changed"),
    "tag.created": gettext_lazy("tags entered"),
    "product.created": gettext_lazy("products entered"),
    "product.changed": gettext_lazy("products filled in"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that stayed. `name` and `url` are empty for what the viewer does not see."""

    kind: str
    key: int
    name: str
    number: str
    url: str
    field: str
    why: str

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "id": self.key, "number": self.number, "field": self.field, "reason": self.why}


def kept_of(run: ImportRun, viewer: Viewer, most: int | None = SHOWN) -> list[Kept]:
    """The first of what was not taken back, in the order of the file."""
    return named(list(islice(_entries(run), most)), viewer)


def _entries(run: ImportRun) -> Iterator[list[Any]]:
    for kept in ImportPart.objects.filter(run=run).exclude(kept=[]).order_by("seq").values_list("kept", flat=True):
        yield from kept


def named(entries: list[list[Any]], viewer: Viewer) -> list[Kept]:
    """Entries of what stays (`Taking.kept`) as people read them."""
    keys: dict[str, set[int]] = defaultdict(set)
    for kind, key, _name, _why in entries:
        keys[kind].add(key)
    seen = Customer.objects.all() if viewer.sees_all else Customer.objects.filter(viewer.owned())
    names: dict[tuple[str, int], tuple[str, str, str]] = {}
    for pk, number, name in seen.filter(one_of("pk", keys["customer"])).values_list("pk", "number", "name"):
        names["customer", pk] = name, number, reverse("customer", args=[pk])
    people = Contact.objects.filter(one_of("pk", keys["contact"]), customer__in=seen)
    for pk, name, customer in people.values_list("pk", "name", "customer_id"):
        names["contact", pk] = str(present(viewer, "contact_name", name)), "", reverse("customer", args=[customer])
    for kind in keys.keys() & registry.subjects.keys() - {"contact"}:
        about = told(viewer, kind, map(str, keys[kind]))
        names |= {(kind, int(key)): (text, "", "") for key, text in about.items()}
    made = []
    for kind, key, field, why in entries:
        name, number, url = names.get((kind, key), ("", "", ""))
        label = label_of(field, kind=kind) if field else ""
        made.append(Kept(kind, key, name, number, url, label, str(WHY.get(why, why))))
    return made


@dataclass(frozen=True, slots=True)
class Brought:
    """So many things of a kind, as `MADE` calls them."""

    label: str
    count: int


def brought_by(run: ImportRun) -> list[Brought]:
    """What this run has made and changed, as far as it is not taken back yet."""
    counts: dict[str, int] = {}
    for kind, number in made_by(run).items():
        if (label := MADE.get(kind)) is not None:
            counts[str(label)] = counts.get(str(label), 0) + number
    return [Brought(label, count) for label, count in counts.items()]
