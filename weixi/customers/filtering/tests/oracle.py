"""The filter language a second time: slowly, in plain Python, over whole records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from weixi.commerce.models import Order
from weixi.customers.filtering.tree import Node, Test
from weixi.customers.models import Customer, VisitChoice
from weixi.duties.models import Duty
from weixi.interactions.models import Interaction


@dataclass
class World:
    """Everything the tests read, loaded whole."""

    customers: list[Customer]
    now: datetime
    me: int

    @property
    def today(self) -> date:
        return timezone.localtime(self.now).date()


def load(now: datetime, me: int) -> World:
    rows = Customer.objects.filter(archived_at=None).select_related("registration")
    return World(list(rows.prefetch_related("contacts", "tagged__tag", "custom__field")), now, me)


def matching(world: World, node: Node) -> set[int]:
    return {row.pk for row in world.customers if holds(world, node, row)}


def holds(world: World, node: Node, row: Customer) -> bool:
    if isinstance(node, Test):
        return bool(ASKED[node.field](world, row, node.op, list(node.values))) != node.negated
    parts = [holds(world, item, row) for item in node.items]
    joined = (all(parts) if node.way == "all" else any(parts)) if parts else True
    return joined != node.negated


# --- values -----------------------------------------------------------------------------------------


def text(value: str, op: str, values: list[str]) -> bool:
    return {
        "in": lambda: value in values,
        "not_in": lambda: value not in values,
        "has": lambda: values[0].lower() in value.lower(),
        "lacks": lambda: values[0].lower() not in value.lower(),
        "filled": lambda: value != "",
        "empty": lambda: value == "",
    }[op]()


def choice(value: str, op: str, values: list[str]) -> bool:
    return text(value if op in ("filled", "empty") else value or "none", op, values)


def number(value: Any, op: str, values: list[str]) -> bool:
    if op in ("filled", "empty"):
        return (value is not None) == (op == "filled")
    if value is None:
        return False
    given = Decimal(values[0])
    return {
        "ge": value >= given, "gt": value > given, "le": value <= given, "lt": value < given, "eq": value == given,
    }[op]  # fmt: skip


def moment(world: World, value: datetime | None, op: str, values: list[str]) -> bool:
    if op in ("filled", "empty"):
        return (value is not None) == (op == "filled")
    if value is None:
        return False
    local = timezone.localtime(value).date()
    if op in ("from", "until"):
        day = date.fromisoformat(values[0])
        return local >= day if op == "from" else local <= day
    if op == "period":
        return local >= first_day(world.today, values[0])
    if op == "past":
        return value < world.now
    length = timedelta(days=int(values[0]))
    if op == "next":
        return world.now <= value < world.now + length
    return value >= world.now - length if op == "within" else value < world.now - length


def first_day(today: date, period: str) -> date:
    day = today
    while True:
        start = {
            "today": True, "week": day.weekday() == 0, "month": day.day == 1,
            "quarter": day.day == 1 and day.month in (1, 4, 7, 10), "year": day.day == 1 and day.month == 1,
        }[period]  # fmt: skip
        if start:
            return day
        day -= timedelta(days=1)


# --- things -----------------------------------------------------------------------------------------


def people(world: World, value: int | None, op: str, values: list[str]) -> bool:
    named = {str(world.me) if given == "me" else given for given in values}
    found = ("none" if value is None else str(value)) in named
    return found if op == "in" else not found


def tags(row: Customer, op: str, values: list[str]) -> bool:
    own = {each.tag.name for each in row.tagged.all()}
    return {
        "has_any": bool(own & set(values)), "has_all": set(values) <= own, "lacks": not own & set(values),
        "filled": bool(own), "empty": not own,
    }[op]  # fmt: skip


def key_contact(row: Customer, op: str) -> bool:
    key = [each for each in row.contacts.all() if each.key_person and each.removed_at is None]
    return {"has": bool(key), "none": not key, "no_birthday": any(not each.birthday for each in key)}[op]


def at_contact(row: Customer, column: str, op: str, values: list[str]) -> bool:
    """Of several people one is enough; none of them may have it for what is turned round."""
    found = [getattr(each, column) for each in row.contacts.all() if each.removed_at is None]
    positive = {"not_in": "in", "lacks": "has", "empty": "filled"}.get(op, op)
    some = any(text(value, positive, values) for value in found)
    return some if positive == op else not some


def custom(row: Customer, key: str, op: str, values: list[str], column: str) -> bool:
    found = [getattr(each, column) for each in row.custom.all() if each.field.key == key]
    if column == "number":
        known = [value for value in found if value is not None]
        if op in ("filled", "empty"):
            return bool(known) == (op == "filled")
        return any(number(value, op, values) for value in known)
    return text(found[0] if found else "", op, values)


def purchases(world: World, row: Customer, days: int) -> Iterable[Order]:
    for order in row.orders.prefetch_related("lines__product"):
        if world.today - timedelta(days=days) < order.placed_on <= world.today and order.amount > 0:
            yield order


def bought(world: World, row: Customer, op: str, values: list[str]) -> bool:
    if op in ("any", "none"):
        return bool(list(purchases(world, row, int(values[0])))) == (op == "any")
    what = values[0]
    lines = [line for order in purchases(world, row, int(values[1])) for line in order.lines.all() if line.amount > 0]
    products = [line.product for line in lines if line.product]
    if "product" in op:
        found = any(what in (product.code, product.name) for product in products)
    else:
        found = any(what == product.category for product in products)
    return not found if op.startswith("no_") else found


def interaction(world: World, row: Customer, op: str, values: list[str]) -> bool:
    if op == "incomplete":
        kept = Interaction.objects.filter(customer=row, withdrawn_at=None)
        return any(talk.lacking and talk.source_key is None for talk in kept)
    since = world.now - timedelta(days=int(values[-1]))
    if op == "quiet":
        return (row.last_contact_at or row.created_at) < since
    talks = [talk for talk in Interaction.objects.filter(customer=row, withdrawn_at=None) if talk.occurred_at >= since]
    if op == "any":
        return bool(talks)
    return any(talk.kind == values[0] for talk in talks) == (op == "kind")


def living_talks(row: Customer) -> list[Interaction]:
    return [talk for talk in Interaction.objects.filter(customer=row) if talk.withdrawn_at is None]


def contacts(world: World, row: Customer, days: int) -> int:
    return sum(talk.occurred_at >= world.now - timedelta(days=days) for talk in living_talks(row))


def contacts_of_year(world: World, row: Customer) -> int:
    """From the day after the same day of last year to today, as days of the company."""
    first = world.today.replace(year=world.today.year - 1)
    return sum(first < timezone.localtime(talk.occurred_at).date() <= world.today for talk in living_talks(row))


def duty(world: World, row: Customer, op: str, values: list[str]) -> bool:
    due = row.next_due_at
    waiting = [each for each in Duty.objects.filter(customer=row) if each.state in ("open", "overdue", "paused")]
    open_now = due is not None or any(each.due_at is None for each in waiting)
    late = due is not None and due < world.now
    return {
        "overdue": lambda: late,
        "not_overdue": lambda: not late,
        "soon": lambda: due is not None and world.now <= due < world.now + timedelta(days=int(values[0])),
        "open": lambda: open_now,
        "none": lambda: not open_now,
        "clause": lambda: any(each.clause == values[0] for each in waiting),
    }[op]()


def visit(world: World, row: Customer, op: str, values: list[str]) -> bool:
    last = row.last_visit_at
    chosen = VisitChoice.objects.filter(customer=row, ended_at=None).exists()
    year = last is not None and timezone.localtime(last).year >= world.today.year
    within = bool(values) and last is not None and last >= world.now - timedelta(days=int(values[0]))
    return {
        "chosen": chosen, "not_chosen": not chosen, "year": year, "not_year": not year, "never": last is None,
        "within": within, "quiet": not within,
    }[op]  # fmt: skip


Asked = Callable[[World, Customer, str, list[str]], bool]
ASKED: dict[str, Asked] = {
    "region": lambda w, row, op, values: text(row.region, op, values),
    "industry": lambda w, row, op, values: text(row.industry, op, values),
    "source": lambda w, row, op, values: text(row.source, op, values),
    "bank": lambda w, row, op, values: text(row.registration.bank, op, values),
    "lifecycle": lambda w, row, op, values: choice(row.lifecycle, op, values),
    "service_channel": lambda w, row, op, values: choice(row.registration.service_channel, op, values),
    "grade": lambda w, row, op, values: choice(row.grade, op, values),
    "annual_amount": lambda w, row, op, values: number(row.annual_amount, op, values),
    "completeness": lambda w, row, op, values: number(row.completeness, op, values),
    "last_contact_at": lambda w, row, op, values: moment(w, row.last_contact_at, op, values),
    "created_at": lambda w, row, op, values: moment(w, row.created_at, op, values),
    "next_due_at": lambda w, row, op, values: moment(w, row.next_due_at, op, values),
    "owner": lambda w, row, op, values: people(w, row.owner_id, op, values),
    "co_owner": lambda w, row, op, values: people(w, row.co_owner_id, op, values),
    "tags": lambda w, row, op, values: tags(row, op, values),
    "key_contact": lambda w, row, op, values: key_contact(row, op),
    "contact_position": lambda w, row, op, values: at_contact(row, "position", op, values),
    "x_area": lambda w, row, op, values: custom(row, "x_area", op, values, "number"),
    "x_colour": lambda w, row, op, values: custom(row, "x_colour", op, values, "text"),
    "bought": bought,
    "interaction": interaction,
    "visit": visit,
    "duty": duty,
    "orders_12m": lambda w, row, op, values: number(len(list(purchases(w, row, 365))), op, values),
    "contacts_3m": lambda w, row, op, values: number(contacts(w, row, 90), op, values),
    "contacts_12m": lambda w, row, op, values: number(contacts_of_year(w, row), op, values),
}
