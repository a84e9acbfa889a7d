"""What a person waits for: pages and writes over HTTP, each beside its floor."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import floor, names, words
from bench.filters import filters
from bench.floor import Query, Words
from bench.http import Answer, Session, WrongAnswerError, measured
from bench.load import PASSWORD
from bench.words import DUTY_COLUMNS, DUTY_FROM, LIST_COLUMNS, LIST_FROM, WAITING, marks
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.queries.listing.orders import Mark
from weixi.kernel.search.text import pairs
from weixi.organisation.models import User

PAGE = 50
LIST = (words.customer_cells,)
DUTIES = (words.duty_cells, words.period_cells)


class Pages:
    """Measures one installation. `facts` is what `bench.load` said about it."""

    def __init__(self, port: int, facts: dict[str, Any], repeats: int) -> None:
        self.port, self.facts, self.repeats = port, facts, repeats
        self.total = int(facts["customers"])
        self.found: dict[str, dict[str, Any]] = {}
        self.sessions: dict[str, Session] = {}
        self.clients: dict[str, Client] = {}
        for role in ("owner", "head", "supervisor", "director"):
            username = "director" if role == "director" else facts[role]
            session = Session(port)
            session.log_in(username, PASSWORD)
            self.sessions[role] = session
            self.clients[role] = _client(username)
        self.owners = facts["owners"]
        end = timezone.localtime(datetime.fromisoformat(facts["now"]))
        self.week_end = (end + timedelta(days=7 - end.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)

    def all(self) -> dict[str, dict[str, Any]]:
        for measure in (self.lists, self.filters, self.searches, self.customer, self.today, self.team, self.records):
            try:
                measure()
            except WrongAnswerError as error:
                self.found[measure.__name__] = {"fault": str(error)[:600]}
        return self.found

    # --- the archive ------------------------------------------------------------------------------

    def lists(self) -> None:
        mine = f"WHERE c.archived_at IS NULL AND c.owner_id IN ({marks(self.owners)})"
        everybody = "WHERE c.archived_at IS NULL"
        kinds = {
            "list_name": ("", "c.pinyin, c.id"),
            "list_amount": ("?sort=-amount", "c.annual_amount DESC, c.id DESC"),
            "list_due": ("?sort=due", "c.next_due_at, c.id"),
        }
        for code, (query, order) in kinds.items():
            for role, where, parameters in (("head", mine, self.owners), ("director", everybody, [])):
                sql = f"SELECT {LIST_COLUMNS} {LIST_FROM} {where} ORDER BY {order} LIMIT {PAGE}"
                self._page(f"{code}_{role}", role, f"/customers/{query}", _rows(PAGE), [(sql, parameters)], LIST)
        below = self.total * len(self.owners) // 240 // 2
        deep = floor.rows_of(
            f"SELECT pinyin, id FROM customers_customer c {mine} ORDER BY pinyin, id LIMIT 1 OFFSET %s",
            [*self.owners, below],
        )[0]
        mark = Mark(0, deep[0], deep[1]).text()
        sql = (
            f"SELECT {LIST_COLUMNS} {LIST_FROM} {mine} AND (c.pinyin, c.id) > (%s, %s) "
            f"ORDER BY c.pinyin, c.id LIMIT {PAGE}"
        )
        self._page(
            "list_deep_head",
            "head",
            f"/customers/?after={mark}",
            _rows(below // 2),
            [(sql, [*self.owners, *deep])],
            LIST,
        )
        rare = [i for i in range(1, self.total + 1) if names.is_rare(i, self.total)]
        like = f"SELECT {LIST_COLUMNS} {LIST_FROM} {everybody} AND c.name LIKE %s ORDER BY c.pinyin, c.id LIMIT {PAGE}"
        self._page(
            "list_part_of_name", "director", f"/customers/?q={quote(names.RARE)}", _rows(len(rare)),
            [(like, [f"%{names.RARE}%"])], LIST,
        )  # fmt: skip
        common = [*self.owners, f"%{names.FIRST[0]}%"]
        of_it = f"{mine} AND c.name LIKE %s"
        number = floor.rows_of(f"SELECT COUNT(*) FROM customers_customer c {of_it}", common)[0][0]
        sql = f"SELECT {LIST_COLUMNS} {LIST_FROM} {of_it} ORDER BY c.pinyin, c.id LIMIT {PAGE}"
        path = f"/customers/?q={quote(names.FIRST[0])}"
        self._page("list_common_name", "head", path, _rows(number), [(sql, common)], LIST)

    def filters(self) -> None:
        mine = f"WHERE c.archived_at IS NULL AND c.owner_id IN ({marks(self.owners)})"
        for asked in filters():
            parameters = [*self.owners, *asked.parameters]
            of_it = f"{mine} AND {asked.sql}"
            number = floor.rows_of(f"SELECT COUNT(*) FROM customers_customer c {of_it}", parameters)[0][0]
            sql = f"SELECT {LIST_COLUMNS} {LIST_FROM} {of_it} ORDER BY c.pinyin, c.id LIMIT {PAGE}"
            path = f"/customers/?where={quote(asked.where)}"
            self._page(asked.code, "head", path, _exactly(number), [(sql, parameters)], LIST)

    def searches(self) -> None:
        whose = next(i for i in range(self.total // 2, self.total + 1) if i % 240 == 7)
        # So many digits that hardly any two share them among a million.
        tail = names.mobile(whose)[-8:]
        asked = {
            "search_two_characters": (names.RARE[:2], names.RARE),
            "search_initials": (names.RARE_INITIALS, names.RARE),
            "search_phone_tail": (tail, names.company(whose, self.total)),
        }
        for code, (text, expected) in asked.items():
            sql, word = self._match(text)
            self._page(
                code,
                "director",
                f"/search/palette/?q={quote(text)}",
                lambda a, e=expected: e in a.text,
                [(sql, [word])],
            )

    def _match(self, text: str) -> Query:
        """The word index asked as plainly as it can be."""
        tail = text.isdigit()
        word = f"¬{text[::-1]}" if tail else "".join(pairs(text)) if len(text) == 2 and not text.isascii() else text
        if connection.vendor == "postgresql":
            return (
                "SELECT e.kind, e.object_id, e.title FROM kernel_searchentry e WHERE array_to_tsvector("
                "string_to_array(e.text, ' ')) @@ %s::tsquery ORDER BY e.id DESC LIMIT 100",
                f"'{word}':*",
            )
        return (
            "SELECT e.kind, e.object_id, e.title FROM kernel_searchfts JOIN kernel_searchentry e ON e.id = kernel_searchfts.rowid "
            "WHERE kernel_searchfts MATCH %s ORDER BY kernel_searchfts.rowid DESC LIMIT 100",
            f'"{word}"*',
        )

    def customer(self) -> None:
        pk = floor.rows_of(
            "SELECT id FROM customers_customer WHERE owner_id = %s AND grade = 'core' ORDER BY id LIMIT 1",
            [self.facts["owner_id"]],
        )[0][0]
        name = names.company(pk, self.total)
        year = _text(timezone.now() - timedelta(days=365))
        # What the page draws: the head and the archive, the people, the story, the duties that wait, the year's
        # promises, what was bought.
        asked: list[tuple[str, list[Any], Words]] = [
            *(
                (
                    f"SELECT {words.columns_of(model)} FROM {model._meta.db_table} WHERE {key} = %s",
                    [pk],
                    words.fact_cells(model),
                )
                for model, key in ((Customer, "id"), (Registration, "customer_id"), (Contact, "customer_id"))
            ),
            (words.STORY, [pk], words.story_cells),
            (
                f"SELECT {DUTY_COLUMNS} {DUTY_FROM} WHERE d.customer_id = %s AND {WAITING} ORDER BY d.due_at LIMIT 50",
                [pk],
                words.duty_cells,
            ),
            (
                f"SELECT {DUTY_COLUMNS} {DUTY_FROM} WHERE d.customer_id = %s AND d.due_at >= %s ORDER BY d.due_at",
                [pk, year],
                words.duty_cells,
            ),
            (
                "SELECT COUNT(*), SUM(amount), MAX(placed_on) FROM commerce_order WHERE customer_id = %s AND placed_on >= %s",
                [pk, year[:10] if isinstance(year, str) else year.date()],
                list,
            ),
        ]
        queries: list[Query] = [(sql, parameters) for sql, parameters, _say in asked]
        self._page(
            "customer_360",
            "owner",
            f"/customers/{pk}/",
            lambda a: name in a.text and names.person(pk) in a.text,
            queries,
            [say for _sql, _parameters, say in asked],
        )

    # --- duties -----------------------------------------------------------------------------------

    def today(self) -> None:
        """Today draws up to 30 lines per group; the floor draws as many."""
        for role in ("owner", "head"):
            person = User.objects.get(username=self.facts[role]).pk
            self._page(
                f"today_{role}", role, "/today/", lambda a: 'id="wx-today"' in a.text or "wx-today" in a.text,
                self._waiting([person], 30), DUTIES,
            )  # fmt: skip

    def team(self) -> None:
        """The team page draws up to six late duties per person; the floor draws as many."""
        hundred = list(User.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)[:100])
        for role, people in (("supervisor", self.owners), ("director", hundred)):
            queries = self._waiting(people, 3 * len(people))
            self._page(f"team_{role}", role, "/team/", lambda a: "wx-lane" in a.text, queries, DUTIES)

    def _waiting(self, people: list[int], most: int) -> list[Query]:
        """Stored duties due this week, and customers with something due this week that has no row yet."""
        whose, until = marks(people), _text(self.week_end)
        return [
            (
                f"SELECT {DUTY_COLUMNS} {DUTY_FROM} WHERE d.assignee_id IN ({whose}) AND {WAITING} "
                f"AND d.due_at <= %s ORDER BY d.due_at LIMIT {most}",
                [*people, until],
            ),
            (
                f"SELECT {LIST_COLUMNS} {LIST_FROM} WHERE c.owner_id IN ({whose}) AND c.archived_at IS NULL "
                f"AND c.next_due_at <= %s ORDER BY c.next_due_at LIMIT {most}",
                [*people, until],
            ),
        ]

    # --- recording --------------------------------------------------------------------------------

    def records(self) -> None:
        mine = [
            row[0]
            for row in floor.rows_of(
                "SELECT id FROM customers_customer WHERE owner_id = %s ORDER BY id LIMIT 400", [self.facts["owner_id"]]
            )
        ]
        floor_of = self._record_floor(mine[0])
        turn = itertools.cycle(mine)
        form = self.sessions["owner"]

        def by_form() -> Answer:
            pk = next(turn)
            at = timezone.localtime() - timedelta(minutes=2)
            return form.post(
                "/record/",
                {
                    "customer": pk, "kind": "call", "direction": "out", "depth": "formal", "purpose": "value",
                    "occurred_at": f"{at:%Y-%m-%dT%H:%M}", "content": names.TALK,
                },
            )  # fmt: skip

        self.found["record_form"] = {
            **measured(by_form, lambda a: a.status == 302, self.repeats * 2), "floor": floor_of,
        }  # fmt: skip
        page = lambda a: a.status == 200 and "<form" in a.text  # noqa: E731
        self._page("record_open_form", "owner", f"/record/?customer={mine[3]}", page, [])
        api = Session(self.port, token=self.facts["token"])

        def by_api() -> Answer:
            body = json.dumps({
                "customer_id": next(turn), "kind": "call", "direction": "out", "depth": "formal", "purpose": "value",
                "content": names.TALK,
            })  # fmt: skip
            return api.send("POST", "/api/v1/interactions", body, "application/json")

        self.found["record_api"] = {
            **measured(by_api, lambda a: a.status == 201, self.repeats * 2), "floor": floor_of,
        }  # fmt: skip
        for code in ("record_form", "record_api"):
            self.found[code]["per_s"] = round(1000 / self.found[code]["median_ms"])

    def _record_floor(self, pk: int) -> dict[str, float]:
        """The rows that a recorded talk leaves, written plainly: the talk, its event, its duty, the
        customer's last contact, its clock."""
        counter = itertools.count()
        at = _text(timezone.now())
        table = "bench_record_floor"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {table} (k varchar(80) PRIMARY KEY, customer bigint, at text, words text)")
            cursor.execute(f"CREATE INDEX {table}_c ON {table} (customer, at)")

        def write() -> bool:
            n = next(counter)
            parts: list[Query] = [
                (f"INSERT INTO {table} VALUES (%s, %s, %s, %s)", [f"{kind}{n}", pk, at, names.TALK])
                for kind in ("talk", "event", "duty")
            ]
            parts += [
                ("UPDATE customers_customer SET last_contact_at = %s WHERE id = %s", [at, pk]),
                ("UPDATE duties_dutyclock SET evaluated_at = %s WHERE customer_id = %s", [at, pk]),
            ]
            return floor.commit(parts)

        found = measured(write, bool, self.repeats * 2)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {table}")
        return found

    # --- how --------------------------------------------------------------------------------------

    def _page(
        self, code: str, role: str, path: str, check: Callable[[Answer], bool], queries: list[Query],
        said: Sequence[Words] = (),
    ) -> None:  # fmt: skip
        repeats = self.repeats
        session = self.sessions[role]
        try:
            ours = measured(lambda: session.get(path), lambda a: a.status == 200 and check(a), repeats)
        except WrongAnswerError as error:
            self.found[code] = {"fault": str(error)[:600]}
            return
        client = self.clients[role]
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path)
        entry: dict[str, Any] = {**ours, "queries": len(captured), "bytes": len(answer.content)}
        if queries:
            entry["floor"] = floor.drawn(queries, repeats, said)
        self.found[code] = entry


def _rows(count: int) -> Callable[[Answer], bool]:
    """Whether a list shows this many customers."""
    return lambda answer: answer.text.count("<tr data-row") >= min(count, PAGE)


def _exactly(count: int) -> Callable[[Answer], bool]:
    """Whether a list shows this many customers and no more."""
    return lambda answer: answer.text.count("<tr data-row") == min(count, PAGE)


def _client(username: str) -> Client:
    user = User.objects.get(username=username)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user)
    session = client.session
    session["epoch"] = user.session_epoch
    session.save()
    return client


def _text(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
