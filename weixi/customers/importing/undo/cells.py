"""Cells back to what they were: only where they still hold what the import has put there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models

from weixi.customers.fields import contact_values_of, find_field, values_of
from weixi.customers.fields.typed import is_custom, stated
from weixi.customers.importing.undo.taking import EDITED, ERASED, NOT_YOURS, REFUSED, Fact, Taking
from weixi.customers.services.values import plain
from weixi.kernel.errors import Invalid

Cells = dict[int, dict[str, list[Any]]]


def cells_of(facts: Sequence[Fact]) -> Cells:
    """{thing: {field: [before the import, after it]}} from its changes, newest first."""
    cells: Cells = defaultdict(dict)
    for fact in facts:
        changes = {**(fact.data.get("changes") or {}), **(fact.data.get("personal_changes") or {})}
        for name, (old, new) in changes.items():
            known = cells[fact.subject].setdefault(name, [old, new])
            known[0] = old
    return cells


def former_values(
    taking: Taking, kind: str, cells: Cells, stored: Mapping[int, Sequence[models.Model]]
) -> dict[int, dict[str, Any]]:
    """The values to put back per thing; what was edited since goes into the account.

    `stored` has each thing's rows (a customer's and its form's); a thing that is missing there is no longer
    the viewer's.
    """
    back: dict[int, dict[str, Any]] = {}
    custom = _custom_values(kind, cells, stored)
    for pk, names in cells.items():
        rows = stored.get(pk)
        if rows is None:
            taking.keep(kind, pk, NOT_YOURS)
            continue
        for name, (old, new) in names.items():
            row = next((row for row in rows if _has(row, name)), None)
            if row is None and name not in custom.get(pk, {}):
                # A field that is retired, or that this version does not know.
                taking.keep(kind, pk, REFUSED, name)
                continue
            now = plain(getattr(row, name)) if row is not None else custom[pk][name]
            if now == new:
                back.setdefault(pk, {})[name] = old if row is None else _value(row, name, old)
            elif now != old:
                taking.keep(kind, pk, EDITED, name)
    return back


def _custom_values(kind: str, cells: Cells, stored: Mapping[int, Sequence[models.Model]]) -> dict[int, dict[str, Any]]:
    """{thing: {custom field: its value as events state it}} for the fields that are in use."""
    keys = {name for names in cells.values() for name in names if is_custom(name) and find_field(name) is not None}
    if not keys:
        return {}
    found = (contact_values_of if kind == "contact" else values_of)(stored, keys)
    return {pk: {name: stated(value) for name, value in values.items()} for pk, values in found.items()}


def put_back(
    taking: Taking, kind: str, back: dict[int, dict[str, Any]], write: Callable[[dict[int, dict[str, Any]]], Any]
) -> None:
    """Write former values; one that today's rules refuse stays as it is and is named."""
    try:
        write(back)
    except Invalid as refusal:
        keys = list(back)
        for place_and_name in refusal.fields:
            place, _dot, name = place_and_name.partition(".")
            if place.isdigit() and back[keys[int(place)]].pop(name, None) is not None:
                taking.keep(kind, keys[int(place)], REFUSED, name)
        write({pk: values for pk, values in back.items() if values})
    taking.restored += sum(map(len, back.values()))


def erased(taking: Taking, kind: str, facts: Sequence[Fact]) -> None:
    """Personal values that were erased since are not known any more."""
    for pk in sorted({fact.subject for fact in facts if fact.erased}):
        taking.keep(kind, pk, ERASED)


def _has(row: models.Model, name: str) -> bool:
    return any(field.name == name for field in row._meta.concrete_fields)


def _value(row: models.Model, name: str, old: Any) -> Any:
    field: Any = row._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return field.remote_field.model._default_manager.filter(pk=old).first() if old else None
    if old is None and not field.null:
        return field.get_default() if not isinstance(field, models.CharField | models.TextField) else ""
    return field.to_python(old)
