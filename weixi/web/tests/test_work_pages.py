"""The pages of daily work: what they show, and that more duties ask the database no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

import pytest

from weixi.duties.enums import DutyState
from weixi.duties.models import Duty, Escalation
from weixi.duties.queries import team_of
from weixi.duties.queries.listing import by_due
from weixi.duties.queries.team import LATE_SHOWN, reported_to
from weixi.duties.queries.today import today_of
from weixi.grading.models import FallNotice
from weixi.interactions.services.followups import Promise, promise_followup
from weixi.kernel import clock
from weixi.organisation.models import User
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import shipped_policy

NOW = "2026-03-04T10:00+08:00"


@pytest.fixture
def told(db: None, moved_clock: Callable[[str], None]) -> Cast:
    """The company on a Wednesday, the policy in force since Monday, a core customer of 钱's."""
    moved_clock("2026-03-02T09:00+08:00")
    shipped_policy("quadrant")
    cast = make_cast()
    moved_clock(NOW)
    return cast


@pytest.fixture
def one_more(told: Cast) -> Callable[[], None]:
    """Adds a promise of 钱's that falls due today, and one that is late already."""
    numbers = count(1)

    def add() -> None:
        customer, number = told.customers["specialist"], next(numbers)
        due = clock.now() + timedelta(hours=5)
        for moment, what in ((due, "报价"), (clock.now() - timedelta(hours=2), "回电")):
            promise_followup(
                customer, viewer=told.viewer("specialist"), promise=Promise(f"{what}{number}", moment, told.specialist)
            )

    return add


@pytest.mark.parametrize(
    ("path", "who"), [("/today/", "specialist"), ("/team/", "supervisor"), ("/calendar/", "specialist")]
)
def test_three_duties_ask_no_more_than_one(
    path: str, who: str, told: Cast, one_more: Callable[[], None], assert_queries_same: Callable[..., int],
    client_as: Callable[..., object],
) -> None:  # fmt: skip
    client = client_as(told.person(who))

    def ask() -> None:
        answer = client.get(path)
        assert answer.status_code == 200

    assert assert_queries_same(ask, one_more) <= 25


def test_today_shows_both_and_counts(
    told: Cast, one_more: Callable[[], None], client_as: Callable[..., object]
) -> None:
    one_more()
    page = client_as(told.specialist).get("/today/").content.decode()
    assert "回电1" in page and "报价1" in page
    assert "回电1" not in client_as(told.colleague).get("/today/").content.decode()


def test_today_puts_what_is_late_first_and_says_what_the_clause_demands(
    told: Cast, one_more: Callable[[], None], client_as: Callable[..., object]
) -> None:
    # A core customer's talk of this month is of high priority, but not late.
    one_more()
    page = today_of(told.specialist)
    assert page.focus and page.focus.is_late and page.focus.about == "回电1"
    text = client_as(told.specialist).get("/today/").content.decode()
    assert "按约定时间" in text and "at the time agreed" not in text


def test_who_has_nothing_of_his_own_sees_what_climbed_to_him_in_the_middle(
    told: Cast, one_more: Callable[[], None], client_as: Callable[..., object]
) -> None:
    one_more()
    assert today_of(told.supervisor).is_empty
    page = client_as(told.supervisor).get("/today/").content.decode()
    assert page.count("上报给我") == 1 and "回电1" in page and told.specialist.name in page and "&lt;" not in page


def test_a_long_group_is_cut_and_can_be_had_whole(
    told: Cast, one_more: Callable[[], None], client_as: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weixi.web.views.today.SHOWN", 2)
    for _ in range(5):
        one_more()
    client = client_as(told.specialist)
    short, whole = (client.get(path).content.decode() for path in ("/today/", "/today/?all=1"))
    # One of the late ones stands on top as the thing to do first.
    assert sum(f"报价{n}" in short for n in range(1, 6)) == 2
    assert all(f"报价{n}" in whole and f"回电{n}" in whole for n in range(1, 6))
    assert 'href="?all=1"' in short and 'href="?all=1"' not in whole


def test_team_counts_what_it_does_not_show(
    told: Cast, one_more: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("weixi.duties.queries.team.LATE_SHOWN", 1)
    for _ in range(3):
        one_more()
    page = team_of(told.viewer("supervisor"))
    (lane,) = [lane for lane in page.lanes if lane.person == told.specialist]
    assert (len(lane.late), lane.late_count, lane.today_count, page.late) == (1, 3, 3, 3)
    assert lane.late[0].about == "回电1"


@pytest.mark.both_databases
def test_the_teams_numbers_are_those_of_everybodys_today(
    told: Cast, moved_clock: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The last days of a month: periods without a row fall due, too.
    moved_clock("2026-03-30T10:00+08:00")
    now, roll = clock.now(), Random(7)
    people = [told.specialist, told.colleague, told.account_manager]
    states = (DutyState.OPEN, DutyState.OVERDUE, DutyState.PAUSED, DutyState.DONE)
    rows = []
    for number in range(120):
        state = roll.choice(states)
        hours = roll.randint(-200, -1) if state == DutyState.OVERDUE else roll.choice((-1, 0, 3, 14, 38, 100, 200))
        rows.append(
            Duty(
                key=f"X-{number % 4}|case:{number}|e{number}", clause=f"X-{number % 4}", kind="deadline", title="约定",
                anchor=f"e{number}", opens_at=now - timedelta(days=20), state=state, assignee=roll.choice(people),
                due_at=None if state == DutyState.PAUSED and number % 2 else now + timedelta(hours=hours),
            )
        )  # fmt: skip
    Duty.objects.bulk_create(rows)
    team = team_of(told.viewer("director"))
    for lane in team.lanes:
        own = today_of(lane.person)
        assert (lane.late_count, lane.today_count, lane.week) == (own.late_count, own.today_count, own.week_count)
        mine = [line for line in (own.focus, *own.late) if line and line.is_late]
        assert {line.key for line in lane.late} == {line.key for line in sorted(mine, key=by_due)[:LATE_SHOWN]}
    assert team.late == sum(lane.late_count for lane in team.lanes) == sum(n for _, _, n in team.clauses)
    assert any(lane.today_count for lane in team.lanes) and any(lane.week for lane in team.lanes)
    monkeypatch.setattr("weixi.duties.queries.team.TODAY_SHOWN", 1)
    assert {len(lane.today) for lane in team_of(told.viewer("director")).lanes} <= {0, 1}


def test_a_duty_page_asks_the_same_for_every_duty(
    told: Cast, one_more: Callable[[], None], assert_queries_same: Callable[..., int], client_as: Callable[..., object]
) -> None:
    client = client_as(told.specialist)

    def ask() -> None:
        duty = Duty.objects.filter(clause="C-6b").order_by("pk")[0]
        assert client.get(f"/duties/{duty.pk}/").status_code == 200

    assert assert_queries_same(ask, one_more) <= 30


def test_the_week_ends_on_sunday_midnight(told: Cast, client_as: Callable[..., object]) -> None:
    for what, moment in (("本周内", "2026-03-08T23:00+08:00"), ("下周初", "2026-03-09T00:30+08:00")):
        promise_followup(
            told.customers["specialist"], viewer=told.viewer("specialist"),
            promise=Promise(what, datetime.fromisoformat(moment), told.specialist),
        )  # fmt: skip
    page = client_as(told.specialist).get("/today/").content.decode()
    assert "本周内" in page and "下周初" not in page


def test_people_far_down_the_team_page_have_numbers_that_open_the_rest(
    told: Cast, one_more: Callable[[], None], client_as: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    one_more()
    client = client_as(told.supervisor)
    assert client.get("/team/?all=1").content.decode().count('<div class="od">') == 1
    assert [lane.late_count for lane in team_of(told.viewer("supervisor"), in_lines=0).lanes if lane.late_count] == [1]
    monkeypatch.setattr("weixi.web.views.team.IN_LINES", 0)
    page = client.get("/team/").content.decode()
    assert '<div class="od">' not in page and 'href="?all=1"' in page
    assert f'href="/duties/?person={told.specialist.pk}&amp;how=overdue">已超时 1</a>' in page


def test_what_climbed_is_counted_beyond_what_is_read(
    told: Cast, one_more: Callable[[], None], client_as: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        one_more()
    Escalation.objects.all().delete()
    late = list(Duty.objects.filter(due_at__lt=clock.now(), clause="C-6b").order_by("pk"))
    for place, duty in enumerate(late):
        for step in (1, 2):
            at = clock.now() - timedelta(minutes=20 - 5 * place - step)
            Escalation.objects.create(duty=duty, position=8 + step, role="supervisor", person=told.supervisor, at=at)
    climbed = reported_to(told.supervisor, shown=2)
    # The latest first, a duty that climbed twice once.
    assert [item.line.pk for item in climbed.items] == [late[2].pk, late[1].pk]
    assert (climbed.count, climbed.more) == (3, 1)
    monkeypatch.setattr("weixi.web.views.team.REPORTED_SHOWN", 2)
    client = client_as(told.supervisor)
    first = client.get("/team/").content.decode()
    assert first.count('<div class="item">') == 2 and 'href="?reported=all"' in first
    assert (
        'href="/customers/?due=overdue">超时 3 件</a>，<a class="wx-link" href="/duties/?team=1&amp;how=today">今天到期 3 件</a>'
        in first
    )
    every = client.get("/team/?reported=all").content.decode()
    assert every.count('<div class="item">') == 3 and 'href="?reported=all"' not in every


def test_a_talk_before_the_duty_began_is_not_said_to_settle_it(told: Cast, client_as: Callable[..., Any]) -> None:
    customer, viewer = told.customers["specialist"], told.viewer("specialist")
    promise_followup(
        customer, viewer=viewer, promise=Promise("报价", clock.now() + timedelta(hours=5), told.specialist)
    )
    duty = Duty.objects.get(customer=customer, clause="C-6b")
    asked = {"customer": customer.pk, "duty": duty.key, "kind": "call", "settle": duty.key}
    client = client_as(told.specialist)
    now = client.get("/record/settles/", {**asked, "occurred_at": "2026-03-04T10:00"}).content.decode()
    assert "保存后，这一次联系办完 1 项" in now
    before = client.get("/record/settles/", {**asked, "occurred_at": "2026-03-03T10:00"}).content.decode()
    assert "办完" not in before
    assert "不能办结" in before
    unread = client.get("/record/settles/", {**asked, "occurred_at": "tomorrow"}).content.decode()
    assert "保存后，这一次联系办完 1 项" in unread


def test_today_drawn_anew_brings_its_side_and_the_numbers_of_the_menu(
    told: Cast, one_more: Callable[[], None], client_as: Callable[..., Any]
) -> None:
    one_more()
    client = client_as(told.specialist)
    anew = client.get("/today/", headers={"HX-Request": "true", "HX-Target": "wx-today"}).content.decode()
    assert 'hx-swap-oob="innerHTML:#wx-today-side"' in anew
    assert 'id="wx-owed-rail-today" hx-swap-oob="true">1</span>' in anew
    assert anew.count("wx-owed-tab-today") == 1
    whole = client.get("/today/").content.decode()
    assert "hx-swap-oob" not in whole
    assert 'id="wx-owed-rail-today">1</span>' in whole


def test_today_names_customers_whose_value_fell(told: Cast, client_as: Callable[..., Any]) -> None:
    mine, other = told.customers["specialist"], told.customers["account_manager"]
    for customer, silent in ((mine, None), (other, 90)):
        FallNotice.objects.create(
            customer=customer,
            grade="core",
            before=Decimal(5000),
            amount=Decimal(2000),
            silent_days=silent,
            at=clock.now(),
        )
    page = client_as(told.specialist).get("/today/").content.decode()
    assert "客户有变化" in page and "近 12 个月从 ¥5,000 降到 ¥2,000" in page
    assert other.called not in page
    FallNotice.objects.update(ended_at=clock.now())
    assert "客户有变化" not in client_as(told.specialist).get("/today/").content.decode()


def test_the_team_says_whose_customers_nobody_looks_after(told: Cast, client_as: Callable[..., Any]) -> None:
    client = client_as(told.supervisor)
    gone = told.customers["disabled"].owner_id
    page = client.get("/team/").content.decode()
    assert page.count("还没有人接手") == 1 and f'href="/customers/?owner={gone}"' in page
    User.objects.filter(pk=told.specialist.pk).update(is_active=False)
    page = client.get("/team/").content.decode()
    assert page.count("名下 1 户客户还没有人接手") == 2
    assert f'href="/customers/?owner={told.specialist.pk}"' in page
