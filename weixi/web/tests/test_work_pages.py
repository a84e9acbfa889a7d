"""The pages of daily work: what they show, and that more duties ask the database no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest

from weixi.duties.models import Duty, Escalation
from weixi.duties.queries import team_of
from weixi.duties.queries.team import reported_to
from weixi.interactions.services.followups import Promise, promise_followup
from weixi.kernel import clock
from weixi.organisation.scope import system_viewer
from weixi.policy.services import install_shipped_policy
from weixi.testing.cast import Cast, make_cast

NOW = "2026-03-04T10:00+08:00"


@pytest.fixture
def told(db: None, moved_clock: Callable[[str], None]) -> Cast:
    """The company on a Wednesday, the policy in force since Monday, a core customer of 钱's."""
    moved_clock("2026-03-02T09:00+08:00")
    install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
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
    assert f'href="/customers/?due=overdue&amp;owner={told.specialist.pk}">已超时 1</a>' in page


def test_what_climbed_is_counted_beyond_what_is_read(told: Cast, one_more: Callable[[], None]) -> None:
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
