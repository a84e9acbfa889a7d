"""The fields that every installation has: columns of the models, with what the data standard says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.customers.fields.field import Field, Source, Type
from weixi.customers.fields.groups import GROUP_OF, KEPT, PEOPLE
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.personal import PERSONAL
from weixi.organisation.enums import Right
from weixi.policy.document.archive import ArchiveField

CONTACT_PREFIX = "contact_"
# Columns that are no fields for people: keys, what is derived for sorting, and other tables' business.
_HIDDEN = frozenset(
    {
        "id", "customer", "name_key", "pinyin", "previous_grade", "archived_at", "archive_reason", "merged_into",
        "version", "removed_at", "next_period_due_at", "last_visit_at",
    }
)  # fmt: skip
_KEPT = frozenset(
    {
        "grade", "graded_at", "annual_amount", "last_order_on", "last_contact_at", "last_contact_kind",
        "completeness", "next_due_at", "created_at", "changed_at",
    }
)  # fmt: skip
_BY_HAND = {"number": "", "owner": Right.CUSTOMERS_ASSIGN, "co_owner": Right.CUSTOMERS_ASSIGN}
_TYPES: dict[str, Type] = {
    "owner": "person", "co_owner": "person", "through": "customer", "annual_amount": "amount", "completeness": "number",
    "last_order_on": "date", "founded_on": "date", "cooperation_since": "date", "contact_birthday": "date",
    "remark": "long_text", "need_preference": "long_text", "product_use": "long_text", "main_business": "long_text",
    "development_potential": "long_text",
}  # fmt: skip
_LABELS = {
    "last_order_on": _("last order"), "last_contact_at": _("last contact"), "last_contact_kind": _("kind of contact"),
    "graded_at": _("graded on"), "next_due_at": _("next duty"), "created_at": _("entered"), "changed_at": _("changed"),
}  # fmt: skip
# Values that the shipped standard lists in Chinese, for who reads another language.
_VALUES = {"线上": _("Online only"), "线下": _("On site only"), "线上线下": _("Online and on site")}
# Where the standard says nothing: what reaches a person's account or pocket telephone.
_SENSITIVE = frozenset({"bank_account", "contact_phone", "contact_email", "contact_wechat"})


def built_in_fields(demands: Iterable[ArchiveField]) -> tuple[Field, ...]:
    """Customer's fields first, then the contacts'; demands of fields kept elsewhere are left out."""
    return _built_in(tuple(demands))


@lru_cache(maxsize=8)
def _built_in(demands: tuple[ArchiveField, ...]) -> tuple[Field, ...]:
    by_key = {demand.key: demand for demand in demands}
    found = [
        *_of_model(Customer, "customer", by_key),
        *_of_model(Registration, "registration", by_key),
        Field("tags", _("Tags"), "customer", KEPT, "tags", "tags", "tags", right=Right.CUSTOMERS_EDIT),
        *_of_model(Contact, "contact", by_key),
    ]
    return tuple(found)


def _of_model(model: type[models.Model], source: Source, demands: Mapping[str, ArchiveField]) -> list[Field]:
    return [
        _field(column, source, demands) for column in model._meta.concrete_fields if not _is_hidden(column.name, source)
    ]


def _is_hidden(name: str, source: Source) -> bool:
    return name in _HIDDEN or (source == "contact" and name in _KEPT)


def _field(column: Any, source: Source, demands: Mapping[str, ArchiveField]) -> Field:
    of_contact = source == "contact"
    key = f"{CONTACT_PREFIX}{column.name}" if of_contact else column.name
    demand = demands.get(key)
    kind = _type_of(column, key, demand)
    kept = not of_contact and column.name in _KEPT
    return Field(
        key=key,
        label=_LABELS.get(key, column.verbose_name),
        of="contact" if of_contact else (demand.of if demand else "customer"),
        group=PEOPLE if of_contact else GROUP_OF.get(key, KEPT),
        type=kind,
        source=source,
        column=column.name,
        choices=_choices_of(column, demand),
        level=demand.level if demand else ("sensitive" if key in _SENSITIVE else "ordinary"),
        personal=of_contact or column.name in PERSONAL,
        right="" if kept else _BY_HAND.get(key, Right.CUSTOMERS_EDIT),
        demand=demand,
    )


def _type_of(column: Any, key: str, demand: ArchiveField | None) -> Type:
    if key in _TYPES:
        return _TYPES[key]
    if column.choices:
        return "choice"
    if isinstance(column, models.BooleanField):
        return "flag"
    if isinstance(column, models.DateTimeField):
        return "moment"
    if demand is not None and demand.type in ("choice", "long_text", "number", "amount", "date"):
        return demand.type  # type: ignore[return-value]
    return "text"


def _choices_of(column: Any, demand: ArchiveField | None) -> tuple[tuple[str, Any], ...]:
    if column.choices:
        return tuple((value, label) for value, label in column.choices if value)
    return tuple((value, _VALUES.get(value, value)) for value in demand.allowed) if demand else ()
