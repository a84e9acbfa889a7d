"""What fields are called on screen, and how their values read."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from weixi.customers.models import Contact, Customer, Registration


@cache
def _fields(kind: str) -> dict[str, Any]:
    shown: tuple[type[models.Model], ...] = (Contact,) if kind == "contact" else (Customer, Registration)
    return {field.name: field for model in shown for field in model._meta.concrete_fields}


def label_of(name: str, *, kind: str = "customer") -> str:
    """`industry` -> 行业; a name nobody knows stands for itself."""
    if name == "tags":
        return _("Tags")
    field = _fields(kind).get(name)
    return str(field.verbose_name) if field is not None else name


def words_of(name: str, value: Any, *, kind: str = "customer") -> str:
    """A stored value as people read it; nothing is a dash."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return _(", ").join(map(str, value))
    field = _fields(kind).get(name)
    choices = dict(field.flatchoices) if field is not None and field.choices else {}
    return str(choices.get(value, value))
