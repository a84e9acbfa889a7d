"""Rows of contacts: people at customers, found again by their name or their mobile phone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.fields import contact_values_of
from weixi.customers.fields.typed import is_custom
from weixi.customers.importing.custom_columns import custom_keys, lay_beside
from weixi.customers.importing.customer_entries import agree
from weixi.customers.importing.customer_values import full_name, phone_text
from weixi.customers.importing.linking import Ask, CustomerLinks, Link
from weixi.customers.importing.newcomers import refused_contacts
from weixi.customers.importing.reading import iso
from weixi.customers.importing.remarks import join_remark, split_remark
from weixi.customers.importing.rights import masked_faults, shown_back
from weixi.customers.importing.rows import Act, Context, Decision, Row, rejected
from weixi.customers.importing.specs import CONTACTS
from weixi.customers.labels import label_of
from weixi.customers.models import Contact
from weixi.customers.naming import name_key
from weixi.customers.services.bulk import ContactChange, NewContact, add_contacts, update_contacts
from weixi.customers.services.contacts import CONTACT_FIELDS, clean_contact
from weixi.customers.services.quick_check import faults_of
from weixi.kernel.errors import Invalid

# Fields without a column of their own become lines of the remark. The owner belongs to the customer.
KEPT = (
    "salutation", "department", "other_phone", "other_email", "qq", "website", "gender", "address", "other_address",
    "source", "do_not_call", "next_contact_on", "number", "owner",
)  # fmt: skip
LABELS = {key: CONTACTS.field(key).label_zh for key in KEPT}
KEPT_LABELS = frozenset(LABELS.values())


@dataclass(slots=True)
class Person:
    """One row as the archive would take it."""

    row: Row
    link: Link
    values: dict[str, Any]
    kept: dict[str, str]
    faults: list[str]


@dataclass(slots=True)
class Making:
    """A contact to be entered, and the rows of the file that speak of it."""

    link: Link
    values: dict[str, Any]
    decisions: list[Decision] = field(default_factory=list)


class ContactRows:
    """The handler of contacts."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.links = CustomerLinks(context.viewer, create=context.create_customers)
        # What the file said of a person before: (customer, name) -> {field: (value, row)}.
        self._said: dict[tuple[str, str], dict[str, tuple[Any, int]]] = {}

    @staticmethod
    def key_fields() -> tuple[str, ...]:
        return ("name", "last_name", "first_name", "customer_name", "customer_number")

    @staticmethod
    def keys(row: Row) -> Sequence[str]:
        values = row.values
        customer = values.get("customer_number") or name_key(values.get("customer_name", ""))
        return [f"{customer}|{name_key(_full_name(values))}"]

    @staticmethod
    def group(row: Row) -> str:
        return ""

    @staticmethod
    def read(row: Row) -> None:
        """Nothing is kept beside the values."""

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        asks = [Ask(row.values.get("customer_number", ""), row.values.get("customer_name", "")) for row in rows]
        people = [_person(row, link) for row, link in zip(rows, self.links.resolve(asks), strict=True)]
        told = refused_contacts(
            [(each.link.target, str(each.row.values.get("customer_number", "")), each.values) for each in people]
        )
        for place, reason in told.items():
            people[place].faults.append(reason)
        ids = sorted({each.link.target for each in people if each.link.target is not None})
        named: dict[tuple[int, str], list[Contact]] = defaultdict(list)
        mobiles: dict[tuple[int, str], list[Contact]] = defaultdict(list)
        stored: dict[int, Contact] = {}
        for contact in Contact.objects.filter(customer_id__in=ids, removed_at=None):
            named[contact.customer_id, contact.name_key].append(contact)
            stored[contact.pk] = contact
            if contact.mobile:
                mobiles[contact.customer_id, contact.mobile].append(contact)
        if keys := custom_keys(each.values for each in people):
            lay_beside(stored, contact_values_of(stored, keys), Contact)
        self._making: dict[tuple[str, str], Making] = {}
        return [self._decide(each, named, mobiles) for each in people]

    def _decide(self, each: Person, named: Any, mobiles: Any) -> Decision:
        if each.link.fault:
            each.faults.append(each.link.fault)
        if each.faults:
            return Decision(each.row.number, Act.REJECT, reasons=each.faults)
        key = (each.link.key, name_key(each.values["name"])[:60])
        if why := self._contradiction(key, each):
            return rejected(each.row, why)
        found = self._found(each, key[1], named, mobiles)
        if isinstance(found, str):
            return rejected(each.row, found)
        if found is not None:
            decision = self._change(found, each)
        elif (making := self._making.get(key)) is not None or key in self._said:
            said = self._said.get(key, {})
            fresh = {name: value for name, value in _statements(each).items() if name not in said}
            decision = Decision(each.row.number, Act.UPDATE if fresh else Act.SAME)
            if making is not None:
                _fill(making, each, fresh)
                making.decisions.append(decision)
        else:
            decision = Decision(each.row.number, Act.CREATE)
            values = {**each.values}
            if remark := join_remark(values.pop("remark", ""), each.kept):
                values["remark"] = remark
            decision.work = self._making[key] = Making(each.link, values, [decision])
            if len(remark) > 300:
                return rejected(each.row, _("The remark is too long: at most %(count)d characters.") % {"count": 300})
        if any(hash(mark) in self.context.repeated for mark in self.keys(each.row)):
            said = self._said.setdefault(key, {})
            for name, value in _statements(each).items():
                said.setdefault(name, (value, each.row.number))
        return decision

    def _contradiction(self, key: tuple[str, str], each: Person) -> str:
        said = self._said.get(key, {})
        for name, value in _statements(each).items():
            if name in said and not agree(said[name][0], value):
                other, row = said[name]
                label = _(CONTACTS.field(name).label) if CONTACTS.has_field(name) else name
                return _("Row %(row)d of the same person says “%(other)s” for %(field)s, this one “%(value)s”.") % {
                    "row": row, "other": str(other)[:40], "field": label, "value": str(value)[:40]}  # fmt: skip
        return ""

    @staticmethod
    def _found(each: Person, key: str, named: Any, mobiles: Any) -> Contact | str | None:
        if each.link.target is None:
            return None
        same = named.get((each.link.target, key), [])
        mobile = each.values.get("mobile", "")
        if len(same) > 1 and mobile:
            same = [contact for contact in same if contact.mobile == mobile] or same
        if len(same) > 1:
            return _("This customer has several contacts called %(name)s; give the mobile phone of one of them.") % {
                "name": each.values["name"]}  # fmt: skip
        if same or not mobile:
            return same[0] if same else None
        others: list[Contact] = mobiles.get((each.link.target, mobile), [])
        return others[0] if len(others) == 1 else None

    def _change(self, stored: Contact, each: Person) -> Decision:
        viewer = self.context.viewer
        changes = {
            name: value
            for name, value in each.values.items()
            if name != "remark"
            and (old := getattr(stored, name)) != value
            and not shown_back(viewer, "contacts", name, value, old)
        }
        if faults := masked_faults(viewer, "contacts", changes):
            return rejected(each.row, *faults)
        text, kept = split_remark(stored.remark, KEPT_LABELS)
        remark = join_remark(each.values.get("remark", "") or text, {**kept, **each.kept})
        if remark != stored.remark and (each.kept or "remark" in each.values):
            changes["remark"] = remark
            if len(remark) > 300:
                return rejected(each.row, _("The remark is too long: at most %(count)d characters.") % {"count": 300})
        for name, value in changes.items():
            setattr(stored, name, value)
        act = Act.UPDATE if changes else Act.SAME
        return Decision(each.row.number, act, stored.pk, work=ContactChange(stored.pk, changes) if changes else None)

    # --- writing ------------------------------------------------------------------------------------

    def write(self, decisions: Sequence[Decision]) -> None:
        makings = [each.work for each in decisions if isinstance(each.work, Making)]
        before = {id(making): making.link.key for making in makings}
        self.links.make([making.link for making in makings])
        rows = [NewContact(making.link.target or 0, making.values) for making in makings]
        made = add_contacts(rows, viewer=self.context.viewer)
        for making, contact in zip(makings, made, strict=True):
            for decision in making.decisions:
                decision.target = contact.pk
            # What was said of somebody at a new customer is from now on found under its id.
            person = name_key(making.values["name"])[:60]
            if said := self._said.pop((before[id(making)], person), None):
                self._said[making.link.key, person] = said
        changes = [each.work for each in decisions if isinstance(each.work, ContactChange)]
        if changes:
            update_contacts(changes, viewer=self.context.viewer)

    def absorb(self, rows: Sequence[Row], targets: Sequence[int | None]) -> None:
        again = [row for row in rows if any(hash(mark) in self.context.repeated for mark in self.keys(row))]
        asks = [Ask(row.values.get("customer_number", ""), row.values.get("customer_name", "")) for row in again]
        for row, link in zip(again, self.links.resolve(asks), strict=True):
            each = _person(row, link)
            said = self._said.setdefault((link.key, name_key(each.values.get("name", ""))[:60]), {})
            for name, value in _statements(each).items():
                said.setdefault(name, (value, row.number))


def _full_name(values: dict[str, Any]) -> str:
    if "name" in values:
        return str(values["name"])
    return full_name(last_name=values.get("last_name", ""), first_name=values.get("first_name", ""))


def _person(row: Row, link: Link) -> Person:
    values, faults = row.values, list(row.faults)
    typed: dict[str, Any] = {key: values[key] for key in CONTACT_FIELDS if key in values and key != "name"}
    typed["name"] = _full_name(values)
    for key in ("phone", "mobile"):
        if key in typed:
            typed[key] = phone_text(typed[key])
    typed |= {key: value for key, value in values.items() if is_custom(key)}
    kept = {LABELS[key]: _plain(values[key]) for key in KEPT if key in values}
    if not typed["name"]:
        faults.append(_("The row names nobody: it has no name."))
    try:
        cleaned = clean_contact(typed)
    except Invalid as refusal:
        faults += [f"{_label(name)}: {text}" for name, text in refusal.fields.items()]
        cleaned = {"name": typed["name"]}
    own = {name: value for name, value in cleaned.items() if not is_custom(name)}
    faults += [f"{_label(name)}: {text}" for name, text in faults_of(Contact, own).items() if cleaned["name"]]
    made = {name: value for name, value in cleaned.items() if value not in ("", None) or name == "name"}
    return Person(row, link, made, kept, faults)


def _label(name: str) -> str:
    return _(CONTACTS.field(name).label) if CONTACTS.has_field(name) else label_of(name, kind="contact")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return iso(value) if isinstance(value, date) else str(value)


def _statements(each: Person) -> dict[str, Any]:
    return {**each.values, **each.kept}


def _fill(making: Making, each: Person, fresh: dict[str, Any]) -> None:
    """What a further row adds; what was said before stays as it was written first."""
    text, kept = split_remark(making.values.get("remark", ""), KEPT_LABELS)
    given = {name: value for name, value in each.values.items() if name in fresh}
    added = {label: value for label, value in each.kept.items() if label in fresh}
    remark = join_remark(given.pop("remark", "") or text, {**kept, **added})
    making.values |= given
    if remark:
        making.values["remark"] = remark[:300]
