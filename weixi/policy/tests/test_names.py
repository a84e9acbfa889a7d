"""Names of the organisation: aliases are one role and one department each; the shipped scopes are those of the policy."""

from __future__ import annotations

import pytest
from django.urls import reverse

from weixi.organisation.enums import ROLE_RIGHTS
from weixi.organisation.models import Department, User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer
from weixi.policy.document.shipped import build_shipped
from weixi.policy.queries.names import department_names, role_named
from weixi.project import cli
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy


def test_the_policy_and_the_product_say_the_same_of_how_far_each_role_sees() -> None:
    said = {each.role: each.sees for each in build_shipped().organisation.role}
    assert said == {role: scope.value for role, (scope, _rights) in ROLE_RIGHTS.items()}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("客户服务主管", "supervisor"), ("客户关系主管", "supervisor"), ("客户服务专员", "specialist"), ("主管副总", "executive"),
        ("高级客户经理", "account_manager"), ("总经办", "executive"), (" Specialist ", "specialist"), ("nothing", "nothing"),
    ],
)  # fmt: skip
def test_other_names_of_roles(db: None, name: str, role: str) -> None:
    shipped_policy("quadrant")
    assert role_named(name) == role


def test_people_are_entered_by_the_names_of_the_policy(cast: Cast) -> None:
    shipped_policy("quadrant")
    assert "客户服务部" in department_names("客户部")
    words = ("user", "add", "shen", "--password", "a quiet river at dawn")
    assert cli.main([*words, "--role", "客户服务专员", "--department", "客户部"]) == 0
    made = User.objects.get(username="shen")
    assert (made.role, made.department) == ("specialist", cast.service_department)
    assert not Department.objects.filter(name="客户部").exists()


def test_the_page_of_roles_says_where_the_policy_says_otherwise(cast: Cast, client_as) -> None:
    shipped_policy("quadrant")
    browser = client_as(cast.admin)
    pages = [reverse("roles"), reverse("role", args=["specialist"])]
    assert all("制度规定" not in browser.get(url).content.decode().split("<main")[1] for url in pages)
    change_role("specialist", {"scope": "team"}, viewer=system_viewer("test"))
    for url in pages:
        assert "制度规定" in browser.get(url).content.decode().split("<main")[1]
