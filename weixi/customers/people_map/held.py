"""What the people map holds on a person (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.models import Contact, ContactInfluence, ContactPlace
from weixi.customers.people_map.words import FIELDS, place_words
from weixi.kernel.personal import Person, Source, Wiper


def collect(person: Person) -> Iterator[dict[str, Any]]:
    """How he stands, in words; others of the map are not his data and are only counted."""
    if person.kind != "contact":
        return
    for row in ContactPlace.objects.filter(contact_id=person.pk):
        for name in ("part", "attitude", "note"):
            if value := getattr(row, name):
                words = place_words(name, value, called=str, shown=lambda _key, value: value)
                yield {"field": str(FIELDS[name]), "value": words}
        if row.reports_to_id:
            yield {"field": str(FIELDS["reports_to"]), "value": _("another person of the same customer")}
    if count := ContactInfluence.objects.filter(contact_id=person.pk).count():
        yield {"field": str(FIELDS["influences"]), "value": str(count)}


def erase(person: Person, wiper: Wiper) -> int:
    """The person leaves the map with all his ties; notes on others lose his marks."""
    touched = 0
    if person.kind == "contact":
        ends = Q(contact_id=person.pk) | Q(on_id=person.pk)
        touched += ContactInfluence.objects.filter(ends).delete()[0]
        touched += ContactPlace.objects.filter(contact_id=person.pk).delete()[0]
        touched += ContactPlace.objects.filter(reports_to_id=person.pk).update(
            reports_to=None, version=F("version") + 1
        )
    # A customer who is a person himself: the notes on his people go like their other texts.
    people = Contact.objects.filter(customer_id=person.customer_id)
    for row in ContactPlace.objects.filter(contact__in=people).exclude(note=""):
        clean = wiper.text(row.note)[:200]
        if clean != row.note:
            touched += ContactPlace.objects.filter(pk=row.pk).update(note=clean)
    return touched


PLACES = Source(
    "people_map", gettext_lazy("People map"), collect, erase,
    tables=("customers.ContactPlace", "customers.ContactInfluence"), order=15,
)  # fmt: skip
