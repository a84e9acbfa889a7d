"""Reads of the people map; the caller has fetched the customer for the viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weixi.customers.access import viewer_access
from weixi.customers.labels import field_key
from weixi.customers.models import Contact, Customer
from weixi.customers.people_map.enums import Attitude, BuyingPart
from weixi.customers.people_map.models import ContactInfluence, ContactPlace
from weixi.customers.queries.people import people_at
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Placed:
    """A person of the map as the viewer sees him: masked names are masked, what his role hides is empty.

    `reports_to` and `influences` are keys of people of the same map.
    """

    pk: int
    name: str
    position: str
    part: str
    part_label: str
    attitude: str
    attitude_label: str
    note: str
    reports_to: int | None
    influences: tuple[int, ...]
    said: bool
    version: int


@dataclass(frozen=True, slots=True)
class PeopleMap:
    """Everybody who is there now; `told` says whether anything was entered beyond their names."""

    people: tuple[Placed, ...]

    @property
    def told(self) -> bool:
        return any(each.said for each in self.people)

    def name_of(self, pk: int | None) -> str:
        return next((each.name for each in self.people if each.pk == pk), "")


def map_of(viewer: Viewer, customer: Customer) -> PeopleMap:
    """The map of a customer in three queries, however many people there are."""
    people = people_at(customer)
    here = {each.pk for each in people}
    rows = ContactPlace.objects.filter(contact__customer=customer, contact__removed_at=None)
    places = {row.contact_id: row for row in rows}
    influences = influences_at(customer)
    access = viewer_access(viewer)
    readable = {name for name in ("part", "attitude", "note") if access.reads(field_key(name, kind="contact"))}
    return PeopleMap(
        tuple(
            _placed(access, each, places.get(each.pk), influences.get(each.pk, ()), here, readable) for each in people
        )
    )


def influences_at(customer: Customer) -> dict[int, tuple[int, ...]]:
    """Who has influence on whom, among those who are there now."""
    found: dict[int, tuple[int, ...]] = {}
    rows = ContactInfluence.objects.filter(
        contact__customer=customer, on__customer=customer, contact__removed_at=None, on__removed_at=None
    )
    for one, other in rows.order_by("on_id").values_list("contact_id", "on_id"):
        found[one] = (*found.get(one, ()), other)
    return found


def _placed(
    access: Any, contact: Contact, place: ContactPlace | None, influences: Sequence[int], here: set[int],
    readable: set[str],
) -> Placed:  # fmt: skip
    seen = {name: getattr(place, name) if place and name in readable else "" for name in ("part", "attitude", "note")}
    above = place.reports_to_id if place and place.reports_to_id in here else None
    return Placed(
        pk=contact.pk,
        name=str(access.present("contact_name", contact.name)),
        position=str(access.present("contact_position", contact.position)),
        part=seen["part"],
        part_label=_label(BuyingPart.choices, seen["part"]),
        attitude=seen["attitude"],
        attitude_label=_label(Attitude.choices, seen["attitude"]),
        note=seen["note"],
        reports_to=above,
        influences=tuple(influences),
        said=bool(above or influences or any(seen.values())),
        version=place.version if place else 0,
    )


def _label(choices: Sequence[tuple[str, Any]], value: str) -> str:
    return str(dict(choices).get(value, "")) if value else ""


def stored_values(contact: Contact) -> tuple[int, Mapping[str, Any]]:
    """(version, values by field) of one person's place; version 0 when nothing was ever entered."""
    place = ContactPlace.objects.filter(contact=contact).first()
    influences = influences_at(contact.customer).get(contact.pk, ())
    values = {name: getattr(place, name) if place else "" for name in ("part", "attitude", "note")}
    values |= {"reports_to": place.reports_to_id if place else None, "influences": list(influences)}
    return (place.version if place else 0), values
