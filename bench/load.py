"""Fill an empty installation for the bench: `python -m bench.load N` (WEIXI_HOME or DATABASE_URL say where).

N customers with one contact, three orders and three interactions each, in a company of 300 people in 30
departments; the log holds the events that the services would have recorded. Rows are written straight into
the tables, because what is measured comes later; duties and their clocks are then derived by the product
itself, and that is timed. Prints what the measuring needs as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import names  # noqa: E402
from weixi.commerce.models import FiguresDay, Order, OrderLine, Product  # noqa: E402
from weixi.customers.models import Contact, Customer, Registration  # noqa: E402
from weixi.duties.models import Duty  # noqa: E402
from weixi.duties.services.project import recompute  # noqa: E402
from weixi.interactions.models import FollowUp, Interaction  # noqa: E402
from weixi.kernel import clock  # noqa: E402
from weixi.kernel.events.models import Event, EventPersonal  # noqa: E402
from weixi.kernel.pinyin import pinyin_key  # noqa: E402
from weixi.kernel.search.models import SearchEntry  # noqa: E402
from weixi.kernel.search.store import bulk_rebuild  # noqa: E402
from weixi.kernel.search.text import Doc, entry_text  # noqa: E402
from weixi.organisation.models import Department, User  # noqa: E402
from weixi.organisation.scope import system_viewer, viewer_of  # noqa: E402
from weixi.organisation.services import create_token  # noqa: E402
from weixi.policy.services import install_shipped_policy  # noqa: E402

PASSWORD = "Bench-Horse-7-compressor"
DEPARTMENTS, PEOPLE = 30, 300
# Weixi was installed so long ago; what happened before came in as history and makes no duties.
INSTALLED = timedelta(days=92)
SPREAD_DAYS = 365
ORDERS = TALKS = 3
# Promises that all fall due at one instant: what the tick has to bring through.
PROMISED = 10_000
BLOCK = 20_000
EVALUATED = 500

Row = tuple[Any, ...]


def stamp(moment: datetime) -> str:
    """A moment as both databases take it in text (UTC)."""
    text = moment.strftime("%Y-%m-%d %H:%M:%S")
    return text if connection.vendor == "sqlite" else f"{text}+00"


class Table:
    """Inserts rows of a model by some of its columns; the other columns have the same value in every row."""

    def __init__(self, model: type[models.Model], given: str, **constant: Any) -> None:
        self.model = model
        self.given = given.split()
        fields = {field.attname: field for field in model._meta.concrete_fields}
        # A key that is not given is the database's own.
        auto = models.AutoField | models.BigAutoField
        rest = [name for name, field in fields.items() if name not in self.given and not isinstance(field, auto)]
        self.constant = tuple(constant.get(name, self._default(fields[name])) for name in rest)
        self.columns = [fields[name].column for name in [*self.given, *rest]]

    @staticmethod
    def _default(field: models.Field[Any, Any]) -> Any:
        value = field.get_default()
        return None if value is None else field.get_db_prep_save(value, connection)

    def insert(self, rows: Iterable[Row]) -> int:
        """Write the rows in blocks of one statement; returns how many."""
        stream, count = iter(rows), 0
        while block := [row + self.constant for row in islice(stream, BLOCK)]:
            write(self.model._meta.db_table, self.columns, block)
            count += len(block)
        return count


def write(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """The quickest way in: `executemany` on SQLite, `COPY` on PostgreSQL."""
    names_ = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names_}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["?"] * len(columns))
        cursor.connection.executemany(f'INSERT INTO "{table}" ({names_}) VALUES ({marks})', rows)


class World:
    """Who and when: everything that the rows are made from."""

    def __init__(self, total: int, now: datetime) -> None:
        self.total = total
        self.now = now
        self.start = now - timedelta(days=SPREAD_DAYS)
        self.entered = self.start - timedelta(days=30)
        self.graded = self.start - timedelta(days=5)
        local = timezone.localtime(now)
        self.promised_for = (local + timedelta(days=1)).replace(hour=8, minute=30, second=0, microsecond=0)
        self.staff: list[tuple[int, str]] = []
        self.events_before = 0
        self.orders_began = int((now - self.start).total_seconds() * 0.9)

    def owner(self, i: int) -> tuple[int, str]:
        return self.staff[i % len(self.staff)]

    def moment(self, i: int, k: int, kind: int) -> datetime:
        """When the `k`-th order (kind 0) or talk (kind 1) of customer `i` was."""
        part = self.orders_began // 3
        seconds = k * part + (i * 7919 + kind * 15_485_863) % part
        return self.start + timedelta(seconds=seconds, days=30 * kind)


def event_id(i: int, place: int) -> str:
    return f"b{i:09d}{place:02d}"


def people(world: World) -> dict[str, Any]:
    """30 departments of ten: a head, a supervisor under him, eight who own customers."""
    per, password = PEOPLE // DEPARTMENTS, make_password(PASSWORD)
    created = world.entered
    company = Department.objects.create(name="公司", path="/1/")
    director = User.objects.create(
        username="director", name="陈志远", role="director", department=company, created_at=created, password=password
    )
    User.objects.create(
        username="admin", name="管理员", role="admin", department=company, created_at=created, password="!"
    )
    facts: dict[str, Any] = {}
    for d in range(1, DEPARTMENTS + 1):
        department = Department.objects.create(name=f"客户{d}部", parent=company, path=f"/1/{d + 1}/")

        def person(place: int, role: str, leader: User, into: Department = department, number: int = d) -> User:
            return User(
                username=f"u{number:02d}{place}", name=names.person(number * per + place), role=role, department=into,
                leader=leader, created_at=created, password=password if number == 1 else "!",
            )  # fmt: skip

        head = person(0, "service_manager", director)
        head.save()
        Department.objects.filter(pk=department.pk).update(head=head, path=f"/1/{department.pk}/")
        supervisor = person(1, "supervisor", head)
        supervisor.save()
        for place in range(2, per):
            user = person(place, "account_manager" if place % 2 else "specialist", supervisor)
            user.save()
            world.staff.append((user.pk, user.username))
        if d == 1:
            facts |= {"head": head.username, "supervisor": supervisor.username, "owner": user.username}
            facts["owner_id"], facts["owners"] = user.pk, [pk for pk, _ in world.staff]
            facts["token"] = create_token(user, viewer=viewer_of(user), name="bench", scopes=("read", "write"))[1]
    return facts


def customers(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        name = names.company(i, world.total)
        orders = [world.moment(i, k, 0) for k in range(ORDERS)]
        year = sum(float(names.amount(i, k)) for k in range(ORDERS))
        yield (
            i, names.number(i), name, name, pinyin_key(name), names.INDUSTRIES[i % 8], names.REGIONS[i % 7],
            names.city(i), names.mobile(i), f"c{i}@example.com", world.owner(i)[0],
            world.owner(i + 1)[0] if i % 100 == 0 else None, "established" if i % 4 else "new", names.grade(i),
            f"{year:.2f}", max(orders).date().isoformat(), stamp(world.moment(i, TALKS - 1, 1)),
            _talk(i, TALKS - 1)[0], 30 + names.mixed(i) % 70,
        )  # fmt: skip


def contacts(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        name = names.person(i)
        yield (i, i, name, name, names.mobile(i + 500_000), _birthday(i), names.mixed(i) % 3 == 0)


def _birthday(i: int) -> str:
    return date.fromordinal(719_163 + names.mixed(i) % 14_600).isoformat()


def orders(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        for k in range(ORDERS):
            at = world.moment(i, k, 0)
            key = (i - 1) * ORDERS + k + 1
            yield key, f"D{key:09d}", i, stamp(at), at.date().isoformat(), names.amount(i, k)


def order_lines(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        for k in range(ORDERS):
            price = names.amount(i, k)
            yield (i - 1) * ORDERS + k + 1, 1 + (i + k) % 50, price, price


def talks(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        owner = world.owner(i)[0]
        for k in range(TALKS):
            at = stamp(world.moment(i, k, 1))
            yield (i - 1) * TALKS + k + 1, i, *_talk(i, k), at, i, owner, at


def _talk(i: int, k: int) -> tuple[str, str, str]:
    """Kind, purpose, depth."""
    place = names.mixed(i) + k
    return ("call", "visit", "wechat")[place % 3], ("value", "service", "information")[place // 3 % 3], (
        "deep", "formal", "light"
    )[place // 9 % 3]  # fmt: skip


def promises(world: World) -> Iterator[tuple[int, int]]:
    """`(key, customer)` of the follow-ups that all fall due at one instant."""
    for key in range(1, PROMISED + 1):
        yield key, (key - 1) * 97 % world.total + 1


def events(world: World) -> Iterator[Row]:
    """What the services would have recorded, customer by customer."""
    entered, graded = stamp(world.entered), stamp(world.graded)
    seq = world.events_before
    for i in range(1, world.total + 1):
        owner, login = world.owner(i)
        by = f"user:{owner}"
        created = {"number": names.number(i), "kind": "company", "lifecycle": "new", "owner": login, "tags": []}
        rows: list[tuple[str, str, int, str, Any, Any]] = [
            ("customer.created", "customer", i, entered, entered, created),
            (
                "contact.created",
                "contact",
                i,
                entered,
                entered,
                {"key_person": names.mixed(i) % 3 == 0, "decision_maker": False},
            ),
            ("customer.graded", "customer", i, graded, graded, {"grade": names.grade(i), "source": "grading"}),
        ]
        for k in range(ORDERS):
            at = stamp(world.moment(i, k, 0))
            key = (i - 1) * ORDERS + k + 1
            data = {"number": f"D{key:09d}", "amount": names.amount(i, k), "first": k == 0}
            rows.append(("order.placed", "order", key, at, at, data))
        for k in range(TALKS):
            at = stamp(world.moment(i, k, 1))
            kind, purpose, depth = _talk(i, k)
            data = {"kind": kind, "direction": "out", "depth": depth, "purpose": purpose, "contact": f"contact:{i}"}
            rows.append(("interaction.recorded", "interaction", (i - 1) * TALKS + k + 1, at, at, data))
        for place, (kind, subject, key, occurred, recorded, data) in enumerate(rows):
            seq += 1
            text = json.dumps(data, ensure_ascii=False)
            yield seq, event_id(i, place), kind, i, subject, str(key), by, occurred, recorded, text
    at = stamp(world.now - timedelta(days=3))
    due = world.promised_for.isoformat()
    for key, i in promises(world):
        seq += 1
        owner, login = world.owner(i)
        data = {"due": due, "assignee": login, "text": "回电确认交期"}
        text = json.dumps(data, ensure_ascii=False)
        yield seq, f"f{key:09d}", "followup.promised", i, "followup", str(key), f"user:{owner}", at, at, text


def personal(world: World) -> Iterator[Row]:
    """The personal values of the first two events of each customer."""
    per = 3 + ORDERS + TALKS
    for i in range(1, world.total + 1):
        seq = world.events_before + (i - 1) * per + 1
        yield seq, json.dumps({"name": names.company(i, world.total)}, ensure_ascii=False)
        whom = {"name": names.person(i), "birthday": _birthday(i), "lunar": False}
        yield seq + 1, json.dumps(whom, ensure_ascii=False)


def entries(world: World) -> Iterator[Row]:
    for i in range(1, world.total + 1):
        name = names.company(i, world.total)
        doc = Doc("customer", i, name, i, names=(name,), phones=(names.mobile(i),), codes=(names.number(i),))
        yield "customer", i, i, name, entry_text(doc)
        who = names.person(i)
        phones = (names.mobile(i + 500_000), "")
        yield "contact", i, i, who, entry_text(Doc("contact", i, who, i, names=(who,), phones=phones))


def fill(world: World) -> dict[str, int]:
    """Write all rows; returns table -> number of rows."""
    entered = stamp(world.entered)
    count: dict[str, int] = {}

    def put(table: Table, make: Callable[[World], Iterable[Row]]) -> None:
        with transaction.atomic():
            count[table.model._meta.db_table] = table.insert(make(world))

    Product.objects.bulk_create(
        Product(code=f"P{n:03d}", name=f"{names.KINDS[n % 20]}产品{n}", category="设备") for n in range(1, 51)
    )
    put(
        Table(
            Customer,
            "id number name name_key pinyin industry region city phone email owner_id co_owner_id lifecycle grade "
            "annual_amount last_order_on last_contact_at last_contact_kind completeness",
            created_at=entered, changed_at=entered, graded_at=stamp(world.graded), source="会展",
        ),
        customers,
    )  # fmt: skip
    put(
        Table(Registration, "customer_id"),
        lambda w: ((i,) for i in range(1, w.total + 1)),
    )
    put(
        Table(Contact, "id customer_id name name_key mobile birthday key_person", created_at=entered,
              changed_at=entered, position="采购经理"),
        contacts,
    )  # fmt: skip
    put(Table(Order, "id number customer_id placed_at placed_on amount", created_at=entered), orders)
    put(Table(OrderLine, "order_id product_id unit_price amount", position=1, quantity="1.000"), order_lines)
    put(
        Table(Interaction, "id customer_id kind purpose depth occurred_at contact_id recorded_by_id recorded_at",
              direction="out", content=names.TALK, conclusion="下周报价"),
        talks,
    )  # fmt: skip
    put(
        Table(FollowUp, "id customer_id assignee_id", text="回电确认交期", due_at=stamp(_utc(world.promised_for)),
              created_at=stamp(world.now - timedelta(days=3))),
        lambda w: ((key, i, w.owner(i)[0]) for key, i in promises(w)),
    )  # fmt: skip
    put(
        Table(Event, "seq id type customer_id subject_type subject_id actor occurred_at recorded_at data",
              salt="0" * 32, personal_digest=""),
        events,
    )  # fmt: skip
    put(Table(EventPersonal, "event_id data", salt="0" * 32), personal)
    with bulk_rebuild():
        put(Table(SearchEntry, "kind object_id customer_id title text"), entries)
    FiguresDay.objects.create(day=clock.today())
    _set_sequences()
    return count


def _set_sequences() -> None:
    """PostgreSQL counts on from the keys that were given here; SQLite does so by itself."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (Customer, Contact, Order, Interaction, FollowUp, Event):
            table, key = model._meta.db_table, model._meta.pk.column
            cursor.execute(
                f'SELECT setval(pg_get_serial_sequence(%s, %s), (SELECT MAX("{key}") FROM "{table}"))', [table, key]
            )


def derive(total: int, now: datetime) -> float:
    """Have the product derive the duties of every customer; returns seconds."""
    began = time.perf_counter()
    for first in range(1, total + 1, EVALUATED):
        with transaction.atomic():
            recompute(range(first, min(first + EVALUATED, total + 1)), now)
    return time.perf_counter() - began


def settle() -> None:
    """What a database does for itself over time: statistics, and the log brought into the file."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def load(total: int) -> dict[str, Any]:
    """Make the installation; returns what was made, how long it took, and where to look."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    world = World(total, clock.now().replace(microsecond=0))
    with clock.at(world.now - INSTALLED):
        install_shipped_policy(preset="quadrant", viewer=system_viewer("bench"))
    facts = people(world)
    began = time.perf_counter()
    # Installing the company has recorded events already.
    world.events_before = Event.objects.aggregate(last=models.Max("seq"))["last"] or 0
    rows = fill(world)
    filled = time.perf_counter() - began
    derived = derive(total, world.now)
    settle()
    return {
        **facts,
        "customers": total,
        "rows": rows,
        "vendor": connection.vendor,
        "fill_s": round(filled, 1),
        "derive_s": round(derived, 1),
        "derive_per_s": round(total / derived),
        "duties": Duty.objects.count(),
        "promised_for": world.promised_for.isoformat(),
        "now": world.now.isoformat(),
        "password": PASSWORD,
    }


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def main() -> None:
    total = int(sys.argv[1])
    print(json.dumps(load(total), ensure_ascii=False))


if __name__ == "__main__":
    main()
