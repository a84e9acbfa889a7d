"""What stands on a page is looked up, not looked for: the plan of every statement of daily work (SQLite, which plans
without statistics, so that three rows are planned like a million)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from weixi.customers.merging.services import merge_customers
from weixi.customers.models import Customer, CustomValue
from weixi.customers.services.custom_fields import define_field
from weixi.integrations.tests.helpers import program_of
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy
from weixi.web.customer.page import tab_panels

# Tables that grow with the customers and their story.
LARGE = frozenset(
    {
        "customers_customer", "customers_registration", "customers_contact", "customers_customvalue",
        "customers_customertag", "customers_matchkey", "customers_attachment", "customers_recordview",
        "kernel_event", "kernel_eventpersonal", "kernel_searchentry", "kernel_notice", "commerce_order", "commerce_orderline",
        "commerce_contract", "interactions_interaction", "interactions_followup", "duties_duty", "duties_escalation",
        "duties_dutyclock", "grading_gradehistory", "grading_graderesult", "privacy_consent",
    }
)  # fmt: skip
# A column that tells so little that what stands under one value is most of the table.
BLUNT = frozenset({"type", "field_id", "kind", "state", "tag_id", "product_id"})
_STEP = re.compile(r"(SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX \w+| USING INTEGER PRIMARY KEY)?(?: \((.*)\))?")
_NAMED = re.compile(r'"?(\w+)"?(?:\s+(?:AS\s+)?"?(\w+)"?)?', re.IGNORECASE)


def slow_steps(sql: str, parameters: Any) -> list[str]:
    """The steps of a statement's plan that read a large table from end to end, in no order that is wanted, or all
    that stands under one blunt value."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        details = [row[3] for row in cursor.fetchall()]
    tables = _tables(sql)
    found = []
    for detail in details:
        step = _STEP.match(detail)
        if step is None or tables.get(step[2], step[2]) not in LARGE:
            continue
        # In an order that is wanted a page stops early; a program's list is counted along an index.
        whole = step[1] == "SCAN" and ("USING" not in detail or not ("LIMIT" in sql or sql.startswith("SELECT COUNT")))
        blunt = step[3] is not None and set(re.findall(r"(\w+)[=<>]", step[3])) <= BLUNT
        if whole or blunt:
            found.append(detail)
    return found


def _tables(sql: str) -> dict[str, str]:
    """What the statement's aliases stand for."""
    found: dict[str, str] = {}
    for part in re.split(r"\b(?:FROM|JOIN)\s+", sql)[1:]:
        if (named := _NAMED.match(part)) is not None:
            found[named[2] or named[1]] = named[1]
    return found


@contextmanager
def planned() -> Iterator[dict[str, list[str]]]:
    """Fills with the slow steps of the statements that run inside, by statement."""
    found: dict[str, list[str]] = {}

    def look(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        first = sql.lstrip()[:6].upper()
        if not many and first in {"SELECT", "UPDATE", "DELETE", "WITH"} and "EXPLAIN" not in sql:
            # Asked beside the wrapper, which would look at the question, too.
            wrappers, connection.execute_wrappers[:] = connection.execute_wrappers[:], []
            try:
                if steps := slow_steps(sql, parameters):
                    found[sql] = steps
            finally:
                connection.execute_wrappers[:] = wrappers
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(look):
        yield found


@contextmanager
def steps_of(looked_at: Callable[[str], bool]) -> Iterator[list[list[str]]]:
    """Fills with the plans of those statements that run inside."""
    found: list[list[str]] = []

    def look(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if not many and looked_at(sql) and "EXPLAIN" not in sql:
            wrappers, connection.execute_wrappers[:] = connection.execute_wrappers[:], []
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
                    found.append([row[3] for row in cursor.fetchall()])
            finally:
                connection.execute_wrappers[:] = wrappers
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(look):
        yield found


pytestmark = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="plans by statistics are another matter")


@pytest.mark.parametrize(
    ("rows", "slow"),
    [
        (Customer.objects.filter(remark="x"), True),
        (Event.objects.filter(type="customer.created"), True),
        (CustomValue.objects.filter(field_id=1), True),
        (CustomValue.objects.filter(customer_id=1), False),
        (Customer.objects.filter(archived_at=None).order_by("pinyin", "pk")[:50], False),
    ],
)
def test_what_is_looked_for_is_told_from_what_is_looked_up(rows: QuerySet[Any], slow: bool, db: None) -> None:
    with planned() as found:
        list(rows)
    assert bool(found) == slow


@pytest.mark.parametrize("who", ["specialist", "director"])
def test_pages_of_daily_work_look_up(
    who: str, customer: Customer, cast: Cast, client_as: Callable[[Any], Client]
) -> None:
    client = client_as(cast.person(who))
    tabs = ["timeline", "archive", "duties", "history", *(panel.code for panel in tab_panels())]
    paths = [
        "/today/",
        "/calendar/",
        "/duties/clauses/C-1/",
        "/customers/",
        *(f"/customers/{customer.pk}/?tab={tab}" for tab in tabs),
    ]
    paths += [f"/customers/?sort={sort}" for sort in ("name", "-amount", "due", "grade")]
    paths += ["/search/palette/?q=启明", "/search/palette/?q=qm", "/search/palette/?q=2222"]
    paths += ["/team/"] if who == "director" else []
    slow = {}
    for path in paths:
        with planned() as found:
            assert client.get(path).status_code == 200, path
        slow.update({(path, sql): steps for sql, steps in found.items()})
    assert slow == {}


PLANS = [
    f"/plans/?cycle=P3M&start={start}{more}"
    for start in ("2026-01-01", "2026-04-01", "2026-10-01")
    for more in ("", "&by=grade", "&by=clause", "&state=late", "&state=open")
]


def test_a_teams_page_is_counted_in_indexes_of_what_counts(
    customer: Customer, cast: Cast, client_as: Callable[[Any], Client]
) -> None:
    """What waits in indexes alone, in whose order people stand; a month among the rows that are counted at all."""
    client, steps = client_as(cast.director), {}

    def look(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if "duties_duty" in sql and "COUNT(" in sql and '"assignee_id" AS' in sql:
            wrappers, connection.execute_wrappers[:] = connection.execute_wrappers[:], []
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
                    steps[sql] = [row[3] for row in cursor.fetchall() if "json_each" not in row[3]]
            finally:
                connection.execute_wrappers[:] = wrappers
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(look):
        assert client.get("/team/").status_code == 200
    read = [each[0].split("duties_duty USING ")[1] for each in steps.values()]
    assert sorted(read) == [
        *["COVERING INDEX duty_team (assignee_id=? AND state=?)"] * 3,
        "INDEX duty_kept (assignee_id=? AND due_at>? AND due_at<?)",
    ]
    # All stands in the order in which it is counted.
    assert not any("TEMP B-TREE" in step for each in steps.values() for step in each), steps


@pytest.mark.parametrize("who", ["specialist", "supervisor"])
def test_plans_of_some_people_are_looked_up_by_them(
    who: str, cast: Cast, client_as: Callable[[Any], Client], moved_clock: Callable[[str], None]
) -> None:
    moved_clock("2026-01-01T10:00+08:00")
    shipped_policy("quadrant")
    moved_clock("2026-05-11T10:00+08:00")
    client, slow = client_as(cast.person(who)), {}
    for path in PLANS:
        with planned() as found:
            assert client.get(path).status_code == 200, path
        slow.update({(path, sql): steps for sql, steps in found.items()})
    assert slow == {}


def test_the_whole_companys_plan_is_counted_in_narrow_indexes(
    cast: Cast, client_as: Callable[[Any], Client], moved_clock: Callable[[str], None]
) -> None:
    moved_clock("2026-01-01T10:00+08:00")
    shipped_policy("quadrant")
    moved_clock("2026-05-11T10:00+08:00")
    client = client_as(cast.director)
    with steps_of(lambda sql: "GROUP BY" in sql) as plans:
        for path in PLANS:
            assert client.get(path).status_code == 200, path
    used = {step for steps in plans for step in steps if step.startswith(("SCAN", "SEARCH"))}
    names = {index for each in used if (index := re.search(r"INDEX (duty|customer|contact)_(\w+)", each))}
    assert {f"{found[1]}_{found[2]}" for found in names} >= {
        "duty_plan", "customer_owner_period", "customer_founded", "customer_since", "contact_birthday",
    }  # fmt: skip
    assert not any(re.match(r"SCAN \w+$", each) for each in used), used


@pytest.mark.parametrize("where", ["x_of_number:ge:45", "x_of_date:from:2026-01-01", "x_of_customer:in:乙"])
def test_own_fields_are_looked_up_on_the_walk(
    where: str, customer: Customer, client_as: Callable[[Any], Client], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where too many meet a condition to be looked up, each customer's own row is, not all beyond the value again."""
    for kind in ("number", "date"):
        define_field(viewer=system_viewer("test"), code=f"of_{kind}", title=kind, of="customer", type=kind)
    monkeypatch.setattr("weixi.customers.queries.listing.pages.FEW", -1)
    monkeypatch.setattr("weixi.customers.queries.listing.pages.GATHERED", {})
    client = client_as(cast.person("director"))
    with steps_of(lambda sql: "customers_customvalue" in sql and "EXISTS" in sql) as plans:
        assert client.get("/customers/", {"where": where}).status_code == 200
    assert plans
    for steps in plans:
        looked_up = [step for step in steps if step.startswith("SEARCH U0")]
        assert looked_up and all("customer_id=?" in step for step in looked_up), steps


@pytest.mark.parametrize(("who", "index"), [("supervisor", "customer_owner_grade"), ("director", "customer_grade")])
@pytest.mark.parametrize("asked_for", ["where=grade:in:core", "where=grade:in:none", "grade=core"])
def test_one_grade_by_name_is_read_along_the_index_of_both(
    who: str, index: str, asked_for: str, customer: Customer, client_as: Callable[[Any], Client], cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("weixi.customers.queries.listing.pages.FEW", -1)
    client = client_as(cast.person(who))
    with steps_of(lambda sql: '"customers_customer"."grade" = ' in sql and "pinyin" in sql) as plans:
        assert client.get(f"/customers/?{asked_for}").status_code == 200
    steps = [step for each in plans for step in each]
    searched = [step for step in steps if "customers_customer" in step]
    assert searched and all(f"INDEX {index} (" in step for step in searched), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.parametrize("sort", ["name", "-amount", "due", "grade", "-contact"])
@pytest.mark.parametrize("where", ["tags:has_any:重点", "contacts_3m:le:2", "recency_days:ge:90", "completeness:lt:50"])
def test_a_heads_list_is_merged_as_far_as_the_page_reads(
    where: str, sort: str, customer: Customer, client_as: Callable[[Any], Client], cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Each owner's customers come along his index; nothing is sorted, and nobody's are read ahead of the page."""
    monkeypatch.setattr("weixi.customers.queries.listing.pages.FEW", -1)
    monkeypatch.setattr("weixi.customers.queries.listing.pages.SOME", 0)
    client = client_as(cast.person("supervisor"))
    with steps_of(lambda sql: "UNION ALL" in sql and "customers_customer" in sql and " LIMIT 51" in sql) as plans:
        assert client.get("/customers/", {"where": where, "sort": sort}).status_code == 200
    assert plans
    for steps in plans:
        assert steps[0].startswith("MERGE (UNION ALL)"), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps
        own = [step for step in steps if step.startswith("SEARCH customers_customer")]
        assert own and all("INDEX customer_owner_" in step for step in own), steps
        talks = [step for step in steps if "interaction_" in step]
        assert all("INDEX interaction_customer (customer_id=? AND occurred_at>?)" in step for step in talks), steps


@pytest.mark.parametrize("where", ["contacts_3m:ge:2", "contacts_12m:le:0", "orders_12m:ge:3"])
def test_what_hangs_on_a_scopes_customers_is_counted_in_the_order_of_their_keys(
    where: str, customer: Customer, client_as: Callable[[Any], Client], cast: Cast
) -> None:
    client = client_as(cast.person("supervisor"))
    with steps_of(lambda sql: "ORDER BY 1) " in sql) as plans:
        assert client.get("/customers/", {"where": where}).status_code == 200
    (steps,) = plans
    assert not any("TEMP B-TREE" in step for step in steps), steps
    own = [step for step in steps if step.startswith("SEARCH customers_customer")]
    assert own and all("COVERING INDEX customers_customer_owner_id" in step for step in own), steps
    counted = [step for step in steps if re.search(r"INDEX (interaction|order)_customer", step)]
    assert counted and all("(customer_id=? AND " in step for step in counted), steps


@pytest.mark.parametrize("who", ["specialist", "director"])
def test_programs_look_up(who: str, customer: Customer, cast: Cast) -> None:
    program = program_of(cast.person(who))
    slow = {}
    for path in ("customers", "orders", "contracts", "interactions", "duties", "grading/runs", "events"):
        for place in (f"/{path}", f"/{path}?customer={customer.number}"):
            with planned() as found:
                assert program.get(place).status_code in {200, 400, 422}, place
            slow.update({(place, sql): steps for sql, steps in found.items()})
    assert slow == {}


def test_recording_and_merging_look_up(customer: Customer, cast: Cast, client_as: Callable[[Any], Client]) -> None:
    client = client_as(cast.person("specialist"))
    with planned() as found:
        answer = client.post(
            "/record/",
            {
                "customer": customer.pk, "kind": "call", "direction": "out", "depth": "formal", "purpose": "value",
                "occurred_at": "2026-03-04T09:58", "content": "再谈一次",
            },
        )  # fmt: skip
        assert answer.status_code == 302, answer.content
        merge_customers(cast.customer_of("colleague"), customer, viewer=cast.viewer("data_steward"))
    assert found == {}


@pytest.mark.parametrize("who", ["specialist", "supervisor", "director"])
def test_the_policy_stands_at_once_and_its_figures_read_what_they_count(
    who: str, customer: Customer, cast: Cast, client_as: Callable[[Any], Client]
) -> None:
    client = client_as(cast.person(who))
    with planned() as page:
        document = client.get("/policy/").content.decode()
    assert page == {}
    (address,) = set(re.findall(r'hx-get="(/policy/versions/\d+/kept/)"', document))
    with planned() as figures:
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    # Who sees all has all that waits counted, in the index of what waits alone.
    whole = {"SCAN duties_duty USING COVERING INDEX duty_team"} if who == "director" else set()
    assert {step for steps in figures.values() for step in steps} == whole
