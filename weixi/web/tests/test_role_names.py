"""Roles are called what the policy in force calls them, wherever they are named (O-9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from weixi.organisation.enums import Role
from weixi.organisation.role_names import name_roles
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with

pytestmark = pytest.mark.django_db
Desk = Callable[..., Client]
TITLE = "organisation.role[specialist].title"


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    yield
    name_roles({})


@pytest.mark.parametrize("name", ["today", "me", "people", "person-new", "roles", "customer-new"])
def test_pages_call_a_role_as_the_policy_does(cast: Cast, client_as: Desk, name: str) -> None:
    policy_with({TITLE: "关系员", "organisation.role[admin].title": "维护员"})
    page = client_as(cast.admin).get(reverse(name)).content.decode()
    assert "维护员" in page
    assert "系统管理员" not in page
    if name not in {"today", "me"}:
        assert "关系员" in page and "客户关系专员" not in page


def test_without_a_title_and_in_english_it_is_the_programs_name(cast: Cast, client_as: Desk) -> None:
    policy_with({TITLE: "关系员"})
    desk = client_as(cast.specialist)
    assert "关系员" in desk.get(reverse("me")).content.decode()
    cast.specialist.language = "en"
    cast.specialist.save(update_fields=["language"])
    page = desk.get(reverse("me")).content.decode()
    assert "Specialist" in page and "关系员" not in page


def test_a_label_is_looked_up_when_it_is_shown() -> None:
    label = Role.SPECIALIST.label
    with translation.override("zh-hans"):
        assert str(label) == "客户关系专员"
        name_roles({"specialist": "关系员"})
        assert str(label) == dict(Role.choices)["specialist"] == "关系员"
    with translation.override("en"):
        assert str(label) == "Specialist"
