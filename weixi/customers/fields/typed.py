"""Values of custom fields as people type them, and as the tables keep them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.fields.catalogue import find_field
from weixi.customers.fields.field import Field
from weixi.customers.models.custom import PREFIX
from weixi.customers.personal import PERSONAL
from weixi.customers.validators import clean_text
from weixi.kernel.currency import unsigned

LONGEST = 300
LONGEST_TEXT = 5000
# SQLite keeps 15 digits of a number exactly; four of them stand behind the point.
LARGEST = Decimal(10) ** 11
PLACES = Decimal("0.0001")
CENTS = Decimal("0.01")
_TRUE = frozenset({"true", "1", "yes", "y", "是", "有", "on", "√"})
_FALSE = frozenset({"false", "0", "no", "n", "否", "无", "off", "×"})
_SEVERAL = re.compile(r"[,，、;；\n]")


def is_custom(name: str) -> bool:
    return name.startswith(PREFIX)


def is_personal(name: str) -> bool:
    """Whether a customer's field stands on the personal side of events."""
    if not is_custom(name):
        return name in PERSONAL
    field = find_field(name)
    return field is None or field.personal


def clean_custom_value(key: str, value: Any) -> Any:
    """The value as its field's type has it: text, Decimal, date, bool, a tuple of texts; None for nothing.

    Takes what forms, files and the API send: texts, and values of the type itself. Raises ValueError with
    a sentence for who typed it, also when there is no such field (any more).
    """
    field = find_field(key)
    if field is None:
        raise ValueError(_("There is no such field here."))
    if value is None or (isinstance(value, str) and not value.strip()) or value in ([], ()):
        return None
    return _READ[field.type](field, value)


def stated(value: Any) -> Any:
    """A value as an event and JSON state it: numbers and days as text, several as a list."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _text(field: Field, value: Any) -> str:
    return _limited(value, LONGEST)


def _long_text(field: Field, value: Any) -> str:
    return _limited(value, LONGEST_TEXT)


def _limited(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise ValueError(_("This must be a text."))
    text = clean_text(value)
    if len(text) > longest:
        raise ValueError(
            _("At most %(count)d characters; this has %(length)d.") % {"count": longest, "length": len(text)}
        )
    return text


def _number(field: Field, value: Any) -> Decimal:
    return _decimal(value, PLACES, _("At most 4 digits behind the point."))


def _amount(field: Field, value: Any) -> Decimal:
    return _decimal(value, CENTS, _("An amount has at most 2 digits behind the point."))


def _decimal(value: Any, places: Decimal, too_fine: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError(_("This must be a number."))
    text = unsigned(unicodedata.normalize("NFKC", str(value))).replace(",", "").replace(" ", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(_("“%(value)s” is not a number.") % {"value": str(value)[:40]}) from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValueError(_("A number has at most 11 digits before the point."))
    if number != number.quantize(places):
        raise ValueError(too_fine)
    return number.quantize(places)


def _date(field: Field, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError(_("There is no such day: %(value)s.") % {"value": text[:40]}) from None
    raise ValueError(_("“%(value)s” is not a date; write 2026-03-02.") % {"value": str(value)[:40]})


def _choice(field: Field, value: Any) -> str:
    allowed = [choice for choice, _label in field.choices]
    text = clean_text(value) if isinstance(value, str) else value
    if text not in allowed:
        raise ValueError(
            _("“%(value)s” is not one of: %(allowed)s.")
            % {"value": str(value)[:40], "allowed": _(", ").join(allowed[:20])}
        )
    found: str = text
    return found


def _choices(field: Field, value: Any) -> tuple[str, ...]:
    given = _SEVERAL.split(value) if isinstance(value, str) else value
    if not isinstance(given, list | tuple):
        raise ValueError(_("This must be a list of texts."))
    return tuple(dict.fromkeys(_choice(field, each) for each in given if each != ""))


def _flag(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ValueError(_("“%(value)s” is neither yes nor no.") % {"value": str(value)[:40]})


_READ = {
    "text": _text,
    "long_text": _long_text,
    "number": _number,
    "amount": _amount,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "flag": _flag,
}
