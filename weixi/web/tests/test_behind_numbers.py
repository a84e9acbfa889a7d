"""What a number on Today, the team and the policy counts is listed behind it: the same duties, within the same scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from weixi.duties.enums import OF_MONTH, OF_NOW, Behind
from weixi.duties.queries import behind, team_of
from weixi.duties.queries.kept import kept_by_clause
from weixi.duties.queries.team import people_of
from weixi.duties.queries.today import today_of
from weixi.duties.services.tick import tick
from weixi.interactions.services import record_interaction
from weixi.interactions.services.followups import FollowUp, Promise, complete_followup, promise_followup
from weixi.kernel import clock
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import shipped_policy


@pytest.fixture
def busy(db: None, moved_clock: Callable[[str], None]) -> Cast:
    """钱 on the last day of a month: promises kept in time, kept late, not kept, due today and this week."""
    moved_clock("2026-04-27T09:00+08:00")
    shipped_policy("quadrant")
    cast = make_cast()
    customer, viewer = cast.customers["specialist"], cast.viewer("specialist")
    for hours, what in ((4, "按时"), (5, "迟办"), (6, "未办"), (76, "今天"), (90, "后天")):
        promise = Promise(what, clock.now() + timedelta(hours=hours), cast.specialist)
        promise_followup(customer, viewer=viewer, promise=promise)
    complete_followup(FollowUp.objects.get(text="按时").pk, viewer=viewer, result="办好")
    moved_clock("2026-04-30T10:00+08:00")
    record_interaction(customer, viewer=viewer, kind="call", content="问候", occurred_at=clock.now())
    complete_followup(FollowUp.objects.get(text="迟办").pk, viewer=viewer, result="办好")
    tick()
    return cast


def lists(cast: Cast, who: str, how: Behind) -> behind.Listed:
    viewer = cast.viewer(who)
    if how in OF_NOW:
        return behind.waiting_of(viewer, cast.specialist, how)
    return behind.month_by_person(viewer, [cast.specialist.pk], how)


def test_lists_hold_what_the_numbers_count(busy: Cast) -> None:
    page = today_of(busy.specialist)
    lane = next(each for each in team_of(busy.viewer("supervisor")).lanes if each.person == busy.specialist)
    for who in ("specialist", "supervisor"):
        found = {how: lists(busy, who, how) for how in Behind}
        assert all(len(each.lines) == each.total for each in found.values())
        counts = {how.value: each.total for how, each in found.items()}
        assert counts["overdue"] == lane.late_count == page.late_count == 1
        assert counts["today"] == lane.today_count == page.today_count == 1
        assert counts["week"] == lane.week == page.week_count
        assert counts["open"] == lane.open
        assert (counts["kept"], counts["late"], counts["missed"]) == (1, 1, 1)
        assert counts["due"] == lane.month.due == page.month.due == 3
        assert [line.about for line in found[Behind.LATE].lines] == ["迟办"]


def test_the_lists_of_the_team_hold_what_its_head_counts(busy: Cast, client_as: Callable[..., Any]) -> None:
    viewer = busy.viewer("supervisor")
    team, people = team_of(viewer), [person.pk for person in people_of(viewer)]
    found = {how: behind.waiting_of_team(viewer, people, how) for how in OF_NOW}
    assert (found[Behind.TODAY].total, found[Behind.OVERDUE].total) == (team.today, team.late) == (1, 1)
    assert found[Behind.WEEK].total == sum(lane.week for lane in team.lanes)
    assert [line.about for line in found[Behind.TODAY].lines] == ["今天"]
    client = client_as(busy.person("supervisor"))
    link = "/duties/?team=1&amp;how=today"
    assert link in client.get("/team/").content.decode()
    assert "今天" in client.get(link.replace("&amp;", "&")).content.decode()


def test_lists_of_a_clause_hold_what_stands_beside_it(busy: Cast) -> None:
    viewer = busy.viewer("supervisor")
    for rule, kept in kept_by_clause(viewer).items():
        counted = [behind.month_by_rules(viewer, [rule], how).total for how in OF_MONTH]
        assert counted == [kept.due, kept.in_time, kept.late, kept.missed]


def test_a_month_ends_with_its_last_midnight(busy: Cast) -> None:
    customer, viewer = busy.customers["specialist"], busy.viewer("specialist")
    promise_followup(
        customer, viewer=viewer, promise=Promise("五月", clock.now() + timedelta(hours=20), busy.specialist)
    )
    complete_followup(FollowUp.objects.get(text="五月").pk, viewer=viewer, result="办好")
    assert today_of(busy.specialist).month.due == 3


def test_nobody_counts_the_duties_of_people_whose_work_he_does_not_see(
    busy: Cast, client_as: Callable[..., Any]
) -> None:
    own = client_as(busy.specialist).get("/duties/", {"how": "missed"})
    assert "未办" in own.content.decode()
    for who, status in (("supervisor", 200), ("outsider", 404)):
        answer = client_as(busy.person(who)).get("/duties/", {"how": "missed", "person": busy.specialist.pk})
        assert answer.status_code == status
        assert ("未办" in answer.content.decode().replace("本月未办", "")) == (status == 200)
    assert client_as(busy.specialist).get("/duties/", {"team": "1"}).status_code == 403
    assert client_as(busy.specialist).get("/duties/", {"person": "x"}).status_code == 404
    assert client_as(busy.specialist).get("/duties/", {"clause": "Z-99"}).status_code == 404
    assert client_as(busy.person("supervisor")).get("/duties/", {"team": "1", "how": "late"}).status_code == 200
