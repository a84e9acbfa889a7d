"""Large exports wait for the yes of others, as the policy says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import QueryDict

from weixi.customers.exporting import approving, held
from weixi.customers.exporting.models import ExportRun, ExportState
from weixi.customers.exporting.services import decide, request_export
from weixi.customers.exporting.tests.helpers import COLUMNS, asked, table
from weixi.customers.services import create_customer
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.jobs import services as jobs
from weixi.kernel.outbox.models import Notice
from weixi.kernel.personal import Person, Wiper
from weixi.policy.queries.chains import Step
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy


def test_many_need_a_second_person(cast: Cast, low_limit: None) -> None:
    with pytest.raises(Invalid):
        asked(cast.viewer("supervisor"), reason="")
    run = asked(cast.viewer("supervisor"), sort="-amount")
    assert (run.state, run.job_id, run.path.is_file()) == (ExportState.WAITING, None, False)
    told = set(Notice.objects.filter(kind="export.asked").values_list("person__username", flat=True))
    assert told == {"director", "manager", "ceo", "admin"}
    for who in ("supervisor", "data_steward", "specialist"):
        with pytest.raises(Forbidden):
            decide(run, viewer=cast.viewer(who), agree=True, expected=run.filter_hash)
    with pytest.raises(Conflict):
        decide(run, viewer=cast.viewer("service_manager"), agree=True, expected="something else")
    run = decide(run, viewer=cast.viewer("service_manager"), agree=True, expected=run.filter_hash)
    with pytest.raises(Conflict):
        decide(run, viewer=cast.viewer("director"), agree=False, expected=run.filter_hash)
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    run.refresh_from_db()
    # The file is the asker's, with what the asker sees, not the one's who agreed.
    assert {row[0] for row in table(run)[1:]} == {"C-001", "C-002", "C-006"}
    assert Notice.objects.filter(kind="export.answered", person=cast.supervisor).count() == 1


def test_nobody_agrees_to_his_own(cast: Cast, low_limit: None) -> None:
    run = asked(cast.viewer("director"))
    with pytest.raises(Forbidden):
        decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)


def test_the_chain_of_the_policy_says_who_agrees(cast: Cast, low_limit: None) -> None:
    """The standard policy asks the service manager: the right to approve alone is not enough."""
    shipped_policy("spend")
    run = asked(cast.viewer("supervisor"))
    told = set(Notice.objects.filter(kind="export.asked").values_list("person__username", flat=True))
    assert told == {"manager"}
    for who in ("director", "executive", "specialist"):
        with pytest.raises(Forbidden):
            decide(run, viewer=cast.viewer(who), agree=True, expected=run.filter_hash)
    run = decide(run, viewer=cast.viewer("service_manager"), agree=True, expected=run.filter_hash)
    assert (run.state, run.decided_by) == (ExportState.QUEUED, cast.service_manager)
    assert [each["role"] for each in run.approvals] == ["service_manager"]


def test_where_nobody_else_holds_the_role_the_right_decides(cast: Cast, low_limit: None) -> None:
    shipped_policy("spend")
    run = asked(cast.viewer("service_manager"))
    with pytest.raises(Forbidden):
        decide(run, viewer=cast.viewer("service_manager"), agree=True, expected=run.filter_hash)
    assert decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash).decided_by == cast.director


@pytest.mark.parametrize("each_of_them", [False, True])
def test_every_step_of_a_chain_asks_another_person(
    cast: Cast, low_limit: None, monkeypatch: pytest.MonkeyPatch, each_of_them: bool
) -> None:
    steps = [Step("review", ("service_manager",)), Step("approve", ("director", "executive"), each_of_them)]
    monkeypatch.setattr(approving, "deciding_steps", lambda _code: tuple(steps))
    run = asked(cast.viewer("supervisor"))
    with pytest.raises(Forbidden):
        decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)
    run = decide(run, viewer=cast.viewer("service_manager"), agree=True, expected=run.filter_hash)
    assert (run.state, run.decided_by, run.job_id) == (ExportState.WAITING, None, None)
    with pytest.raises(Forbidden):
        decide(run, viewer=cast.viewer("service_manager"), agree=True, expected=run.filter_hash)
    run = decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)
    if each_of_them:
        assert run.state == ExportState.WAITING
        with pytest.raises(Forbidden):
            decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)
        run = decide(run, viewer=cast.viewer("executive"), agree=True, expected=run.filter_hash)
    assert run.state == ExportState.QUEUED
    said = Event.objects.filter(type="export.approved").order_by("seq").values_list("data__step", "data__steps")
    assert list(said) == [(1, 2), (2, 2), (2, 2)][: 3 if each_of_them else 2]


def test_one_no_ends_it(cast: Cast, low_limit: None, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (Step("review", ("service_manager",)), Step("approve", ("director",)))
    monkeypatch.setattr(approving, "deciding_steps", lambda _code: steps)
    run = asked(cast.viewer("supervisor"))
    run = decide(run, viewer=cast.viewer("service_manager"), agree=False, expected=run.filter_hash, note="太多")
    assert (run.state, run.job_id) == (ExportState.REFUSED, None)
    with pytest.raises(Conflict):
        decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)


def test_what_was_approved_is_what_is_written(cast: Cast, low_limit: None) -> None:
    run = asked(cast.viewer("supervisor"), where="city:empty")
    run = decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)
    ExportRun.objects.filter(pk=run.pk).update(query="")
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    run.refresh_from_db()
    assert run.state == ExportState.FAILED and not run.file_name


def test_more_customers_than_were_there_need_a_yes_after_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approving, "approved_from", lambda: 4)
    query = QueryDict(mutable=True)
    run = request_export(cast.viewer("supervisor"), "customers", query, COLUMNS, format="csv")
    create_customer(viewer=cast.viewer("supervisor"), name="新来", owner=cast.colleague)
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    run.refresh_from_db()
    assert run.state == ExportState.FAILED


def test_a_request_does_not_wait_for_ever(cast: Cast, low_limit: None) -> None:
    run = asked(cast.viewer("supervisor"))
    with clock.at(clock.now() + timedelta(days=8)), pytest.raises(Conflict):
        decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash)


def test_a_person_erased_goes_from_the_notes_of_who_agreed(cast: Cast, low_limit: None) -> None:
    run = asked(cast.viewer("supervisor"), reason="给陈立群看")
    decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash, note="只给陈立群")
    person = Person("contact", 0, 0, "陈立群", ("陈立群",))
    assert len(list(held.collect(person))) == 1
    assert held.erase(person, Wiper(person.marks)) == 1
    assert list(held.collect(person)) == []
    stored = ExportRun.objects.get(pk=run.pk)
    assert "陈立群" not in f"{stored.reason}{stored.note}{stored.approvals}"
    assert stored.approvals[0]["by"] == cast.director.pk


def test_a_changed_chain_asks_others(cast: Cast, low_limit: None) -> None:
    """By the policy itself: the data steward first, then the director; the service manager is asked no more."""
    chain = [
        {"act": "prepare", "by": ["specialist"]},
        {"act": "review", "by": ["data_steward"]},
        {"act": "approve", "by": ["director"]},
    ]
    policy_with({"approval.export.steps": chain})
    run = asked(cast.viewer("supervisor"))
    assert set(Notice.objects.filter(kind="export.asked").values_list("person__username", flat=True)) == {"data"}
    for who in ("service_manager", "director", "executive"):
        with pytest.raises(Forbidden):
            decide(run, viewer=cast.viewer(who), agree=True, expected=run.filter_hash)
    run = decide(run, viewer=cast.viewer("data_steward"), agree=True, expected=run.filter_hash)
    assert run.state == ExportState.WAITING
    assert decide(run, viewer=cast.viewer("director"), agree=True, expected=run.filter_hash).state == ExportState.QUEUED
