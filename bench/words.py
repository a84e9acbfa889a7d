"""What the cells of the floor's table say: the words that the page says, by the functions that the page uses.

A bare table of raw values would be compared with a page of other values; so a due time is `剩 2 小时`, a grade has its
name, an amount its commas. All else of the page (links, marks, shapes, tabs, filters, frame) is beyond the floor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from bench.floor import rows_of
from weixi.customers.grades import grade_labels
from weixi.interactions.enums import Kind
from weixi.kernel.currency import money_text
from weixi.kernel.drawing import moments

Row = Sequence[Any]

# As `customer_cells` takes them.
LIST_COLUMNS = (
    "c.id, c.name, c.grade, u.name, c.industry, c.annual_amount, c.last_contact_at, c.last_contact_kind, "
    "c.next_due_at, c.city"
)
LIST_FROM = "FROM customers_customer c LEFT JOIN organisation_user u ON u.id = c.owner_id"
# As `duty_cells` takes them.
DUTY_COLUMNS = "d.clause, d.title, d.due_at, c.name, c.grade, u.name"
DUTY_FROM = (
    "FROM duties_duty d JOIN customers_customer c ON c.id = d.customer_id "
    "LEFT JOIN organisation_user u ON u.id = d.assignee_id"
)
WAITING = "d.state IN ('open', 'overdue', 'paused')"


def customer_cells(rows: Sequence[Row]) -> list[list[Any]]:
    """A list's lines: name, grade, owner, industry, amount, last contact and its way, next duty and its title, city."""
    grades = grade_labels()
    ids = [row[0] for row in rows]
    titles: dict[int, str] = {}
    for pk, title in (
        rows_of(
            f"SELECT d.customer_id, d.title FROM duties_duty d WHERE d.customer_id IN ({marks(ids)}) AND {WAITING} "
            "ORDER BY d.due_at, d.key",
            ids,
        )
        if ids
        else ()
    ):
        titles.setdefault(pk, title)
    return [
        [
            name, grades.get(grade, grade), owner, industry, money_text(Decimal(amount), signed=False),
            moments.near_day_text(moments.local(_moment(contact)).date()) if contact else "",
            Kind(kind).label if kind in Kind.values else "",
            moments.left_text(_moment(due)) if due else "", titles.get(pk, ""), city,
        ]
        for pk, name, grade, owner, industry, amount, contact, kind, due, city in rows
    ]  # fmt: skip


def duty_cells(rows: Sequence[Row]) -> list[list[Any]]:
    """Today's and the team's lines: customer, grade, title, clause, due time, time left, person."""
    grades = grade_labels()
    return [
        [
            customer, grades.get(grade, grade), title, clause, moments.near_text(_moment(due)),
            moments.left_text(_moment(due)), person,
        ]
        for clause, title, due, customer, grade, person in rows
    ]  # fmt: skip


def period_cells(rows: Sequence[Row]) -> list[list[Any]]:
    """The same of customers with something due that has no row of its own yet."""
    return duty_cells([("", "", row[8], row[1], row[2], row[3]) for row in rows])


# As `story_cells` takes them: an event, and the talk it tells of.
STORY = (
    "SELECT e.occurred_at, e.type, u.name, i.kind, i.content, p.name FROM kernel_event e "
    "LEFT JOIN interactions_interaction i "
    "ON i.id = CASE WHEN e.subject_type = 'interaction' THEN CAST(e.subject_id AS bigint) END "
    "LEFT JOIN organisation_user u ON u.id = i.recorded_by_id LEFT JOIN customers_contact p ON p.id = i.contact_id "
    "WHERE e.customer_id = %s ORDER BY e.occurred_at DESC, e.seq DESC LIMIT 40"
)


def story_cells(rows: Sequence[Row]) -> list[list[Any]]:
    """The lines of a customer's story: day and time, who, how, with whom, what was said."""
    return [
        [
            moments.near_text(_moment(at)), who or "", Kind(kind).label if kind in Kind.values else type,
            contact or "", said or "",
        ]
        for at, type, who, kind, said, contact in rows
    ]  # fmt: skip


def fact_cells(model: type[models.Model]) -> Callable[[Sequence[Row]], list[list[Any]]]:
    """One row of a table as the archive says it: the name of each field that is filled, and its value."""
    fields = [(str(field.verbose_name), dict(field.flatchoices)) for field in model._meta.concrete_fields]

    def cells(rows: Sequence[Row]) -> list[list[Any]]:
        return [
            [label, choices.get(value, value)]
            for row in rows
            for (label, choices), value in zip(fields, row, strict=True)
            if value not in (None, "", [])
        ]

    return cells


def columns_of(model: type[models.Model]) -> str:
    """Its columns in the order that `fact_cells` names them."""
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def marks(values: Sequence[Any]) -> str:
    """`%s, %s, %s` for so many values."""
    return ", ".join(["%s"] * len(values))


def _moment(value: Any) -> datetime:
    """A moment as the driver gives it: text or a naive one on SQLite."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
