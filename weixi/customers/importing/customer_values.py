"""What a row of a customer file says, in the fields of the archive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers import labels
from weixi.customers.enums import CustomerKind
from weixi.customers.fields.typed import is_custom
from weixi.customers.importing.masked import put_aside
from weixi.customers.importing.named_people import UNNAMED, people_of
from weixi.customers.importing.reading import iso
from weixi.customers.importing.remarks import split_remark
from weixi.customers.importing.rows import Row
from weixi.customers.importing.specs.customers import CUSTOMERS
from weixi.customers.matching.records import Record, record_of
from weixi.customers.models import Customer, Registration
from weixi.customers.naming import name_key
from weixi.customers.services.customers import REGISTRATION_FIELDS
from weixi.customers.services.quick_check import faults_of
from weixi.customers.services.values import CUSTOMER_FIELDS, clean_values
from weixi.kernel.errors import Invalid

# Fields of the file that have no column: they become lines of the remark.
KEPT = (
    "number", "mobile", "qq", "district", "other_address", "next_contact_on", "birthday", "lunar_birthday", "house_number", "postcode",
    "founded_year", *UNNAMED,
)  # fmt: skip
LABELS = {key: CUSTOMERS.field(key).label_zh for key in KEPT}
KEPT_LABELS = frozenset(LABELS.values())
LABELS_BACK = {label: key for key, label in LABELS.items()}
_OWN = frozenset((*CUSTOMER_FIELDS, *REGISTRATION_FIELDS)) - {"through"}
_MAIN = frozenset(CUSTOMER_FIELDS)
_EXTENSION = re.compile(r"^((?:0\d{1,3}-\d{7,8})|\+?\d{5,15})-(\d{1,6})$")


@dataclass(slots=True)
class Wanted:
    """One row as the archive would take it. `fields` are cleaned; `kept` goes into the remark by label."""

    row: int
    number: str
    name: str
    name_key: str
    fields: dict[str, Any]
    kept: dict[str, str] = field(default_factory=dict)
    remark: str = ""
    tags: tuple[str, ...] = ()
    owner: str = ""
    lifecycle: str = ""
    through: str = ""
    faults: list[str] = field(default_factory=list)
    # The keys of its near ones, where they were worked out already (`nearest.near_keys`).
    near: tuple[int, ...] | None = None
    # Values of which the file has only the mask.
    masked: dict[str, str] = field(default_factory=dict)
    # The key of the customer through which it is reached, while only the file has that one.
    later: str = ""
    # The people it names, by the fields of a contact.
    people: list[dict[str, Any]] = field(default_factory=list)
    # What stands in columns of somebody whom the row does not name: {own field or the file's: (the contact's field, value)}.
    lent: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def copy(self) -> Wanted:
        """The same with fields and faults of its own."""
        return Wanted(
            self.row, self.number, self.name, self.name_key, {**self.fields}, self.kept, self.remark, self.tags,
            self.owner, self.lifecycle, self.through, [*self.faults], self.near, self.masked,
            people=self.people, lent=self.lent,
        )  # fmt: skip


def label_of(name: str) -> str:
    """What a field is called on screen."""
    return _(CUSTOMERS.field(name).label) if CUSTOMERS.has_field(name) else labels.label_of(name)


def full_name(*, last_name: str, first_name: str) -> str:
    """A person's name of its two parts, the Chinese way or the other."""
    if any("\u3400" <= char <= "\u9fff" for char in last_name + first_name):
        return f"{last_name}{first_name}"
    return f"{first_name} {last_name}".strip()


def given_names(values: Mapping[str, Any]) -> dict[str, str]:
    """The two parts of a person's name, as a row has them."""
    return {key: str(values.get(key, "")) for key in ("last_name", "first_name")}


def phone_text(value: str) -> str:
    """A phone as the archive writes it: an extension behind 转."""
    match = _EXTENSION.match(value)
    return f"{match[1]}转{match[2]}" if match else value


def wanted(row: Row) -> Wanted:
    """Clean a row's values and sort them; sentences about what the archive refuses stand in `faults`."""
    values = dict(row.values)
    name = str(values.pop("name", ""))
    person = str(values.pop("person_name", ""))
    if "last_name" in values or "first_name" in values:
        person = person or full_name(**given_names(values))
        for key in ("last_name", "first_name"):
            values.pop(key, None)
    if person and not name:
        name, person = person, ""
        values.setdefault("kind", CustomerKind.PERSON)
    lent: dict[str, tuple[str, Any]] = {}
    people, unnamed, faults = people_of(
        values, own_name=name, beside=person, is_person=values.get("kind") == CustomerKind.PERSON, lent=lent
    )
    if "phone" not in values and "mobile" in values:
        values["phone"] = values.pop("mobile")
    elif "mobile" in values and values.get("other_phone", values["mobile"]) == values["mobile"]:
        values["other_phone"] = values.pop("mobile")
    if values.get("other_phone") == values.get("phone"):
        values.pop("other_phone", None)
    masked = put_aside(values)
    for key in ("phone", "mobile", "other_phone"):
        if key in values:
            values[key] = phone_text(values[key])
    number = str(values.pop("number", ""))
    kept = {LABELS[key]: _text(values.pop(key)) for key in KEPT if key in values}
    if unnamed:
        kept |= {LABELS[key]: text for key, text in unnamed.items()}
    made = Wanted(
        row=row.number,
        number=number,
        name=name,
        name_key="",
        fields={},
        kept=kept,
        remark=str(values.pop("remark", "")),
        tags=tuple([tag[:40] for tag in values.pop("tags", ())]),
        owner=str(values.pop("owner", "")),
        lifecycle=str(values.pop("lifecycle", "")),
        through=str(values.pop("through", "")),
        faults=[*row.faults, *faults],
        masked=masked,
        people=people,
        lent=lent,
    )
    typed: dict[str, Any] = {}
    for key, value in values.items():
        if key in _OWN:
            typed[key] = value if isinstance(value, str) else _text(value)
        elif is_custom(key):
            typed[key] = value
    _clean(made, typed)
    return made


def _clean(made: Wanted, typed: dict[str, Any]) -> None:
    try:
        cleaned = clean_values({"name": made.name, "number": made.number, "remark": made.remark, **typed})
    except Invalid as refusal:
        made.faults += [f"{label_of(name)}: {text}" for name, text in refusal.fields.items()]
        return
    made.name, made.number, remark = (cleaned.pop(key) for key in ("name", "number", "remark"))
    # A line of the remark that looks like a kept one would be read as one the next time.
    made.remark, kept = split_remark(remark, KEPT_LABELS)
    made.kept = {**kept, **made.kept}
    main: dict[str, Any] = {}
    form: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, value in cleaned.items():
        if value not in ("", None):
            (main if name in _MAIN else own if is_custom(name) else form)[name] = value
    if made.name:
        main["name"] = made.name
    wrong = faults_of(Customer, main | {"number": made.number} if made.number else main)
    if form:
        wrong |= faults_of(Registration, form)
    made.faults += [f"{label_of(name)}: {text}" for name, text in wrong.items()]
    made.fields = main | form | own
    # Without a full name a new customer is called by the short one; that never renames one that is there.
    made.name = made.name or main.get("short_name", "")
    made.name_key = name_key(made.name)[:200]


def record_wanted(each: Wanted) -> Record:
    """The row as it is compared with the archive; told by its number from 0 on, which no customer has."""
    fields, kept = each.fields, each.kept
    return record_of(
        -each.row,
        is_person=fields.get("kind") == CustomerKind.PERSON,
        name=each.name,
        short_name=fields.get("short_name", ""),
        phones=[
            fields.get("phone", ""),
            fields.get("other_phone", ""),
            kept.get(LABELS["mobile"], ""),
            *(person[key] for person in each.people for key in ("mobile", "phone") if key in person),
        ],
        emails=[fields.get("email", ""), *(person["email"] for person in each.people if "email" in person)],
        code=fields.get("unified_code", ""),
        address=fields.get("address", "") or fields.get("home_address", ""),
        house=kept.get(LABELS["house_number"], ""),
        district=kept.get(LABELS["district"], ""),
        area=kept.get(LABELS["other_address"], ""),
        postcode=kept.get(LABELS["postcode"], ""),
        city=fields.get("city", "") or fields.get("region", ""),
        birthday=kept.get(LABELS["birthday"], ""),
    )


def _text(value: Any) -> str:
    return iso(value) if isinstance(value, date) else str(value)
