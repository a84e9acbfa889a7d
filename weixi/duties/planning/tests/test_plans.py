"""Service plans: figures equal lines counted one by one, and what is planned ahead is what is then asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from weixi.customers.models import Customer
from weixi.customers.services import add_contact, change_contact, change_customer
from weixi.duties.models import Duty, PlanTold
from weixi.duties.people import People
from weixi.duties.planning.asked import STATES, Wanted, cycles, period_at, wanted
from weixi.duties.planning.figures import Sum, figures_of
from weixi.duties.planning.lines import all_pages, bucket_of, customers_planned, plan_page
from weixi.duties.planning.periods import period_of
from weixi.duties.planning.taking import write_plan
from weixi.duties.planning.telling import tell_plans
from weixi.duties.queries import get_duty_for
from weixi.duties.services.tick import tick
from weixi.duties.services.waive import waive_duty
from weixi.interactions.services import record_interaction
from weixi.kernel import clock
from weixi.kernel.calendar.wall import zone
from weixi.kernel.errors import Forbidden, NotFound
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.outbox.models import Notice
from weixi.kernel.outbox.queries import in_words
from weixi.organisation.scope import Viewer, system_viewer
from weixi.policy.document.durations import Duration
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import shipped_policy

NOW = "2026-03-11T10:00+08:00"
MONTH, QUARTER = Duration.parse("P1M"), Duration.parse("P3M")


def grade(customer: Customer, code: str) -> None:
    """The grade as an approved run gives it."""
    Customer.objects.filter(pk=customer.pk).update(grade=code)
    with unit_of_work(actor="system:test") as work:
        work.record("customer.graded", customer=customer.pk, subject=("customer", customer.pk), data={"grade": code})


@pytest.fixture
def company(db: None, moved_clock: Callable[[str], None]) -> Cast:
    """On 11 March, the policy in force since January: 钱 has a core, 孙 an important, 周 a normal customer since
    February; 吴's customer and the leaver's have no grade. A key person of 钱's customer has a birthday on 20 March,
    one by the moon on 8 April; 孙's customer was founded on 15 April."""
    moved_clock("2026-01-01T09:00+08:00")
    shipped_policy("quadrant")
    moved_clock("2026-02-02T09:00+08:00")
    cast = make_cast()
    for who, code in (("specialist", "core"), ("colleague", "important"), ("outsider", "normal")):
        grade(cast.customer_of(who), code)
    manager = cast.viewer("service_manager")
    core = cast.customer_of("specialist")
    for name, birthday, lunar in (("周建国", "1970-03-20", False), ("陈立群", "1978-02-21", True), ("王梅", "", False)):
        person = add_contact(core, viewer=manager, name=name, key_person=True)
        change_contact(person, viewer=manager, values={"birthday": birthday, "birthday_lunar": lunar})
    change_customer(cast.customer_of("colleague"), viewer=manager, values={"founded_on": "2009-04-15"})
    moved_clock(NOW)
    tick()
    return cast


def plan(viewer: Viewer, every: Duration, day: date | None = None, **narrow: Any) -> Wanted:
    return wanted(viewer, period_at(every, day), **narrow)


def keys(asked: Wanted, state: str | None = None) -> Counter[str]:
    people = People.load()
    figures = figures_of(asked, people)
    return Counter(line.key for each in all_pages(asked, figures, people, state=state) for line in each.lines)


def counted(asked: Wanted) -> Sum:
    """The figures of the lines, counted one by one."""
    people = People.load()
    figures = figures_of(asked, people)
    states = Counter(bucket_of(line) for each in all_pages(asked, figures, people) for line in each.lines)
    return Sum(*(states[state] for state in STATES))


def test_periods_are_whole_turns_of_the_calendar() -> None:
    tz = zone("Asia/Shanghai")
    quarter = period_of(QUARTER, date(2026, 12, 31), tz)
    assert (quarter.first, quarter.last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter.after().first == date(2027, 1, 1) and quarter.before().last == date(2026, 9, 30)
    assert period_of(MONTH, date(2026, 2, 1), tz).first == date(2026, 2, 1)
    week = period_of(Duration.parse("P1W"), date(2026, 3, 11), tz)
    assert (week.first, week.following) == (date(2026, 3, 9), date(2026, 3, 16))


def test_cycles_are_the_policys(company: Cast) -> None:
    assert cycles() == (MONTH, QUARTER)


def test_a_month_holds_what_falls_due_in_it(company: Cast) -> None:
    core = company.customer_of("specialist")
    found = keys(plan(company.viewer("director"), MONTH))
    # The core customer's month, and 周建国's birthday; an important customer's quarter, begun before it was graded
    # (February), asks for nothing.
    birthday = core.contacts.get(name="周建国")
    assert found == {f"C-1a|customer:{core.pk}|2026-03-01": 1, f"C-4b|contact:{birthday.pk}|2026-03-20": 1}


@pytest.mark.parametrize("every", [MONTH, QUARTER])
@pytest.mark.parametrize("months", [-1, 0, 1, 4, 10])
def test_figures_are_the_lines_counted(every: Duration, months: int, company: Cast) -> None:
    day = date(2026, 3 + months, 1) if 3 + months <= 12 else date(2027, 1, 1)
    for who in ("director", "supervisor", "specialist", "outsider"):
        asked = plan(company.viewer(who), every, day)
        assert figures_of(asked, People.load()).total == counted(asked)


@pytest.mark.parametrize(
    ("every", "day"), [(MONTH, date(2026, 4, 1)), (QUARTER, date(2026, 4, 1)), (MONTH, date(2027, 2, 1))]
)
def test_what_is_planned_ahead_is_what_is_then_asked_for(
    every: Duration, day: date, company: Cast, moved_clock: Callable[[Any], None]
) -> None:
    system = system_viewer("test")
    ahead = keys(plan(system, every, day))
    assert len(ahead) >= 3
    period = period_at(every, day)
    moved_clock(period.until - timedelta(minutes=1))
    tick()
    assert keys(plan(system, every, day)) == ahead
    # Over, everything nobody did is missed or still has its grace, and nothing has come or gone.
    moved_clock(period.until + timedelta(days=4))
    tick()
    after = plan(system, every, day)
    assert keys(after) == ahead == keys(after, "missed")
    total = figures_of(after, People.load()).total
    assert (total.planned, total.missed, total.execution, total.punctuality) == (len(ahead), len(ahead), 0, None)


def test_what_is_done_late_missed_and_waived(company: Cast, moved_clock: Callable[[Any], None]) -> None:
    core, qian = company.customer_of("specialist"), company.viewer("specialist")
    birthday = core.contacts.get(name="周建国")
    record_interaction(core, viewer=qian, kind="visit", depth="deep")
    asked = plan(qian, MONTH)
    assert figures_of(asked, People.load()).total == Sum(in_time=1, open=1)
    moved_clock("2026-03-22T10:00+08:00")
    tick()
    record_interaction(core, viewer=qian, kind="wechat", purpose="emotional", contact=birthday)
    total = figures_of(plan(qian, MONTH), People.load()).total
    assert total == Sum(in_time=1, late=1)
    assert (total.execution, total.punctuality) == (1.0, 0.5)
    assert set(keys(plan(qian, MONTH), "late")) == {f"C-4b|contact:{birthday.pk}|2026-03-20"}
    # April: waived by the supervisor it need not be done.
    moved_clock("2026-04-06T10:00+08:00")
    tick()
    lunar = Duty.objects.get(clause="C-4b", subject=f"contact:{core.contacts.get(name='陈立群').pk}")
    lead = company.viewer("supervisor")
    waive_duty(get_duty_for(lead, lunar.pk), viewer=lead, reason="已离职")
    total = figures_of(plan(qian, MONTH), People.load()).total
    assert (total.waived, total.planned) == (1, 1)


def test_scope_person_department_grade(company: Cast) -> None:
    def planned(who: str, **narrow: Any) -> int:
        return figures_of(plan(company.viewer(who), QUARTER, date(2026, 10, 1), **narrow), People.load()).total.planned

    whole = planned("director")
    own = {who: planned(who) for who in ("specialist", "colleague", "outsider", "account_manager", "sales")}
    assert own["specialist"] and own["colleague"] and own["outsider"]
    assert planned("supervisor") == own["specialist"] + own["colleague"]
    assert planned("director", person=company.colleague.pk) == own["colleague"]
    assert planned("director", department=company.service_department.pk) == sum(
        own[who] for who in ("specialist", "colleague", "outsider")
    )
    assert planned("director", grade="core") == own["specialist"]
    assert whole == sum(own.values())
    with pytest.raises(NotFound):
        planned("specialist", person=company.colleague.pk)
    with pytest.raises(NotFound):
        planned("specialist", department=company.sales_department.pk)


def test_pages_go_on_where_the_one_before_ended(company: Cast) -> None:
    asked, people = plan(company.viewer("director"), QUARTER, date(2026, 10, 1)), People.load()
    figures = figures_of(asked, people)
    names, after = [], ""
    while True:
        page = plan_page(asked, figures, people, after=after, most=1)
        names += [each.name for each in page.customers]
        after = page.after
        if not after:
            break
    # The most important grade first, each customer once.
    assert names == ["上海启明科技有限公司", "重庆长江机械厂", "北京华信贸易有限公司"]
    assert customers_planned(asked, people) == 3
    assert plan_page(asked, figures, people, after="core-x").customers
    assert plan_page(asked, figures, people, after="nothing-1").customers == []


def test_everybody_is_told_once_also_after_a_standstill(company: Cast, moved_clock: Callable[[Any], None]) -> None:
    # 钱: March and the quarter so far; 孙: the quarter, for Spring Festival.
    assert tell_plans() == 3
    assert tell_plans() == 0
    Notice.objects.all().delete()
    # Nothing ran for seven weeks: April's plan is not told any more, May's and the quarter's are.
    moved_clock("2026-05-03T22:15+08:00")
    told = tell_plans()
    notices = list(Notice.objects.filter(kind="plan.begun").order_by("key"))
    assert len(notices) == told
    assert sorted(PlanTold.objects.values_list("cycle", "first")) == [
        ("P1M", date(2026, 3, 1)), ("P1M", date(2026, 5, 1)), ("P3M", date(2026, 1, 1)), ("P3M", date(2026, 4, 1)),
    ]  # fmt: skip
    mine = next(each for each in notices if each.key == f"plan:P1M:2026-05-01:{company.specialist.pk}")
    total = figures_of(plan(company.viewer("specialist"), MONTH), People.load()).total
    assert mine.params == {"first": "2026-05-01", "last": "2026-05-31", "lines": total.planned, "customers": 1}
    assert "1" in in_words(mine).title
    assert tell_plans() == 0


def test_the_workbook_holds_the_lines_and_is_on_record(company: Cast, tmp_path: Path) -> None:
    asked, people = plan(company.viewer("service_manager"), QUARTER, date(2026, 4, 1)), People.load()
    path = tmp_path / "plan.xlsx"
    lines = write_plan(path, asked, figures_of(asked, people), people)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert len(rows) == lines + 1 == sum(keys(asked).values()) + 1
    assert company.service_manager.username in str(rows[1][-1])
    event = Event.objects.get(type="plan.exported")
    assert event.data == {"cycle": "P3M", "first": "2026-04-01", "rows": lines}
    with pytest.raises(Forbidden):
        mine = plan(company.viewer("specialist"), MONTH)
        write_plan(path, mine, figures_of(mine, people), people)


def test_the_page(company: Cast, client_as: Callable[..., Any]) -> None:
    page = client_as(company.supervisor).get("/plans/?cycle=P3M&start=2026-04-01").content.decode()
    assert "上海启明科技有限公司" in page and "北京华信贸易有限公司" not in page
    assert "已执行计划项 ÷ 计划项" in page and "按时执行计划项 ÷ 已执行计划项" in page
    assert f"person={company.colleague.pk}" in page
    narrowed = client_as(company.supervisor).get(f"/plans/?cycle=P3M&start=2026-04-01&person={company.colleague.pk}")
    assert "上海启明科技有限公司" not in narrowed.content.decode()
    assert client_as(company.specialist).get(f"/plans/?person={company.colleague.pk}").status_code == 404
    # What an address may hold that nobody wrote there is left out.
    assert (
        client_as(company.specialist).get("/plans/?start=x&cycle=P9Y&state=zz&after=%00&by=q&grade=").status_code == 200
    )
    paper = client_as(company.supervisor).get("/plans/print/?cycle=P3M&start=2026-04-01").content.decode()
    assert "重庆长江机械厂" in paper and "wx-a4" in paper


@pytest.mark.parametrize("who", ["director", "specialist"])
@pytest.mark.parametrize("query", ["cycle=P1M", "cycle=P3M&start=2026-04-01"])
def test_every_number_opens_the_lines_it_counts(
    who: str, query: str, company: Cast, client_as: Callable[..., Any]
) -> None:
    client, followed = client_as(company.person(who)), 0

    def lines(address: str) -> int:
        answer = client.get(f"/plans/{address}")
        assert answer.status_code == 200, address
        return sum(len(duties) for _planned, duties in answer.context["lines"])

    for by in ("person", "department", "grade", "clause"):
        page = client.get(f"/plans/?{query}&by={by}")
        for row in page.context["rows"]:
            for state, _words, number, address in row["cells"]:
                assert lines(address) == number, (by, row["words"], state)
                followed += number
            assert lines(row["done_url"]) == row["sum"].done and lines(row["planned_url"]) == row["sum"].planned
            assert client.get(f"/plans/{row['url']}").status_code == 200
        total = page.context["total"]
        for state, number in (("planned", total.planned), ("done", total.done)):
            assert lines(f"?{query}&state={state}") == number
    assert followed


def test_without_a_policy_nothing_is_planned(cast: Cast, client_as: Callable[..., Any]) -> None:
    assert cycles() == () and tell_plans() == 0
    assert client_as(cast.specialist).get("/plans/").status_code == 200


def test_three_customers_ask_no_more_than_one(
    company: Cast, assert_queries_same: Callable[..., int], client_as: Callable[..., Any]
) -> None:
    from weixi.customers.services.customers import create_customer

    client = client_as(company.supervisor)

    def add() -> None:
        made = create_customer(
            viewer=company.viewer("supervisor"),
            name=f"新{clock.now()}{Customer.objects.count()}",
            owner=company.specialist,
        )
        grade(made, "core")
        person = add_contact(made, viewer=company.viewer("supervisor"), name="甲", key_person=True)
        change_contact(person, viewer=company.viewer("supervisor"), values={"birthday": "1980-04-09"})

    def ask() -> None:
        assert client.get("/plans/?start=2026-04-01").status_code == 200

    assert assert_queries_same(ask, add) <= 40
