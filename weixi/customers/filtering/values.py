"""The values of a filter: read from text by their kind, and said in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from weixi.kernel.currency import money_text, unsigned
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

MOST_DAYS = 36_500
# Kinds that take all the values that are left.
MANY = frozenset({"texts", "choices", "people"})
BEYOND = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class People:
    """Whom a filter names: ids of people, and whether “nobody” is among them."""

    ids: frozenset[int]
    nobody: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """A value as the condition takes it, and as a chip says it."""

    value: Any
    words: str


def read_values(
    takes: Sequence[str], given: Sequence[str], *, viewer: Viewer, choices: Mapping[str, str], names: Mapping[int, str]
) -> list[Read]:
    """One `Read` for each kind of `takes`. Raises ValueError with the reason for what cannot be read.

    `choices` are the codes and labels of the field, `names` the people that values name.
    """
    found: list[Read] = []
    rest = [text.strip() for text in given]
    for kind in takes:
        if kind in MANY:
            values = list(dict.fromkeys(text for text in rest if text))
            rest = []
            if not values:
                raise ValueError(_("a value is missing"))
            found.append(_many(kind, values, viewer, choices, names))
            continue
        text = rest.pop(0) if rest else ""
        if not text:
            raise ValueError(_("a value is missing"))
        found.append(_one(kind, text, choices))
    if any(rest):
        raise ValueError(_("there are more values than it takes"))
    return found


def people_named(values: Sequence[str]) -> set[int]:
    """The ids among the values of a filter by people."""
    return {int(value) for value in values if _is_number(value, 9)}


def _is_number(text: str, digits: int) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= digits


def _many(kind: str, values: list[str], viewer: Viewer, choices: Mapping[str, str], names: Mapping[int, str]) -> Read:
    if kind == "people":
        return _people(values, viewer, names)
    if kind == "choices":
        if unknown := [value for value in values if value not in choices]:
            raise ValueError(_("“%(value)s” is not in its list.") % {"value": unknown[0][:40]})
        return Read(tuple(values), _(", ").join(choices[value] for value in values))
    return Read(tuple(values), _(", ").join(values))


def _people(values: Sequence[str], viewer: Viewer, names: Mapping[int, str]) -> Read:
    ids: set[int] = set()
    words: list[str] = []
    for value in values:
        if value == "me" and viewer.user:
            ids.add(viewer.user.pk)
            words.append(_("me"))
        elif value == "none":
            words.append(_("nobody"))
        elif _is_number(value, 9):
            ids.add(int(value))
            words.append(names.get(int(value), "—"))
        else:
            raise ValueError(_("“%(value)s” is nobody.") % {"value": value[:40]})
    return Read(People(frozenset(ids), "none" in values), _(", ").join(words))


def _one(kind: str, text: str, choices: Mapping[str, str]) -> Read:
    if kind == "text":
        return Read(text, f"“{text}”")
    if kind == "choice":
        if text not in choices:
            raise ValueError(_("“%(value)s” is not in its list.") % {"value": text[:40]})
        return Read(text, choices[text])
    if kind == "day":
        return _day(text)
    if kind == "amount":
        amount = read_amount(text)
        return Read(amount, money_text(amount))
    if kind == "days":
        if not _is_number(text, 6) or not 0 < int(text) <= MOST_DAYS:
            raise ValueError(_("“%(value)s” is not a number of days.") % {"value": text[:40]})
        return Read(int(text), text)
    if kind == "percent":
        if not _is_number(text, 3) or int(text) > 100:
            raise ValueError(_("“%(value)s” is not a percentage.") % {"value": text[:40]})
        return Read(int(text), f"{int(text)}%")
    if kind == "number":
        number = _decimal(text)
        if number is None:
            raise ValueError(_("“%(value)s” is not a number.") % {"value": text[:40]})
        return Read(number, f"{number:f}")
    raise AssertionError(f"no such kind of value: {kind}")


def _day(text: str) -> Read:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("“%(text)s” is no date; write 2026-03-02.") % {"text": text[:40]}) from None
    return Read(day, formats.date_format(day, "DATE_FORMAT"))


def _decimal(text: str) -> Decimal | None:
    if len(text) > 30:
        return None
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < BEYOND else None


def read_amount(text: str) -> Decimal:
    """An amount typed into a filter; raises ValueError with the reason."""
    amount = _decimal(unsigned(text))
    if amount is None:
        raise ValueError(_("“%(value)s” is not an amount.") % {"value": text[:40]})
    return amount.quantize(Decimal("0.01"))


def names_of(ids: set[int]) -> dict[int, str]:
    """Names of people by id; no query for none."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
