"""Saying where a person stands at a customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from weixi.customers.access import viewer_access
from weixi.customers.labels import field_key
from weixi.customers.models import Contact, Customer
from weixi.customers.people_map.enums import Attitude, BuyingPart
from weixi.customers.people_map.models import ContactInfluence, ContactPlace
from weixi.customers.people_map.words import FIELDS, place_words
from weixi.customers.services.rivals import changes_since
from weixi.customers.validators import clean_text
from weixi.kernel.editing import Rival, VersionConflict
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

PLACED = "contact.placed"
NOTE_LENGTH = 200
# On the personal side of the event: an opinion of a person goes with him.
_PERSONAL = frozenset({"part", "attitude", "note"})


def place_contact(
    contact: Contact, *, viewer: Viewer, version: int | None = None, whole: bool = True, values: Mapping[str, Any]
) -> ContactPlace:
    """Enter a person's part, attitude, note, superior (`reports_to`, a contact's key or None) and those he has
    influence on (`influences`, keys). What is not given stays. The caller has fetched the contact for the viewer.

    `version` is that of the place the form was opened on (0: none yet), `whole` as with a customer. Raises
    VersionConflict on an older one, Conflict for one who was removed or whose customer was put away, Forbidden
    for a field the role does not write, Invalid naming fields at fault.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        # One change of a customer's map at a time: two cannot make a circle of two.
        customer = Customer.objects.select_for_update(of=("self",)).get(pk=contact.customer_id)
        if customer.archived_at:
            raise Conflict(_("This customer was put away; bring it back before changing it."))
        people = dict(Contact.objects.filter(customer=customer, removed_at=None).values_list("pk", "name"))
        if contact.pk not in people:
            raise Conflict(_("This person was removed meanwhile."))
        place = ContactPlace.objects.filter(contact_id=contact.pk).first() or ContactPlace(
            contact_id=contact.pk, version=0
        )
        _expect_version(place, version, people, viewer=viewer, of=None if whole else values)
        influences = sorted(
            ContactInfluence.objects.filter(contact_id=contact.pk, on__in=people).values_list("on_id", flat=True)
        )
        cleaned = _cleaned(values, contact.pk, people)
        changes = _changes(place, influences, cleaned)
        if not changes:
            return place
        _require_writes(viewer, changes)
        if "reports_to" in changes:
            _expect_no_circle(contact.pk, cleaned["reports_to"])
        _store(place, cleaned, changes, influences, work)
        _record(work, place, customer.pk, people[contact.pk], changes)
    return place


def _cleaned(values: Mapping[str, Any], own: int, people: Mapping[int, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, known in (("part", BuyingPart.values), ("attitude", Attitude.values)):
        if name in values:
            found[name] = values[name] or ""
            if found[name] and found[name] not in known:
                faults[name] = _("Choose one of the list.")
    if "note" in values:
        found["note"] = clean_text(values["note"] or "")
        if len(found["note"]) > NOTE_LENGTH:
            faults["note"] = _("At most %(n)d characters.") % {"n": NOTE_LENGTH}
    if "reports_to" in values:
        found["reports_to"] = values["reports_to"] or None
        if found["reports_to"] is not None and found["reports_to"] not in people.keys() - {own}:
            faults["reports_to"] = _("Choose another person of this customer.")
    if "influences" in values:
        found["influences"] = sorted(set(values["influences"]))
        if set(found["influences"]) - (people.keys() - {own}):
            faults["influences"] = _("Choose other people of this customer.")
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    return found


def _changes(place: ContactPlace, influences: list[int], cleaned: Mapping[str, Any]) -> dict[str, list[Any]]:
    stored = {name: getattr(place, name) for name in ("part", "attitude", "note")}
    stored |= {"reports_to": place.reports_to_id, "influences": influences}
    return {name: [stored[name], value] for name, value in cleaned.items() if stored[name] != value}


def _require_writes(viewer: Viewer, changes: Iterable[str]) -> None:
    access = viewer_access(viewer)
    if dark := [name for name in changes if not access.writes(field_key(name, kind="contact"))]:
        raise Forbidden(
            _("Your role does not change these fields: %(names)s.")
            % {"names": _(", ").join(str(FIELDS[name]) for name in dark)},
            code="field.forbidden",
        )


def _expect_no_circle(own: int, above: int | None) -> None:
    """Raises Invalid when the chosen superior stands below this person himself. A query for each step upwards."""
    seen: set[int] = set()
    at = above
    while at is not None and at not in seen:
        if at == own:
            text = _("That person reports to this one, directly or through others.")
            raise Invalid(text, fields={"reports_to": text})
        seen.add(at)
        at = ContactPlace.objects.filter(contact_id=at).values_list("reports_to_id", flat=True).first()


def _store(
    place: ContactPlace, cleaned: Mapping[str, Any], changes: Mapping[str, Any], influences: list[int], work: UnitOfWork
) -> None:
    for name in ("part", "attitude", "note"):
        if name in changes:
            setattr(place, name, cleaned[name])
    if "reports_to" in changes:
        place.reports_to_id = cleaned["reports_to"]
    place.version += 1
    place.changed_at = work.now
    place.save()
    if "influences" in changes:
        wanted, had = set(cleaned["influences"]), set(influences)
        ContactInfluence.objects.filter(contact_id=place.contact_id, on_id__in=had - wanted).delete()
        ContactInfluence.objects.bulk_create(
            [ContactInfluence(contact_id=place.contact_id, on_id=pk) for pk in sorted(wanted - had)],
            ignore_conflicts=True,
        )


def _record(work: UnitOfWork, place: ContactPlace, customer: int, name: str, changes: Mapping[str, list[Any]]) -> None:
    plain = {key: pair for key, pair in changes.items() if key not in _PERSONAL}
    personal: dict[str, Any] = {"name": name}
    if opinions := {key: pair for key, pair in changes.items() if key in _PERSONAL}:
        personal["personal_changes"] = opinions
    work.record(
        PLACED,
        customer=customer,
        subject=("contact", place.contact_id),
        data={"version": place.version, "changes": plain},
        personal=personal,
    )


def _expect_version(
    place: ContactPlace, given: int | None, people: Mapping[int, str], *, viewer: Viewer, of: Iterable[str] | None
) -> None:
    if given is None or given == place.version:
        return
    access = viewer_access(viewer)

    def called(key: str) -> str:
        return str(access.present("contact_name", people.get(int(key.partition(":")[2]), "")))

    rivals = []
    for name, each in changes_since(("contact", place.contact_id), (PLACED,), given).items():
        if each.old == each.new or (of is not None and name not in of):
            continue
        if not access.reads(field_key(name, kind="contact")):
            continue
        old, new = (place_words(name, value, called=called, shown=access.present) for value in (each.old, each.new))
        rivals.append(Rival(name, str(FIELDS[name]), each.old, each.new, old, new, each.who, each.at))
    if rivals or of is None:
        raise VersionConflict(rivals, version=place.version)


def part_people(one: int, other: int) -> int:
    """Take off what ties people of these two customers, who were one and are two again; how many ties."""
    ends = [one, other]
    count = ContactPlace.objects.filter(contact__customer_id__in=ends, reports_to__customer_id__in=ends).exclude(
        contact__customer_id=F("reports_to__customer_id")
    )
    # An update cannot look across a join: by key.
    apart = list(count.values_list("pk", flat=True))
    ContactPlace.objects.filter(pk__in=apart).update(reports_to=None, version=F("version") + 1)
    crossing = ContactInfluence.objects.filter(contact__customer_id__in=ends, on__customer_id__in=ends).exclude(
        contact__customer_id=F("on__customer_id")
    )
    ties = list(crossing.values_list("pk", flat=True))
    ContactInfluence.objects.filter(pk__in=ties).delete()
    return len(apart) + len(ties)
