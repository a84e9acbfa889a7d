"""The people in the columns of a customer's row, taken apart: whose is what (A-1). Without the database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.importing.reading import iso
from weixi.customers.importing.specs.customers import CUSTOMERS
from weixi.customers.importing.specs.people import PEOPLE, field_key
from weixi.customers.naming import name_key
from weixi.kernel.importing.values.birthdays import parse_birthday
from weixi.kernel.importing.values.dates import DateRule
from weixi.kernel.importing.values.outcome import Bad

# General columns that are the contact's where a company's row names one. The telephone (座机) is the company's.
_GENERAL = ("mobile", "position")
# What is the customer's own when nobody is named: {part: where it belongs}. The rest becomes a line of the remark.
_OWN = {"phone": "phone", "mobile": "phone", "email": "email", "wechat": "wechat"}
_LUNAR = "birthday_lunar"
# Columns of somebody without a name that are kept as lines of the remark.
UNNAMED = tuple(key for key, (_place, part) in PEOPLE.items() if part not in ("name", _LUNAR, *_OWN))
_PREFIX = "contact"
# What people write where there is nobody to name.
_NOBODY = frozenset(
    ("", "无", "没有", "暂无", "未知", "不详", "不清楚", "待定", "空", "保密", "无联系人", "na", "none", "null", "nil", "unknown", "nobody", "x", "0")
)  # fmt: skip
_MARKS = re.compile(r"[\W_]+")
_SEVERAL = re.compile(r"[、;；/／\n]+")
# Digits enough to be a telephone.
_NUMBER = re.compile(r"\d{5,}|\d[\d\s-]{6,}\d")


def is_nobody(name: str) -> bool:
    """Whether a cell for a name only says that there is none (无, -, N/A)."""
    return _MARKS.sub("", name).casefold() in _NOBODY


def fault_of_name(name: str) -> str:
    """Why this is no name of one person; "" when it may be one."""
    if _NUMBER.search(name):
        return _("“%(value)s” holds a number; put it into the column of the telephone.") % {"value": name[:40]}
    return ""


def people_of(
    values: dict[str, Any], *, own_name: str, beside: str, is_person: bool, lent: dict[str, tuple[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, str], list[str]]:
    """Take the people out of a row's values.

    `own_name` is the customer's, `beside` that of a person named beside it (客户姓名, 姓 and 名), "" for none. Returns each
    person's values by the fields of a contact, what is kept in the remark (by the file's field), what is wrong. Of a customer
    who is a person himself, or when nobody is named, the columns are the customer's own; `lent` is told which these are.
    """
    places: dict[int, dict[str, Any]] = {}
    faults: list[str] = []
    for key in [key for key in values if key.startswith(_PREFIX)]:
        place, part = PEOPLE.get(key) or (int(key[len(_PREFIX)]), _LUNAR)
        places.setdefault(place, {})[part] = values.pop(key)
    if beside and name_key(beside) != name_key(own_name):
        first = places.setdefault(1, {})
        if not first.get("name"):
            first["name"] = beside
        elif all(name_key(str(each.get("name", ""))) != name_key(beside) for each in places.values()):
            places[max(places) + 1] = {"name": beside}
    named: dict[str, dict[str, Any]] = {}
    kept: dict[str, str] = {}
    apart = [each for place, given in sorted(places.items()) for each in _apart(place, given, faults)]
    for place, given in apart:
        name = name_key(str(given.get("name", "")))
        if not name or (is_person and name == name_key(own_name)):
            given.pop("name", None)
            faults += _own(values, kept, place, given, lent)
        elif (known := named.get(name)) is None:
            named[name] = given
        elif any(part in known and part != "name" and known[part] != value for part, value in given.items()):
            faults.append(
                _("%(name)s stands twice in this row, with different values; leave one of them out.")
                % {"name": str(given["name"])[:40]}
            )
        else:
            known |= {part: value for part, value in given.items() if part != "name"}
    people = list(named.values())
    if people and not is_person:
        _take_general(values, people[0])
    return people, kept, faults


def _apart(place: int, given: dict[str, Any], faults: list[str]) -> list[tuple[int, dict[str, Any]]]:
    """The people of one place: one, nobody, or several whose names alone stand in one cell (张三、李四)."""
    name = str(given.get("name", ""))
    if is_nobody(name):
        given.pop("name", None)
        return [(place, given)]
    if why := fault_of_name(name):
        faults.append(why)
        return []
    several = [each.strip() for each in _SEVERAL.split(name) if not is_nobody(each)]
    if len(several) < 2:
        return [(place, given)]
    if any(value for part, value in given.items() if part not in ("name", _LUNAR)):
        faults.append(
            _(
                "“%(value)s” names several people, and nobody can tell whose the other values are; give each a row or columns."
            )
            % {"value": name[:40]}
        )
        return []
    return [(place, {"name": each}) for each in several]


def _take_general(values: dict[str, Any], first: dict[str, Any]) -> None:
    for part in _GENERAL:
        if part in values and part not in first:
            first[part] = values.pop(part)
    for general, lunar in (("birthday", None), ("lunar_birthday", True)):
        read = parse_birthday(values.get(general), DateRule(), lunar=lunar)
        if read is None or isinstance(read, Bad):
            continue
        if "birthday" not in first:
            first["birthday"], first[_LUNAR] = read.text, read.lunar
        elif "other_birthday" not in first:
            first["other_birthday"] = read.in_words
        else:
            continue
        del values[general]


def _own(
    values: dict[str, Any], kept: dict[str, str], place: int, given: Mapping[str, Any], lent: dict[str, tuple[str, Any]]
) -> list[str]:
    """What stands in the columns of somebody who is not named; sentences about what cannot be kept."""
    faults = []
    for part, value in given.items():
        key = field_key(place, part)
        own = _OWN.get(part)
        if part == _LUNAR or value is False:
            continue
        if own is None:
            kept[key] = iso(value) if isinstance(value, date) else _("yes") if value is True else str(value)
            lent[key] = (part, value)
        elif own not in values:
            values[own] = value
            lent[own] = (part, value)
        elif values[own] != value:
            faults.append(
                _(
                    "%(field)s: “%(value)s” belongs to somebody, but the row does not say to whom; give the contact's name."
                )
                % {"field": _(CUSTOMERS.field(key).label), "value": str(value)[:40]}
            )
    return faults
