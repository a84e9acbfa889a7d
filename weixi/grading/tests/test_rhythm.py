"""Everybody is graded anew in the policy's rhythm, and who grades is told when it is due (G-5)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from weixi.grading.models import GradeHistory, GradingRun
from weixi.grading.services import approve_run, compute_run, start_run
from weixi.grading.services.rhythm import next_grading, tell_due
from weixi.grading.services.runs import apply_run
from weixi.grading.sharing import clause_note
from weixi.kernel.outbox.models import Notice
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer
from weixi.organisation.services import change_department
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with

SYSTEM = system_viewer("test")


def approved(cast: Cast) -> GradingRun:
    run = start_run(viewer=SYSTEM)
    compute_run(run)
    return approve_run(GradingRun.objects.get(pk=run.pk), viewer=cast.viewer("service_manager"))


@pytest.mark.parametrize(("every", "due"), [("P3M", date(2026, 5, 28)), ("P6M", date(2026, 8, 28))])
def test_the_next_one_is_due_as_the_policy_says(
    cast: Cast, moved_clock: Callable[[str], None], every: str, due: date
) -> None:
    moved_clock("2026-02-28T10:00+08:00")
    policy_with({"grading.every": every})
    assert next_grading() is None, "nobody has been graded yet"
    approved(cast)
    found = next_grading()
    assert found is not None and (found.due, found.late) == (due, False)


def test_who_grades_is_told_once_when_it_is_due(
    cast: Cast, moved_clock: Callable[[str], None], client_as: Callable[..., Client]
) -> None:
    moved_clock("2026-02-28T10:00+08:00")
    policy_with({"grading.graded_by": "data_steward", "approval.grading_run.steps[0].by": ["data_steward"]})
    approved(cast)
    moved_clock("2026-05-27T10:00+08:00")
    assert tell_due() == 0
    assert re.search(r"全体客户应在 \S*28\S* 前重新评级", client_as(cast.sales).get("/grading/").content.decode())
    moved_clock("2026-05-28T10:00+08:00")
    assert (tell_due(), tell_due()) == (1, 0)
    notice = Notice.objects.get(kind="grading.due")
    assert notice.person == cast.data_steward and notice.params == {"day": "2026-05-28", "last": "2026-02-28"}
    moved_clock("2026-05-29T10:00+08:00")
    assert re.search(r"应已在 \S*28\S* 前重新评级", client_as(cast.sales).get("/grading/").content.decode())


def test_nobody_is_told_while_one_is_under_way(cast: Cast, moved_clock: Callable[[str], None]) -> None:
    moved_clock("2026-02-28T10:00+08:00")
    policy_with({})
    approved(cast)
    moved_clock("2026-06-01T10:00+08:00")
    start_run(viewer=SYSTEM)
    assert tell_due() == 0


def told(kind: str) -> dict[str, dict[str, str]]:
    return {each.person.username: each.params for each in Notice.objects.filter(kind=kind).select_related("person")}


def test_the_department_in_charge_is_told_and_its_head_when_it_is_late(
    cast: Cast, moved_clock: Callable[[str], None]
) -> None:
    moved_clock("2026-02-28T10:00+08:00")
    policy_with({"grading.graded_by": "specialist", "approval.grading_run.steps[0].by": ["specialist"]})
    User.objects.filter(pk=cast.outsider.pk).update(role="specialist", department=cast.sales_department)
    approved(cast)
    moved_clock("2026-05-28T10:00+08:00")
    tell_due()
    asked = set(told("grading.due"))
    assert cast.specialist.username in asked and cast.outsider.username not in asked
    assert told("grading.late") == {}
    moved_clock("2026-05-29T10:00+08:00")
    assert (tell_due(), tell_due()) == (1, 0)
    head = cast.service_department.head
    assert head is not None
    assert told("grading.late") == {head.username: {"day": "2026-05-28", "department": "客户服务部"}}


@pytest.mark.parametrize("department", ["production", None])
def test_without_such_a_department_here_all_who_grade_are_told(
    cast: Cast, moved_clock: Callable[[str], None], department: str | None
) -> None:
    moved_clock("2026-02-28T10:00+08:00")
    policy_with({"grading.department": department})
    approved(cast)
    moved_clock("2026-06-01T10:00+08:00")
    tell_due()
    assert cast.supervisor.username in told("grading.due") and told("grading.late") == {}


def test_another_department_in_charge_is_another_one_told(cast: Cast, moved_clock: Callable[[str], None]) -> None:
    moved_clock("2026-02-28T10:00+08:00")
    policy_with({"grading.department": "sales"})
    change_department(
        cast.sales_department, viewer=SYSTEM, name="销售部", parent=cast.sales_department.parent, head=cast.sales
    )
    approved(cast)
    moved_clock("2026-06-01T10:00+08:00")
    tell_due()
    assert set(told("grading.late")) == {cast.sales.username}


def test_who_keeps_the_record_is_told_what_came_into_the_archive(
    cast: Cast, moved_clock: Callable[[str], None], client_as: Callable[..., Client]
) -> None:
    moved_clock("2026-02-28T10:00+08:00")
    policy_with({})
    run = approved(cast)
    assert told("grading.recorded") == {}, "approved, and not in the archive yet"
    apply_run(run)
    changed = Counter(GradeHistory.objects.filter(run=run).values_list("customer__owner__username", flat=True))
    mine = changed[cast.specialist.username]
    assert mine and told("grading.recorded")[cast.specialist.username] == {"day": "2026-02-28", "count": str(mine)}
    assert cast.supervisor.username not in told("grading.recorded"), "the policy names specialists"
    # Killed before its mark was set, it is done again and tells nobody twice.
    before = Notice.objects.count()
    GradingRun.objects.filter(pk=run.pk).update(applied_at=None)
    apply_run(GradingRun.objects.get(pk=run.pk))
    assert Notice.objects.count() == before
    page = client_as(cast.specialist).get(Notice.objects.get(kind="grading.recorded", person=cast.specialist).url)
    assert page.status_code == 200


def test_the_clause_says_what_they_are_told(cast: Cast) -> None:
    policy_with({"grading.recorded_by": "data_steward"})
    words, address = clause_note(cast.viewer("sales"))["grading.department"]
    assert "客户服务部" in words and "数据专员" in words and address == "/grading/"


def test_the_clause_says_where_nobody_is_called_so(cast: Cast) -> None:
    policy_with({"grading.department": "production"})
    assert "没有名为“生产部”的部门" in clause_note(cast.viewer("sales"))["grading.department"][0]
