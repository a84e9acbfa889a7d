"""Grading standards: drafted by whom the policy names for them, passed by the chain of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from weixi.customers.services import create_customer
from weixi.kernel.errors import Conflict, Forbidden
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import Viewer, system_viewer, viewer_of
from weixi.policy import queries, services
from weixi.policy.document.edit import set_values
from weixi.policy.document.policy import Policy
from weixi.policy.document.shipped import build_shipped
from weixi.policy.enums import VersionState
from weixi.policy.models import PolicyVersion
from weixi.policy.queries.standards import is_standard, only_standards
from weixi.policy.reading import role_name
from weixi.policy.slice import waiting_for
from weixi.policy.tests.pages import save, value_page
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy

NEXT = {"policy.version": "next", "control.changes": 1}
STANDARD = {"grading.threshold.value": 70}
OTHER = {"N-2a.within": "PT1H"}


def document(*changes: dict[str, Any]) -> Policy:
    """The version in force with other values."""
    values: dict[str, Any] = dict(NEXT)
    for each in changes:
        values |= each
    return set_values(queries.policy_in_force(), values)


def only_drafts_standards(cast: Cast) -> Viewer:
    """The supervisor, whose role may not draft the policy any more: what is left is what the policy gives him."""
    change_role("supervisor", {"right:policy.draft": "no"}, viewer=system_viewer("test"))
    return viewer_of(User.objects.get(pk=cast.supervisor.pk))


def submitted(cast: Cast, *changes: dict[str, Any]) -> PolicyVersion:
    version = services.draft_version(document(*changes), viewer=cast.viewer("supervisor"))
    return services.submit_version(version, viewer=cast.viewer("supervisor"))


@pytest.mark.parametrize(
    ("path", "standard"),
    [
        ("grading.threshold.value", True),
        ("grading.indicator[margin_pct].weight", True),
        ("grading.grade", True),
        ("grading.service_standard[core].content", True),
        ("grading.graded_by", False),
        ("grading.drafted_by", False),
        ("grading.approve_by", False),
        ("grading.fall.drop_pct", False),
        ("grading", False),
        ("gradings.threshold", False),
        ("N-2a.within", False),
    ],
)
def test_what_counts_as_a_grading_standard(path: str, standard: bool) -> None:
    assert is_standard(path) is standard


def test_which_drafts_change_standards_only(cast: Cast) -> None:
    assert not only_standards(set_values(build_shipped(), STANDARD)), "there is no version before it"
    shipped_policy()
    assert only_standards(document(STANDARD))
    assert not only_standards(document())
    assert not only_standards(document(STANDARD, OTHER))
    assert not only_standards(document({"grading.graded_by": "director"}))


# --- who passes them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["director", "executive", "admin", "sales", "specialist", "data_steward"])
def test_standards_are_passed_by_the_service_manager_and_nobody_else(cast: Cast, who: str) -> None:
    shipped_policy()
    version = submitted(cast, STANDARD)
    assert version.chain == "grading_standard"
    with pytest.raises(Forbidden):
        services.approve_version(version, viewer=cast.viewer(who))
    assert services.approve_version(version, viewer=cast.viewer("service_manager")).state == VersionState.APPROVED


def test_anything_else_goes_the_way_of_the_policy(cast: Cast) -> None:
    shipped_policy()
    version = submitted(cast, STANDARD, OTHER)
    assert version.chain == "policy"
    with pytest.raises(Forbidden):
        services.approve_version(version, viewer=cast.viewer("service_manager"))
    assert services.approve_version(version, viewer=cast.viewer("executive")).state == VersionState.APPROVED


def test_another_chain_has_another_pass_them(cast: Cast) -> None:
    steps = [{"act": "prepare", "by": ["supervisor"]}, {"act": "review", "by": ["data_steward"]}, {"act": "approve", "by": ["director"]}]  # fmt: skip
    policy_with({"approval.grading_standard.steps": steps, "grading.standards_approved_by": "director"})
    version = submitted(cast, STANDARD)
    with pytest.raises(Forbidden):
        services.approve_version(version, viewer=cast.viewer("service_manager"))
    services.approve_version(version, viewer=cast.viewer("data_steward"))
    assert services.approve_version(version, viewer=cast.viewer("director")).state == VersionState.APPROVED


def test_the_named_role_holds_over_the_chain(cast: Cast) -> None:
    policy_with({"grading.standards_approved_by": "director"})
    version = submitted(cast, STANDARD)
    with pytest.raises(Forbidden):
        services.approve_version(version, viewer=cast.viewer("service_manager"))
    assert services.approve_version(version, viewer=cast.viewer("director")).state == VersionState.APPROVED


def test_who_said_the_last_yes_puts_it_in_force(cast: Cast) -> None:
    shipped_policy()
    create_customer(viewer=system_viewer("test"), name="甲")
    version = submitted(cast, STANDARD)
    services.approve_version(version, viewer=cast.viewer("service_manager"))
    for who in ("supervisor", "specialist", "sales"):
        with pytest.raises(Forbidden):
            services.activate_version(version, viewer=cast.viewer(who))
    assert services.activate_version(version, viewer=cast.viewer("service_manager")).state == VersionState.ACTIVATED


def test_one_that_would_undo_another_version_is_stopped(cast: Cast) -> None:
    """Two drafts of one version: the first put in force changes a deadline, which the second would take back."""
    shipped_policy()
    create_customer(viewer=system_viewer("test"), name="甲")
    standards = submitted(cast, STANDARD)
    services.approve_version(standards, viewer=cast.viewer("service_manager"))
    waiting = submitted(cast, {"grading.threshold.value": 65})
    deadline = submitted(cast, OTHER)
    services.approve_version(deadline, viewer=cast.viewer("executive"))
    services.activate_version(deadline, viewer=cast.viewer("director"))
    with pytest.raises(Conflict) as refusal:
        services.activate_version(standards, viewer=cast.viewer("service_manager"))
    assert refusal.value.code == "policy.outgrown"
    with pytest.raises(Conflict):
        services.approve_version(waiting, viewer=cast.viewer("service_manager"))


# --- who drafts them ----------------------------------------------------------------------------------


def test_whom_the_policy_names_drafts_standards_and_nothing_else(cast: Cast) -> None:
    shipped_policy()
    supervisor = only_drafts_standards(cast)
    version = services.draft_version(document(), viewer=supervisor)
    version = services.change_draft(version, document(STANDARD), viewer=supervisor)
    with pytest.raises(Forbidden) as refusal:
        services.change_draft(version, document(STANDARD, OTHER), viewer=supervisor)
    assert refusal.value.code == "policy.standards_only" and "1 小时" in str(refusal.value)
    with pytest.raises(Forbidden):
        services.draft_version(document({"grading.drafted_by": "sales"}), viewer=supervisor)
    assert services.submit_version(version, viewer=supervisor).chain == "grading_standard"
    assert services.take_back_version(version, viewer=supervisor).state == VersionState.DRAFT
    assert services.drop_version(version, viewer=supervisor).state == VersionState.DROPPED


def test_a_draft_that_says_more_is_not_his(cast: Cast) -> None:
    shipped_policy()
    supervisor = only_drafts_standards(cast)
    version = services.draft_version(document(OTHER), viewer=cast.viewer("director"))
    for act in (
        lambda: services.change_draft(version, document(STANDARD), viewer=supervisor),
        lambda: services.submit_version(version, viewer=supervisor),
        lambda: services.drop_version(version, viewer=supervisor),
    ):
        with pytest.raises(Forbidden):
            act()


@pytest.mark.parametrize("who", ["specialist", "sales", "account_manager", "executive", "data_steward"])
def test_others_draft_nothing(cast: Cast, who: str) -> None:
    shipped_policy()
    with pytest.raises(Forbidden):
        services.draft_version(document(STANDARD), viewer=cast.viewer(who))


def test_another_name_in_the_policy_drafts_from_its_day_on(cast: Cast) -> None:
    policy_with({"grading.drafted_by": "specialist", "approval.grading_standard.steps[0].by": ["specialist"]})
    supervisor, specialist = only_drafts_standards(cast), cast.viewer("specialist")
    with pytest.raises(Forbidden):
        services.draft_version(document(STANDARD), viewer=supervisor)
    assert services.draft_version(document(STANDARD), viewer=specialist).state == VersionState.DRAFT


# --- the pages ----------------------------------------------------------------------------------------


def test_the_pages_lead_him_to_the_standards_and_refuse_the_rest(cast: Cast, client_as: Callable[..., Client]) -> None:
    shipped_policy()
    only_drafts_standards(cast)
    client = client_as(cast.supervisor)
    client.post("/policy/draft/")
    version = PolicyVersion.objects.filter(state="draft").get()
    grading = client.get(f"/policy/versions/{version.pk}/grading/").content.decode()
    assert "path=grading.threshold.value" in grading and "path=grading.graded_by" not in grading
    document_page = client.get(f"/policy/versions/{version.pk}/").content.decode()
    assert "path=N-2a.within" not in document_page and "path=grading.threshold.value" in document_page
    assert save(client, value_page(client, version, "grading.threshold.value"), v0="70").status_code in (200, 204)
    refused = save(client, value_page(client, version, "N-2a.within"), v0="1 小时")
    assert refused.status_code == 403 and "制度只让您拟定" in refused.content.decode()
    version.refresh_from_db()
    assert queries.document_of(version).grading.threshold.value == 70  # type: ignore[union-attr]
    for path, typed in (
        ("grading.grade[core].title", "战略客户"),
        ("grading.service_standard[core].content", "专人服务"),
    ):
        assert path.replace("[", "%5B").replace("]", "%5D") in grading
        assert save(client, value_page(client, version, path), v0=typed).status_code == 204
    assert "每月至少1次深度沟通" in grading and "{C-1a.every}" not in grading
    version.refresh_from_db()
    assert services.submit_version(version, viewer=viewer_of(User.objects.get(pk=cast.supervisor.pk))).chain == (
        "grading_standard"
    )
    assert client.get("/policy/draft/preset/").status_code == 200
    assert client_as(cast.specialist).get("/policy/draft/preset/").status_code == 403


def test_the_draft_says_who_will_pass_it(cast: Cast, client_as: Callable[..., Client]) -> None:
    shipped_policy()
    client = client_as(cast.supervisor)
    for changes, said in (
        (STANDARD, "只改了分级标准，提交后由 客户服务经理 通过"),
        (OTHER, f">提交后由 {role_name('executive')} 通过"),
    ):
        version = services.draft_version(document(changes), viewer=cast.viewer("supervisor"))
        page = client.get(f"/policy/versions/{version.pk}/").content.decode()
        assert said in page, changes


def test_the_menu_counts_what_waits_for_the_service_manager(cast: Cast, client_as: Callable[..., Client]) -> None:
    shipped_policy()
    standard = submitted(cast, STANDARD)
    other = submitted(cast, OTHER)
    waiting = waiting_for(cast.viewer("service_manager"))
    assert waiting is not None and waiting.rows() == [(standard.pk,)]
    everything = waiting_for(cast.viewer("director"))
    assert everything is not None and set(everything.rows()) == {(standard.pk,), (other.pk,)}
    assert waiting_for(cast.viewer("specialist")) is None


def brought_in_ready(document: Policy, viewer: Viewer) -> PolicyVersion:
    """As the command line does it: `policy import FILE --activate`."""
    version = services.draft_version(document, viewer=viewer)
    services.approve_version(version, viewer=viewer, own=True)
    return services.activate_version(version, viewer=viewer)


def test_whom_the_chain_asks_puts_a_file_in_force_himself(cast: Cast) -> None:
    shipped_policy()
    create_customer(viewer=system_viewer("test"), name="甲")
    version = brought_in_ready(document(STANDARD), cast.viewer("service_manager"))
    version.refresh_from_db()
    assert version.state == VersionState.ACTIVATED
    assert [each["role"] for each in version.approvals] == ["service_manager"]


def test_a_file_with_something_else_asks_for_the_right_to_approve(cast: Cast) -> None:
    shipped_policy()
    create_customer(viewer=system_viewer("test"), name="甲")
    with pytest.raises(Forbidden):
        brought_in_ready(document(STANDARD, OTHER), cast.viewer("service_manager"))


def test_where_nobody_else_holds_the_role_its_holder_passes_his_own_file(cast: Cast) -> None:
    shipped_policy()
    create_customer(viewer=system_viewer("test"), name="甲")
    manager = cast.viewer("service_manager")
    assert manager.user is not None
    User.objects.exclude(pk=manager.user.pk).filter(role="service_manager").update(is_active=False)
    version = brought_in_ready(document(STANDARD), manager)
    version.refresh_from_db()
    assert version.state == VersionState.ACTIVATED
