"""The database's content as values that two runs can be compared by: no keys, no times, no random ids.

A row's key is replaced by its place among the rows of its table (by key), references by the place of
what they point to — also those that are plain numbers, and events' ids within texts. So a run whose sequences skipped numbers after
a rollback compares equal to one that went straight through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model
from django.db.models.fields.json import JSONField

from weixi.kernel.events.models import Event
from weixi.testing.kept import state

# Differ between two equal runs: times of entry, ids made by chance, who held what, the chain over them.
VOLATILE = frozenset({
    "recorded_at", "created_at", "changed_at", "started_at", "finished_at", "progressed_at", "began_at",
    "ended_well_at", "sealed_at", "computed_at", "applied_at", "uploaded_at", "tagged_at", "mail_after",
    "mail_sent_at", "mail_id", "mail_holder", "mail_attempts", "holder", "attempts", "salt", "personal_digest",
    "password", "last_login", "found_at", "decided_at", "undone_at", "made_at",
})  # fmt: skip
# Tables that say how the work went, not what it came to.
PASSED_OVER = frozenset({
    "kernel.heartbeat", "kernel.seal", "sessions.session", "contenttypes.contenttype", "auth.permission",
})  # fmt: skip
# (table, column) of plain numbers that name a row of another table.
REFERENCES: dict[tuple[str, str], str] = {
    ("kernel.event", "customer_id"): "customers.customer",
    ("kernel.notice", "customer_id"): "customers.customer",
    ("kernel.searchentry", "customer_id"): "customers.customer",
    ("customers.matchkey", "customer_id"): "customers.customer",
    ("customers.matchtodo", "customer_id"): "customers.customer",
    ("customers.recordview", "customer_id"): "customers.customer",
    ("customers.actrun", "job_id"): "kernel.job",
    ("customers.exportrun", "job_id"): "kernel.job",
    ("customers.importrun", "job_id"): "kernel.job",
    ("grading.gradingrun", "job_id"): "kernel.job",
}
# Columns made by chance, or of keys, in some tables only.
RANDOM_COLUMNS = frozenset(
    {
        ("kernel.event", "id"),
        ("kernel.event", "seq"),
        ("organisation.department", "path"),
        ("customers.matchtodo", "stamp"),
    }
)
# An event's id, wherever it stands in a text: in a duty's key, in a reference of another event.
_EVENT_ID = re.compile(r"(?<![0-9a-z])[0-9a-hjkmnp-tv-z]{26}(?![0-9a-z])")

Row = dict[str, Any]
Dump = dict[str, list[Row]]
Places = dict[str, dict[Any, int]]


def logical_dump(*, without: Collection[str] = (), columns: Collection[str] = (), only: Collection[str] = ()) -> Dump:
    """Every table's rows, sorted, by `app.model`; empty tables are left out.

    `without` names further tables to pass over, `columns` further columns (`name` or `app.model.name`);
    `only` restricts to these tables.
    """
    models = [model for model in apps.get_models() if model._meta.managed]
    # Most tables are empty in most tests, and one question tells which.
    filled = {str(table) for table, number, _highest in state() if number}
    places: Places = {
        model._meta.label_lower: _places(model) if model._meta.db_table in filled else {} for model in models
    }
    events = {
        key: f"event{place}" for place, key in enumerate(Event.objects.order_by("seq").values_list("id", flat=True), 1)
    }
    steady = partial(_EVENT_ID.sub, lambda match: events.get(match[0], match[0]))
    dump: Dump = {}
    for model in sorted(models, key=lambda each: each._meta.label_lower):
        label = model._meta.label_lower
        if label in PASSED_OVER or label in without or (only and label not in only):
            continue
        if model._meta.db_table not in filled:
            continue
        fields = [field for field in model._meta.concrete_fields if not _passed_over(label, field, columns)]
        rows = [
            {field.attname: _value(label, field, row, places, steady) for field in fields}
            for row in model._default_manager.order_by("pk").iterator()
        ]
        if rows:
            dump[label] = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True, default=str))
    return dump


def _places(model: type[Model]) -> dict[Any, int]:
    keys = model._default_manager.order_by("pk").values_list("pk", flat=True)
    return {key: place for place, key in enumerate(keys, start=1)}


def _passed_over(label: str, field: Field[Any, Any], columns: Collection[str]) -> bool:
    name = field.name
    if name in VOLATILE or name in columns or f"{label}.{name}" in columns or (label, name) in RANDOM_COLUMNS:
        return True
    # A key of its own says nothing; one that is a reference or a natural key does.
    return bool(field.primary_key and not isinstance(field, ForeignKey) and field.get_internal_type() in {
        "AutoField", "BigAutoField", "SmallAutoField",
    })  # fmt: skip


def _value(label: str, field: Field[Any, Any], row: Model, places: Places, steady: Callable[[str], str]) -> Any:
    value = getattr(row, field.attname)
    if value is None:
        return None
    target = REFERENCES.get((label, field.attname))
    if isinstance(field, ForeignKey):
        target = field.related_model._meta.label_lower
    elif field.attname == "subject_id" and isinstance(value, str) and value.isdigit():
        # An event's subject: `department:7`.
        target = next((name for name in places if name.endswith(f".{row.subject_type}")), None)  # type: ignore[attr-defined]
        value = int(value)
    if target in places:
        return places[target].get(value, f"gone:{value}")
    if isinstance(field, JSONField):
        return steady(json.dumps(value, sort_keys=True, ensure_ascii=False))
    return value if isinstance(value, int) else steady(str(value))


def differences(one: Dump, other: Dump, limit: int = 20) -> list[str]:
    """What one dump has and the other has not, a line per row, for a failing test to show."""
    lines: list[str] = []
    for label in sorted(one.keys() | other.keys()):
        left, right = _texts(one.get(label, [])), _texts(other.get(label, []))
        for text in left:
            if text in right:
                right.remove(text)
            else:
                lines.append(f"- {label} {text}")
        lines.extend(f"+ {label} {text}" for text in right)
    return lines[:limit]


def _texts(rows: Iterable[Row]) -> list[str]:
    return [json.dumps(row, sort_keys=True, ensure_ascii=False, default=str) for row in rows]
