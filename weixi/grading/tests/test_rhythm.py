"""Everybody is graded anew in the policy's rhythm, and who grades is told when it is due (G-5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from weixi.grading.models import GradingRun
from weixi.grading.services import approve_run, compute_run, start_run
from weixi.grading.services.rhythm import next_grading, tell_due
from weixi.kernel.outbox.models import Notice
from weixi.organisation.scope import system_viewer
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
