"""Who judges and who grades: whom the policy names, from the day it says so (G-12)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from weixi.grading.services import judge_indicator, start_run
from weixi.grading.sharing import clause_note
from weixi.kernel.errors import Forbidden, Invalid
from weixi.organisation.enums import ROLE_RIGHTS, Right
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role, reset_role
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.policy.queries import version_in_force
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy

SYSTEM = system_viewer("test")
EVERYBODY = (
    "director", "service_manager", "supervisor", "specialist", "account_manager", "sales", "data_steward", "executive",
    "admin",
)  # fmt: skip


def may(cast: Cast, right: Right) -> set[str]:
    return {who for who in EVERYBODY if cast.viewer(who).may(right)}


def by_role(right: Right) -> set[str]:
    """Who may by what is shipped for his role alone."""
    return {who for who in EVERYBODY if right in ROLE_RIGHTS[who][1]}


def test_the_shipped_policy_names_the_supervisor_and_the_specialist(cast: Cast) -> None:
    assert "supervisor" not in may(cast, Right.GRADING_RUN), "no policy is in force"
    shipped_policy()
    assert may(cast, Right.GRADING_RUN) == by_role(Right.GRADING_RUN) | {"supervisor"}
    assert may(cast, Right.GRADING_JUDGE) == by_role(Right.GRADING_JUDGE) | {"specialist"}
    assert not {"supervisor"} & by_role(Right.GRADING_RUN) and not {"specialist"} & by_role(Right.GRADING_JUDGE)


def test_another_name_in_the_policy_is_another_who_may(cast: Cast) -> None:
    policy_with(
        {
            "grading.graded_by": "executive", "approval.grading_run.steps[0].by": ["executive"],
            "grading.collected_by": "marketing",
        }
    )  # fmt: skip
    assert may(cast, Right.GRADING_RUN) == by_role(Right.GRADING_RUN) | {"executive"}
    assert may(cast, Right.GRADING_JUDGE) == by_role(Right.GRADING_JUDGE)
    with pytest.raises(Forbidden):
        start_run(viewer=cast.viewer("supervisor"))
    assert start_run(viewer=cast.viewer("executive")).total == 6
    customer = cast.customer_of("specialist")
    with pytest.raises(Forbidden):
        judge_indicator(customer, "intent", viewer=cast.viewer("specialist"), score=100, basis="来电询价")


def test_a_post_held_by_seniors_gives_it_to_them_alone(cast: Cast) -> None:
    policy_with(
        {"grading.graded_by": "senior_account_manager", "approval.grading_run.steps[0].by": ["senior_account_manager"]}
    )
    assert cast.viewer("account_manager").may(Right.GRADING_RUN), "he is senior"
    User.objects.filter(pk=cast.account_manager.pk).update(senior=False)
    assert not viewer_of(User.objects.get(pk=cast.account_manager.pk)).may(Right.GRADING_RUN)


def test_the_disabled_get_nothing(cast: Cast) -> None:
    shipped_policy()
    assert not cast.viewer("disabled").may(Right.GRADING_JUDGE)


def test_what_the_policy_gives_is_not_taken_away_in_the_roles(cast: Cast) -> None:
    shipped_policy()
    with pytest.raises(Invalid) as refusal:
        change_role("supervisor", {"right:grading.run": "no"}, viewer=SYSTEM)
    assert refusal.value.code == "role.by_policy" and "grading.graded_by" in str(refusal.value)
    change_role("supervisor", {"right:grading.run": "yes", "right:audit.view": "yes"}, viewer=SYSTEM)
    reset_role("supervisor", viewer=SYSTEM)
    assert viewer_of(User.objects.get(pk=cast.supervisor.pk)).may(Right.GRADING_RUN)


def test_the_pages_of_roles_say_that_the_policy_gives_it(cast: Cast, client_as: Callable[..., Client]) -> None:
    shipped_policy()
    client = client_as(cast.admin)
    matrix = client.get("/organisation/roles/").content.decode()
    assert matrix.count("由制度给予") == 2 and "G-12" in matrix
    page = client.get("/organisation/roles/supervisor/").content.decode()
    line = page[page.index('name="right:grading.run"') :][:400]
    assert "checked disabled" in line and "由制度给予" in line and "G-12" in line
    sent = {"mark": "", "right:customers.edit": "yes"}
    assert client.post("/organisation/roles/supervisor/", sent).status_code in (200, 302, 422)
    assert viewer_of(User.objects.get(pk=cast.supervisor.pk)).may(Right.GRADING_RUN)


def test_the_clause_says_who_and_leads_to_the_roles(cast: Cast, client_as: Callable[..., Client]) -> None:
    assert clause_note(cast.viewer("admin")) == {}
    shipped_policy()
    words, address = clause_note(cast.viewer("admin"))["approval.grading_standard"]
    assert "客户关系专员" in words and "客户关系主管" in words and address == "/organisation/roles/"
    page = client_as(cast.admin).get(reverse("policy-kept", args=[version_in_force().pk])).content.decode()
    assert words in page[page.index('id="G-12"') : page.index('id="C-1"')]
    assert clause_note(cast.viewer("sales"))["approval.grading_standard"][1] == "/grading/"
