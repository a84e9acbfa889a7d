"""A changed chain of approval changes who decides: of a grading, and of a grade set by hand (G-5, G-6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from weixi.customers.models import Customer
from weixi.grading import commands
from weixi.grading.enums import OverrideState, RunState
from weixi.grading.models import GradeOverride, GradingRun
from weixi.grading.queries.overrides import waiting_lines
from weixi.grading.queries.runs import runs_waiting_for
from weixi.grading.services import (
    approve_run,
    ask_override,
    compute_run,
    decide_override,
    include_rows,
    return_run,
    start_run,
)
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden
from weixi.kernel.events.models import Event
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer
from weixi.policy import services as policy_services
from weixi.policy.document.edit import set_values
from weixi.policy.document.shipped import build_shipped
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy

SYSTEM = system_viewer("test")
PREPARE = {"act": "prepare", "by": ["supervisor"]}
TWO = [PREPARE, {"act": "review", "by": ["data_steward"]}, {"act": "approve", "by": ["director", "executive"]}]
ASK = {"act": "prepare", "by": ["account_manager", "supervisor"]}


def two_steps(**more: Any) -> None:
    policy_with({"approval.grading_run.steps": TWO, "grading.approve_by": "director", **more})


def computed() -> GradingRun:
    run = start_run(viewer=SYSTEM)
    compute_run(run)
    return GradingRun.objects.get(pk=run.pk)


def refused(run: GradingRun, cast: Cast, *who: str) -> None:
    for each in who:
        with pytest.raises(Forbidden):
            approve_run(run, viewer=cast.viewer(each))


# --- a grading ----------------------------------------------------------------------------------------


def test_the_shipped_chain_asks_the_service_manager(cast: Cast) -> None:
    shipped_policy()
    run = computed()
    refused(run, cast, "director", "executive", "supervisor", "data_steward", "admin")
    assert approve_run(run, viewer=cast.viewer("service_manager")).state == RunState.APPROVED


def test_another_chain_asks_others_one_after_the_other(cast: Cast) -> None:
    two_steps()
    run = computed()
    refused(run, cast, "service_manager", "director", "executive")
    run = approve_run(run, viewer=cast.viewer("data_steward"), note="已核")
    assert run.state == RunState.PREVIEW and not Customer.objects.exclude(grade="").exists()
    assert Event.objects.get(type="grading.passed_step").data["note"] == "已核"
    refused(run, cast, "data_steward", "service_manager")
    assert approve_run(run, viewer=cast.viewer("executive")).state == RunState.APPROVED
    assert [each["role"] for each in GradingRun.objects.get(pk=run.pk).approvals] == ["data_steward", "executive"]


def test_everybody_of_a_step_where_the_policy_wants_all(cast: Cast) -> None:
    both = [PREPARE, {"act": "approve", "by": ["director", "executive"], "all": True}]
    policy_with({"approval.grading_run.steps": both, "grading.approve_by": "director"})
    run = approve_run(computed(), viewer=cast.viewer("executive"))
    assert run.state == RunState.PREVIEW
    refused(run, cast, "executive")
    assert approve_run(run, viewer=cast.viewer("director")).state == RunState.APPROVED


def test_one_person_says_two_yeses_only_where_nobody_else_could(cast: Cast) -> None:
    twice = [PREPARE, {"act": "review", "by": ["supervisor"]}, {"act": "approve", "by": ["supervisor"]}]
    policy_with({"approval.grading_run.steps": twice, "grading.approve_by": "supervisor"})
    run = approve_run(computed(), viewer=cast.viewer("supervisor"))
    refused(run, cast, "supervisor")
    User.objects.filter(pk=cast.other_supervisor.pk).update(is_active=False)
    assert approve_run(run, viewer=cast.viewer("supervisor")).state == RunState.APPROVED


def test_who_was_asked_at_the_start_is_asked_to_the_end(cast: Cast) -> None:
    shipped_policy()
    run = computed()
    two_steps()
    refused(run, cast, "data_steward")
    assert approve_run(run, viewer=cast.viewer("service_manager")).state == RunState.APPROVED


def test_the_role_of_the_section_holds_over_the_chain(cast: Cast) -> None:
    policy_with({"grading.approve_by": "director"})
    run = computed()
    refused(run, cast, "service_manager", "executive")
    assert approve_run(run, viewer=cast.viewer("director")).state == RunState.APPROVED


def test_without_a_chain_the_role_of_the_section_decides(cast: Cast) -> None:

    document = set_values(build_shipped(), {"grading.approve_by": "director", "policy.effective_from": clock.today()})
    chains = {code: chain for code, chain in document.approval.items() if code != "grading_run"}
    clauses = tuple(
        clause.model_copy(update={"rules": tuple(name for name in clause.rules if name != "approval.grading_run")})
        for clause in document.clause
    )
    document = document.model_copy(update={"approval": chains, "clause": clauses})
    version = policy_services.submit_version(policy_services.draft_version(document, viewer=SYSTEM), viewer=SYSTEM)
    policy_services.activate_version(policy_services.approve_version(version, viewer=SYSTEM), viewer=SYSTEM)
    run = computed()
    refused(run, cast, "service_manager")
    assert approve_run(run, viewer=cast.viewer("director")).state == RunState.APPROVED


def test_another_selection_needs_every_yes_again(cast: Cast) -> None:
    two_steps()
    run = approve_run(computed(), viewer=cast.viewer("data_steward"))
    mover = run.results.filter(moves=True).first()
    assert mover is not None
    include_rows(run, [mover.customer_id], included=False, viewer=cast.viewer("director"))
    run.refresh_from_db()
    refused(run, cast, "director")
    approve_run(run, viewer=cast.viewer("data_steward"))
    assert approve_run(run, viewer=cast.viewer("director")).state == RunState.APPROVED


def test_a_chain_that_allows_no_return(cast: Cast) -> None:
    policy_with({"approval.grading_run.returns_allowed": False})
    run = computed()
    with pytest.raises(Conflict):
        return_run(run, viewer=cast.viewer("service_manager"), note="再看看")
    assert approve_run(run, viewer=cast.viewer("service_manager")).state == RunState.APPROVED


def test_the_menu_and_the_page_name_whose_yes_it_waits_for(cast: Cast, client_as: Callable[..., Client]) -> None:
    two_steps()
    run = computed()

    def waits(who: str) -> int | None:
        rows = runs_waiting_for(cast.viewer(who))
        return None if rows is None else rows.count()

    assert (waits("data_steward"), waits("director"), waits("service_manager")) == (1, 0, None)
    page = client_as(cast.director).get(run.get_absolute_url()).content.decode()
    assert "现在等 数据专员 批准" in page and "/approve/" not in page
    client_as(cast.data_steward).post(reverse("grading-approve", args=[run.pk]))
    assert (waits("data_steward"), waits("director")) == (0, 1)
    page = client_as(cast.director).get(run.get_absolute_url()).content.decode()
    assert "何洁已同意" in page and "/approve/" in page


def test_the_command_says_whose_yes_is_next(cast: Cast) -> None:
    two_steps()
    run = computed()
    told = commands.approve(run.pk, viewer=cast.viewer("data_steward"))
    assert told["changed"] == 0 and "总监" in told["waits_for"]
    assert commands.approve(run.pk, viewer=cast.viewer("director"))["waits_for"] == ""
    assert Customer.objects.exclude(grade="").exists()


# --- a grade set by hand ------------------------------------------------------------------------------


def asked(cast: Cast) -> GradeOverride:
    customer = cast.customer_of("account_manager")
    return ask_override(
        customer, viewer=cast.viewer("account_manager"), grade="core", reason="行业标杆", expires_on=date.max.replace(year=2026, month=12, day=31),
    )  # fmt: skip


def test_another_chain_asks_others_for_a_grade_set_by_hand(cast: Cast, moved_clock: Callable[[str], None]) -> None:
    moved_clock("2026-11-24T10:00+08:00")
    steps = [ASK, {"act": "review", "by": ["data_steward"]}, {"act": "approve", "by": ["director"]}]
    policy_with({"approval.grade_override.steps": steps, "grading.override.approved_by": "director"})
    request = asked(cast)
    for who in ("service_manager", "director", "admin"):
        with pytest.raises(Forbidden):
            decide_override(request, viewer=cast.viewer(who), approve=True)
    assert [line.mine for line in waiting_lines(cast.viewer("director"))] == [False]
    line = waiting_lines(cast.viewer("data_steward"))[0]
    assert line.mine and line.grade_title == "核心客户"
    request = decide_override(request, viewer=cast.viewer("data_steward"), approve=True)
    assert request.state == OverrideState.WAITING
    assert Customer.objects.get(pk=request.customer_id).grade == ""
    with pytest.raises(Forbidden):
        decide_override(request, viewer=cast.viewer("data_steward"), approve=True)
    request = decide_override(request, viewer=cast.viewer("director"), approve=True)
    assert request.state == OverrideState.APPROVED
    assert Customer.objects.get(pk=request.customer_id).grade == "core"


def test_any_of_those_asked_refuses_it(cast: Cast, moved_clock: Callable[[str], None]) -> None:
    moved_clock("2026-11-24T10:00+08:00")
    shipped_policy()
    request = asked(cast)
    with pytest.raises(Forbidden):
        decide_override(request, viewer=cast.viewer("director"), approve=False)
    User.objects.filter(pk=cast.service_manager.pk).update(scope="all")
    manager = cast.viewer(User.objects.get(pk=cast.service_manager.pk))
    assert decide_override(request, viewer=manager, approve=False).state == OverrideState.REJECTED
