"""Custom fields as the catalogue and the data standard describe them."""

from __future__ import annotations

from typing import Any, cast

from django.utils.functional import lazystr

from weixi.customers.fields.field import Field, Type
from weixi.customers.fields.groups import MORE
from weixi.customers.models import CustomField
from weixi.organisation.enums import Right
from weixi.policy.document.archive import ArchiveField
from weixi.policy.document.durations import Duration


def demand_of(row: CustomField) -> ArchiveField:
    """What the company demands of its own field, in the terms of the policy's data standard.

    A row was checked when it was written, so nothing is checked again.
    """
    return ArchiveField.model_construct(
        key=row.key,
        title=row.title,
        group=row.group or MORE,
        of=cast(Any, row.of),
        type=cast(Any, row.type),
        allowed=tuple(row.allowed),
        level=cast(Any, row.level),
        required_for=tuple(row.required_for),
        key_field=row.key_field,
        computed=False,
        update_every=Duration.parse(row.update_every) if row.update_every else None,
        owner=row.owner_role or None,
    )


def describe(row: CustomField) -> Field:
    return Field(
        key=row.key,
        label=cast(Any, lazystr(_Called(row))),
        of=row.of,
        group=row.group or MORE,
        type=cast(Type, row.type),
        source="custom",
        column=row.key,
        choices=tuple((value, value) for value in row.allowed),
        level=row.level,
        personal=row.personal,
        right=Right.CUSTOMERS_EDIT if row.retired_at is None else "",
        demand=demand_of(row),
        field_id=row.pk,
    )


class _Called:
    """Reads the title in the language of the moment it is shown in."""

    def __init__(self, row: CustomField) -> None:
        self._row = row

    def __str__(self) -> str:
        return self._row.called
