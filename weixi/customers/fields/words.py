"""A value as people read it, by its field: the one place where values become words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.fields.field import Field
from weixi.kernel.currency import money_text
from weixi.kernel.drawing.moments import partial_day_text

NOTHING = "—"


def words(field: Field, value: Any) -> str:
    """`words(kind, "company")` -> 公司; nothing is a dash. Keys of people and customers stand as they are."""
    if isinstance(value, list | tuple):
        return _(", ").join(words(field, each) for each in value) or NOTHING
    if field.type == "flag" and value is not None:
        return plain_words(bool(value))
    if field.choices and value:
        return str(dict(field.choices).get(value, value))
    if field.type in ("number", "amount") and isinstance(value, str) and field.custom:
        value = Decimal(value)
    if field.type == "amount" and isinstance(value, Decimal):
        return money_text(value)
    if field.type == "date" and value:
        return partial_day_text(value.isoformat() if isinstance(value, date) else str(value))
    return plain_words(value)


def plain_words(value: Any) -> str:
    """A value whose field is not known."""
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return _(", ").join(map(str, value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else str(value)
