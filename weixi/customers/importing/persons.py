"""People at customers, as rows of files name them: found again by their name or their mobile phone, at one customer only.

Files of contacts bring one a row, files of customers as many as have columns there; both decide here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.access import viewer_access
from weixi.customers.fields import contact_values_of
from weixi.customers.fields.allowed import choice_faults, listed_fields, meant_in
from weixi.customers.fields.field import Field
from weixi.customers.fields.typed import is_custom
from weixi.customers.importing.custom_columns import custom_keys, lay_beside
from weixi.customers.importing.customer_entries import agree
from weixi.customers.importing.customer_values import full_name, phone_text
from weixi.customers.importing.links import Link
from weixi.customers.importing.masked import faults_of_masked, put_aside
from weixi.customers.importing.named_people import fault_of_name, is_nobody
from weixi.customers.importing.reading import iso
from weixi.customers.importing.remarks import join_remark, split_remark
from weixi.customers.importing.rights import key_of, masked_faults, shown_back
from weixi.customers.importing.rows import Act
from weixi.customers.importing.specs import CONTACTS
from weixi.customers.labels import label_of
from weixi.customers.models import Contact
from weixi.customers.naming import name_key
from weixi.customers.services.bulk import ContactChange, NewContact, add_contacts, update_contacts
from weixi.customers.services.contacts import CONTACT_FIELDS, clean_contact
from weixi.customers.services.quick_check import faults_of
from weixi.kernel.errors import Invalid
from weixi.kernel.importing.values.birthdays import Birthday, parse_birthday
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer

# Fields without a column of their own become lines of the remark. The owner belongs to the customer.
KEPT = (
    "salutation", "department", "other_phone", "other_email", "qq", "website", "gender", "address", "other_address",
    "source", "do_not_call", "next_contact_on", "number", "owner", "other_birthday",
)  # fmt: skip
LABELS = {key: CONTACTS.field(key).label_zh for key in KEPT}
KEPT_LABELS = frozenset(LABELS.values())
# Characters of a contact's remark.
LONGEST = 300
# Between a name and a mobile phone, where several people of one name are told apart.
_ANOTHER = "\x1f"


@dataclass(slots=True)
class Person:
    """One person as the archive would take him. `row` is where the file names him."""

    row: int
    link: Link
    values: dict[str, Any]
    kept: dict[str, str]
    faults: list[str]
    # Values of which the file has only the mask.
    masked: dict[str, str] = field(default_factory=dict)

    @property
    def statements(self) -> dict[str, Any]:
        return {**self.values, **self.kept}


@dataclass(slots=True)
class Making:
    """A contact to be entered, and what is told its id (`targets`) once it has one."""

    link: Link
    values: dict[str, Any]
    person: str
    targets: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Verdict:
    """What is to happen with a person; nothing is noted before `People.take` is called with it."""

    person: Person
    act: Act
    key: tuple[str, str] = ("", "")
    stored: Contact | None = None
    reasons: list[str] = field(default_factory=list)
    warning: str = ""
    work: Making | ContactChange | None = None
    # What a further row adds to one that is being made.
    fresh: dict[str, Any] = field(default_factory=dict)


def read_person(
    row: int, given: Mapping[str, Any], link: Link, listed: Mapping[str, Field], faults: Iterable[str] = ()
) -> Person:
    """A person of values by the fields of a file of contacts; `listed` as `People.listed`. Sentences about what the archive
    refuses stand in `faults`."""
    faults = list(faults)
    given = _with_birthday(given)
    typed: dict[str, Any] = {key: given[key] for key in CONTACT_FIELDS if key in given and key != "name"}
    typed["name"] = name_of(given)
    masked = put_aside(typed)
    for key in ("phone", "mobile"):
        if key in typed:
            typed[key] = phone_text(typed[key])
    typed |= {key: value for key, value in given.items() if is_custom(key)}
    kept = {LABELS[key]: _plain(given[key]) for key in KEPT if key in given}
    if is_nobody(typed["name"]):
        faults.append(_("The row names nobody: it has no name."))
    elif why := fault_of_name(typed["name"]):
        faults.append(f"{_label('name')}: {why}")
    try:
        cleaned = clean_contact(meant_in(typed, listed.values()))
    except Invalid as refusal:
        faults += [f"{_label(name)}: {text}" for name, text in refusal.fields.items()]
        cleaned = {"name": typed["name"]}
    own = {name: value for name, value in cleaned.items() if not is_custom(name)}
    faults += [f"{_label(name)}: {text}" for name, text in faults_of(Contact, own).items() if cleaned["name"]]
    made = {name: value for name, value in cleaned.items() if value not in ("", None) or name == "name"}
    return Person(row, link, made, kept, faults, masked)


def _with_birthday(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of two columns of birthdays (出生日期, 农历生日) the one that is filled in is the birthday; the other stays a line."""
    other = parse_birthday(given.get("other_birthday"))
    if not isinstance(other, Birthday) or "birthday" in given:
        return given
    rest = {key: value for key, value in given.items() if key != "other_birthday"}
    return {**rest, "birthday": other.text, "birthday_lunar": other.lunar}


def name_of(values: Mapping[str, Any]) -> str:
    if "name" in values:
        return str(values["name"])
    return full_name(last_name=values.get("last_name", ""), first_name=values.get("first_name", ""))


class People:
    """Those of the archive that a portion can meet, and what the file said of a person before."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        # The columns that take only listed values; asked for once a portion (`begin`).
        self.listed: dict[str, Field] = {}
        # {(customer, name): {field: (value, row)}}
        self._said: dict[tuple[str, str], dict[str, tuple[Any, int]]] = {}
        self._making: dict[tuple[str, str], Making] = {}
        self._changes: list[ContactChange] = []
        self.look_up([], [])

    def begin(self) -> None:
        """A portion is decided (anew)."""
        self._making.clear()
        self._changes.clear()
        self.listed = listed_fields("contact")

    def look_up(self, customers: Iterable[int], given: Iterable[Mapping[str, Any]]) -> None:
        """Find the people at these customers, with the custom fields that are `given`. Uses index: contact_name (customer)."""
        self._named: dict[tuple[int, str], list[Contact]] = defaultdict(list)
        self._mobiles: dict[tuple[int, str], list[Contact]] = defaultdict(list)
        self._at: dict[int, list[Contact]] = defaultdict(list)
        ids = set(customers)
        if not ids:
            return
        stored: dict[int, Contact] = {}
        # A number that is only shown masked is no way to find somebody: a list of guesses would tell it.
        by_mobile = viewer_access(self.viewer).reads(key_of("contacts", "mobile"))
        for contact in Contact.objects.filter(one_of("customer_id", ids), removed_at=None).order_by("pk"):
            self._named[contact.customer_id, contact.name_key].append(contact)
            self._at[contact.customer_id].append(contact)
            stored[contact.pk] = contact
            if contact.mobile and by_mobile:
                self._mobiles[contact.customer_id, contact.mobile].append(contact)
        if keys := custom_keys(given):
            lay_beside(stored, contact_values_of(stored, keys), Contact)

    def has(self, customer: int, part: str, value: Any) -> bool:
        """Whether a contact of this customer has the value already; a number counts in either of its two places."""
        names = ("mobile", "phone") if part in ("mobile", "phone") else (part,)
        text = phone_text(value) if part in ("mobile", "phone") else value
        return any(getattr(contact, name, None) == text for contact in self._at[customer] for name in names)

    # --- deciding -----------------------------------------------------------------------------------

    def weigh(self, each: Person) -> Verdict:
        """What would be done with a person. Changes nothing."""
        key = self._key(each)
        if why := self._contradiction(key, each):
            return _no(each, why)
        found = self._found(each, key)
        if isinstance(found, str):
            return _no(each, found)
        if each.masked and (reasons := faults_of_masked(each.masked, vars(found) if found else {}, _labels(each))):
            return _no(each, *reasons)
        if found is not None:
            return self._change(found, each, key)
        if (making := self._making.get(key)) is not None or key in self._said:
            said = self._said.get(key, {})
            fresh = {name: value for name, value in each.statements.items() if name not in said}
            if faults := self._unlisted(fresh):
                return _no(each, *faults)
            return Verdict(each, Act.UPDATE if fresh else Act.SAME, key, work=making, fresh=fresh)
        return self._create(each, key)

    def take(self, verdict: Verdict, *, again: bool, target: Any = None) -> None:
        """Note what `weigh` has said, to be written by `write`; `again` when the file speaks of the person in several
        rows. `target` gets the contact's id as its `target` where one is made."""
        each, key, work = verdict.person, verdict.key, verdict.work
        if isinstance(work, ContactChange):
            assert verdict.stored is not None
            self._changes.append(work)
            # A further row of the same portion sees what this one is about to write.
            for name, value in work.values.items():
                setattr(verdict.stored, name, value)
        elif work is not None:
            if verdict.act is Act.CREATE:
                self._making[key] = work
            else:
                _fill(work, each, verdict.fresh)
            if target is not None:
                work.targets.append(target)
        if again:
            self.note(key, each)

    def note(self, key: tuple[str, str], each: Person) -> None:
        """Remember what the file said of a person."""
        said = self._said.setdefault(key, {})
        for name, value in each.statements.items():
            said.setdefault(name, (value, each.row))

    def absorb(self, each: Person) -> None:
        """Learn of somebody whom an earlier process has written already."""
        self.note(self._key(each), each)

    def _key(self, each: Person) -> tuple[str, str]:
        """(customer, person): of several of one name at a customer each but the first goes by the mobile phone as well."""
        key = (each.link.key, name_key(each.values["name"])[:60])
        mobile = each.values.get("mobile", "")
        first = self._said.get(key, {}).get("mobile")
        return key if not mobile or first is None or first[0] == mobile else (key[0], f"{key[1]}{_ANOTHER}{mobile}")

    def _contradiction(self, key: tuple[str, str], each: Person) -> str:
        said = self._said.get(key, {})
        for name, value in each.statements.items():
            if name in said and not agree(said[name][0], value):
                other, row = said[name]
                label = _(CONTACTS.field(name).label) if CONTACTS.has_field(name) else name
                return _("Row %(row)d of the same person says “%(other)s” for %(field)s, this one “%(value)s”.") % {
                    "row": row, "other": str(other)[:40], "field": label, "value": str(value)[:40]}  # fmt: skip
        return ""

    def _found(self, each: Person, key: tuple[str, str]) -> Contact | str | None:
        if each.link.target is None:
            return None
        name, another, _mobile = key[1].partition(_ANOTHER)
        same = self._named.get((each.link.target, name), [])
        mobile = each.values.get("mobile", "")
        if another:
            return next((contact for contact in same if contact.mobile == mobile), None)
        if len(same) > 1 and mobile:
            same = [contact for contact in same if contact.mobile == mobile] or same
        if len(same) > 1:
            return _("This customer has several contacts called %(name)s; give the mobile phone of one of them.") % {
                "name": each.values["name"]}  # fmt: skip
        if same or not mobile:
            return same[0] if same else None
        others: list[Contact] = self._mobiles.get((each.link.target, mobile), [])
        return others[0] if len(others) == 1 else None

    def _change(self, stored: Contact, each: Person, key: tuple[str, str]) -> Verdict:
        viewer = self.viewer
        changes = {
            name: value
            for name, value in each.values.items()
            if name != "remark"
            and (old := getattr(stored, name)) != value
            and not shown_back(viewer, "contacts", name, value, old)
        }
        if faults := [*masked_faults(viewer, "contacts", changes), *self._unlisted(changes)]:
            return _no(each, *faults)
        text, kept = split_remark(stored.remark, KEPT_LABELS)
        remark = join_remark(each.values.get("remark", "") or text, {**kept, **each.kept})
        if remark != stored.remark and (each.kept or "remark" in each.values):
            changes["remark"] = remark
            if len(remark) > LONGEST:
                return _no(each, _too_long())
        if not changes:
            return Verdict(each, Act.SAME, key, stored)
        return Verdict(each, Act.UPDATE, key, stored, work=ContactChange(stored.pk, changes))

    def _create(self, each: Person, key: tuple[str, str]) -> Verdict:
        if faults := [*masked_faults(self.viewer, "contacts", each.values), *self._unlisted(each.values)]:
            return _no(each, *faults)
        values = {**each.values}
        if remark := join_remark(values.pop("remark", ""), each.kept):
            values["remark"] = remark
        if len(remark) > LONGEST:
            return _no(each, _too_long())
        verdict = Verdict(each, Act.CREATE, key, work=Making(each.link, values, key[1]))
        if _ANOTHER in key[1]:
            base = key[1].partition(_ANOTHER)[0]
            verdict.warning = _(
                "Row %(row)d names another %(name)s with another mobile phone: taken for two people."
            ) % {"row": self._said[key[0], base]["mobile"][1], "name": each.values["name"][:40]}
        return verdict

    def _unlisted(self, values: Mapping[str, Any]) -> list[str]:
        """Why the archive does not take what is new: the data standard lists other values."""
        return list(choice_faults(values, self.listed).values())

    # --- writing ------------------------------------------------------------------------------------

    def write(self, link: Callable[[Sequence[Link]], None]) -> None:
        """Enter and change those that were taken; `link` gives the links of new ones their customers first."""
        makings = list(self._making.values())
        before = {id(making): making.link.key for making in makings}
        link([making.link for making in makings])
        rows = [NewContact(making.link.target or 0, making.values) for making in makings]
        made = add_contacts(rows, viewer=self.viewer) if rows else []
        for making, contact in zip(makings, made, strict=True):
            for target in making.targets:
                target.target = contact.pk
            # What was said of somebody at a new customer is from now on found under its id.
            if said := self._said.pop((before[id(making)], making.person), None):
                self._said[making.link.key, making.person] = said
        if self._changes:
            update_contacts(self._changes, viewer=self.viewer)
        self._making.clear()
        self._changes.clear()


def _no(each: Person, *reasons: str) -> Verdict:
    return Verdict(each, Act.REJECT, reasons=list(reasons))


def _too_long() -> str:
    return _("The remark is too long: at most %(count)d characters.") % {"count": LONGEST}


def _labels(each: Person) -> dict[str, str]:
    return {name: _label(name) for name in each.masked}


def _label(name: str) -> str:
    return _(CONTACTS.field(name).label) if CONTACTS.has_field(name) else label_of(name, kind="contact")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return iso(value) if isinstance(value, date) else str(value)


def _fill(making: Making, each: Person, fresh: dict[str, Any]) -> None:
    """What a further row adds; what was said before stays as it was written first."""
    text, kept = split_remark(making.values.get("remark", ""), KEPT_LABELS)
    given = {name: value for name, value in each.values.items() if name in fresh}
    added = {label: value for label, value in each.kept.items() if label in fresh}
    remark = join_remark(given.pop("remark", "") or text, {**kept, **added})
    making.values |= given
    if remark:
        making.values["remark"] = remark[:LONGEST]
