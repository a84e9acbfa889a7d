"""What the database counts is what is said of each customer one by one, whatever happened before."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from weixi.customers.models import Customer
from weixi.customers.occasions.services import add_occasion, change_occasion, remove_occasion
from weixi.customers.services import archive_customer, restore_customer
from weixi.customers.services.contacts import add_contact, change_contact
from weixi.customers.services.customers import change_customer, create_customer
from weixi.customers.services.owners import assign_customers
from weixi.customers.services.tags import tag_customer
from weixi.duties.enums import DutyState
from weixi.duties.models import Duty
from weixi.duties.people import People
from weixi.duties.planning import lines
from weixi.duties.planning.asked import NOBODY, STATES, TOGETHER, Wanted, period_at, states_in, wanted
from weixi.duties.planning.figures import Sum, figures_of
from weixi.duties.planning.lines import all_pages, bucket_of, customers_planned
from weixi.duties.planning.rows import rows_of
from weixi.duties.planning.tests.test_plans import grade
from weixi.duties.queries import get_duty_for
from weixi.duties.services.tick import tick
from weixi.duties.services.waive import waive_duty
from weixi.interactions.services import Evidence, record_interaction
from weixi.kernel import clock
from weixi.organisation.scope import system_viewer
from weixi.policy import services
from weixi.policy.document.durations import Duration
from weixi.policy.document.edit import set_values
from weixi.policy.document.shipped import build_shipped
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import policy_with

BEGIN = datetime.fromisoformat("2026-01-05T09:00+08:00")
GRADES = ("core", "core", "important", "normal", "", "gold")
MONTH, QUARTER = Duration.parse("P1M"), Duration.parse("P3M")
# Rules that ask for tags and stages, and one for once-only days that asks for the grade the customer then had.
RULES = {"C-4j.where": {"grade": ["core", "normal"]}, "C-1c.where": {"grade": "normal", "tags": ["扩产", "老客户"]},
         "C-4f.where": {"grade": ["core", "important"], "lifecycle": ["new", "prospect"]}}  # fmt: skip


@pytest.fixture(params=[1, 2, 3])
def company(request: pytest.FixtureRequest, db: None, moved_clock: Callable[[Any], None]) -> Cast:
    """Eighteen customers and half a year in which things happened to them at random."""
    moved_clock("2026-01-01T09:00+08:00")
    policy_with(RULES)
    cast = make_cast()
    dice = random.Random(request.param)
    now = BEGIN
    moved_clock(now)
    made = [_customer(cast, dice, number) for number in range(14)] + list(cast.customers.values())[:4]
    _sure(made[0], made[1])
    for step in range(36):
        if request.param == 3 and step in (14, 30):
            _next_policy(step)
        now += timedelta(days=dice.randrange(1, 9), hours=dice.randrange(6))
        moved_clock(now)
        if dice.random() < 0.8:
            tick()
        _happen(cast, dice, Customer.objects.get(pk=dice.choice(made[2:]).pk))
        if step % 12 == 6:
            record_interaction(made[0], viewer=system_viewer("test"), kind="visit", depth="deep", purpose="value")
    return cast


def _next_policy(step: int) -> None:
    """Another version, in force from tomorrow on: the days of one rule are thought of earlier, another asks more often."""
    system, today = system_viewer("test"), clock.today()
    values = {"policy.version": f"v{step}", "policy.effective_from": today.isoformat(), **RULES,
              "C-4b.before": "P6D", "C-1b.every": "P1M" if step == 14 else "P3M",
              "care.occasion[opening].before": "P12D"}  # fmt: skip
    version = services.draft_version(set_values(build_shipped("quadrant"), values), viewer=system)
    services.submit_version(version, viewer=system)
    services.approve_version(version, viewer=system, own=True)
    services.activate_version(version, viewer=system)


def _sure(core: Customer, important: Customer) -> None:
    """Of each kind of rule there is something, whatever the dice say."""
    system = system_viewer("test")
    grade(core, "core")
    grade(important, "important")
    grade(create_customer(viewer=system, name="无人负责", owner=None), "core")
    for number in range(3):
        person = add_contact(core, viewer=system, name=f"王{number}", key_person=True)
        change_contact(person, viewer=system, values={"birthday": f"1979-{2 + 4 * number:02d}-14"})
    for day in (date(2026, 2, 20), date(2026, 9, 9), date(2026, 11, 11)):
        add_occasion(core, viewer=system, kind="exhibition", day=day)


def _customer(cast: Cast, dice: random.Random, number: int) -> Customer:
    owner = dice.choice([cast.specialist, cast.colleague, cast.outsider, cast.account_manager, None])
    made = create_customer(viewer=system_viewer("test"), name=f"第{number}家", owner=owner)
    if code := dice.choice(GRADES):
        grade(made, code)
    return made


def _happen(cast: Cast, dice: random.Random, customer: Customer) -> None:
    system, manager = system_viewer("test"), cast.viewer("service_manager")
    day = clock.today() + timedelta(days=dice.randrange(100))
    if customer.archived_at is not None:
        restore_customer(customer, viewer=system)
        return
    match dice.randrange(11):
        case 0:
            grade(customer, dice.choice(GRADES[:4]))
        case 1:
            assign_customers([customer.pk], dice.choice([cast.specialist, cast.outsider, None]), viewer=system)
        case 2:
            archive_customer(customer, viewer=system, reason="停产")
        case 3 | 4:
            kind, depth = dice.choice([("visit", "deep"), ("call", "formal"), ("wechat", "light")])
            record_interaction(customer, viewer=system, kind=kind, depth=depth, purpose="value")
        case 5 | 6:
            person = add_contact(
                customer, viewer=system, name=f"张{dice.randrange(99)}", key_person=dice.random() < 0.8
            )
            born = dice.choice([day.replace(year=1980).isoformat(), f"--{day.month:02d}-{min(day.day, 29):02d}"])
            change_contact(
                person, viewer=system, values={"birthday": born, "birthday_lunar": dice.random() < 0.3 and day.day < 30}
            )
        case 7:
            name = dice.choice(["founded_on", "cooperation_since"])
            change_customer(
                customer, viewer=system, values={name: day.replace(year=dice.choice([2001, 2026])).isoformat()}
            )
        case 8:
            tag_customer(customer, [dice.choice(["扩产", "老客户", "别的"])], viewer=system)
        case 9:
            occasion = add_occasion(customer, viewer=system, kind="opening", day=day)
            if dice.random() < 0.4:
                change_occasion(occasion.pk, viewer=system, kind="launch", day=day + timedelta(days=20))
            elif dice.random() < 0.3:
                remove_occasion(occasion.pk, viewer=system)
            elif dice.random() < 0.4:
                proof = Evidence("occasion.kept", ("occasion", occasion.subject))
                record_interaction(customer, viewer=system, kind="event", content="到场", evidence=[proof])
        case 10:
            waits = Duty.objects.filter(state__in=[DutyState.OPEN, DutyState.OVERDUE], customer=customer).first()
            if waits is not None:
                waive_duty(get_duty_for(manager, waits.pk), viewer=manager, reason="无须办理")


def one_by_one(asked: Wanted, people: People) -> list[tuple[int, str, str, str, str]]:
    """The slow way: every customer is read and judged. (person, grade, clause, state, key) of each line."""
    customers = list(Customer.objects.order_by("pk"))
    planned = lines._with_lines(asked, people, customers, None)
    return [
        (line.assignee_id or NOBODY, each.grade, line.clause, bucket_of(line), line.key)
        for each in planned
        if asked.grade is None or each.grade == asked.grade
        for line in each.lines
    ]


def questions(company: Cast) -> list[Wanted]:
    found = []
    for every in (MONTH, QUARTER):
        for start in (date(2026, 1, 1), date(2026, 5, 1), clock.today(), clock.today() + timedelta(days=95)):
            period = period_at(every, start)
            for who in ("director", "supervisor", "specialist"):
                found.append(wanted(company.viewer(who), period))
            director = company.viewer("director")
            found.append(wanted(director, period, person=NOBODY))
            found.append(wanted(director, period, grade="core"))
            found.append(wanted(director, period, department=company.service_department.pk, clause="C-4b"))
            found.append(wanted(director, period, clause="C-4j"))
    return found


def test_figures_and_pages_are_what_is_said_of_each(company: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    people, seen = People.load(), Counter[str]()
    for asked in questions(company):
        slow = one_by_one(asked, people)
        figures = figures_of(asked, people)
        cells: dict[tuple[int, str, str], Counter[str]] = {}
        for person, code, rule, state, _key in slow:
            cells.setdefault((person, code, rule), Counter())[state] += 1
            seen[state] += 1
            seen[rule] += 1
        assert dict(figures.cells) == {key: Sum(*(each[state] for state in STATES)) for key, each in cells.items()}
        left = figures_of(asked, people, graded=False)
        assert (left.total, left.by_person(), left.by_rule()) == (
            figures.total, figures.by_person(), figures.by_rule(),
        )  # fmt: skip
        assert customers_planned(asked, people) == len(set(_customers(asked, people)))
        for state in (None, *STATES, *TOGETHER):
            those = sorted(key for *_rest, stands, key in slow if state is None or stands in states_in(state))
            for few in (0, 10_000):
                monkeypatch.setattr(lines, "FEW", few)
                pages = all_pages(asked, left, people, state=state)
                assert sorted(line.key for each in pages for line in each.lines) == those, (asked, state, few)
    # The histories reach all of it.
    assert all(seen[state] for state in ("in_time", "open", "missed")), seen
    assert all(seen[rule] for rule in ("C-1a", "C-1b", "C-4b", "C-4j")), seen


def _customers(asked: Wanted, people: People) -> list[int]:
    everybody = list(Customer.objects.order_by("pk"))
    planned = lines._with_lines(asked, people, everybody, None)
    return [each.customer_id for each in planned if asked.grade is None or each.grade == asked.grade]


def test_small_pages_go_on_alike_either_way(company: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    people = People.load()
    asked = wanted(company.viewer("director"), period_at(QUARTER))
    figures = figures_of(asked, people)

    def walk(few: int) -> list[int]:
        monkeypatch.setattr(lines, "FEW", few)
        found, after = [], ""
        while True:
            page = lines.plan_page(asked, figures, people, after=after, most=2)
            found += [each.customer_id for each in page.customers]
            after = page.after
            if not after:
                return found

    met = walk(0)
    assert met == walk(10_000) and len(met) == len(set(met)) == customers_planned(asked, people) > 4


def test_each_row_opens_as_many_lines_as_it_counts(company: Cast) -> None:
    people, viewer = People.load(), company.viewer("director")
    period = period_at(QUARTER)
    for by in ("person", "department", "grade", "clause"):
        figures = figures_of(wanted(viewer, period), people)
        rows = rows_of(figures, people, by)
        assert len(rows) > 1
        for row in rows:
            narrowed = wanted(viewer, period, **{by: row.value})  # type: ignore[arg-type]
            assert figures_of(narrowed, people).total == row.sum, (by, row)
        if by != "department":
            assert sum(row.sum.planned for row in rows) == figures.total.planned
    tree = rows_of(figures_of(wanted(viewer, period), people), people, "department")
    # A department holds those below it: the uppermost, and what belongs to none, are everything.
    assert sum(row.sum.planned for row in tree if row.depth == 0) == figures.total.planned
    assert tree[-1].value == NOBODY


def test_days_that_come_once_are_planned_as_they_are_then_asked_for(
    company: Cast, moved_clock: Callable[[Any], None]
) -> None:
    system, people = system_viewer("test"), People.load()
    owned = Customer.objects.filter(archived_at=None, grade__in=("core", "important"))
    assert {row.grade for row in owned} == {"core", "important"}
    for row in owned:
        add_occasion(row, viewer=system, kind="exhibition", day=date(2026, 11, 20))
        # The rule looks at what the customer was when the day was entered.
        grade(row, "normal")
    asked = wanted(company.viewer("director"), period_at(QUARTER, date(2026, 10, 1)), clause="C-4j")
    ahead = {key for *_rest, key in one_by_one(asked, people)}
    assert ahead and figures_of(asked, people).total == Sum(open=len(ahead))
    moved_clock("2026-12-30T23:59+08:00")
    tick()
    assert {key for *_rest, key in one_by_one(asked, people)} == ahead
    assert ahead == set(asked.stored().values_list("key", flat=True))
