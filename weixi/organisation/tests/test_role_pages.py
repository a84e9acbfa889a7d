from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from weixi.organisation.enums import Access, DataScope, Right
from weixi.organisation.models import RoleSetting, RolesState, User
from weixi.organisation.roles.fields import field_lines
from weixi.organisation.roles.page import matrix, role_page, settings_of
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


def posted(cast: Any, role: str, **more: str) -> dict[str, str]:
    """What a browser sends of a role's form that was left as it is, with these over it."""
    page = role_page(cast.viewer("admin"), role)
    data = {each.name: "yes" for group in page.rights for each in group.settings if each.on and not each.fixed}
    lines = (page.scope, *page.classes.settings, *(each for group in page.fields for each in group.settings))
    return {**data, **{each.name: each.value for each in lines}, "mark": page.mark, **more}


def test_saved_untouched_changes_nothing(cast: Any, client_as: Any):
    for role in ("specialist", "admin", "executive"):
        page = role_page(cast.viewer("admin"), role)
        assert settings_of(page, posted(cast, role))
        answer = client_as(cast.admin).post(reverse("role", args=[role]), posted(cast, role))
        assert answer.status_code == 302
    assert not RoleSetting.objects.exists()
    assert not RolesState.objects.exclude(mark="").exists()


def test_a_change_on_the_page(cast: Any, client_as: Any):
    browser = client_as(cast.admin)
    data = posted(cast, "specialist", scope="team", **{"class:contact": "masked", "field:bank": "hidden"})
    del data["right:customers.import"]
    assert browser.post(reverse("role", args=["specialist"]), data).status_code == 302
    person = User.objects.get(pk=cast.specialist.pk)
    assert person.data_scope == DataScope.TEAM
    assert not person.may(Right.CUSTOMERS_IMPORT)
    assert person.rules.fields == {"bank": Access.HIDDEN}
    page = browser.get(reverse("role", args=["specialist"])).content.decode()
    assert "4 处不同" in page
    listed = browser.get(reverse("roles")).content.decode()
    assert listed.count('class="own"') == 4
    assert (
        browser.post(reverse("role-reset", args=["specialist"]), {"mark": RolesState.objects.get().mark}).status_code
        == 302
    )
    assert not RoleSetting.objects.exists()


def test_a_second_editor_is_told_and_keeps_his_input(cast: Any, client_as: Any):
    mine = posted(cast, "specialist", scope="team")
    change_role("specialist", {"right:customers.import": "no"}, viewer=cast.viewer("admin"))
    answer = client_as(cast.admin).post(reverse("role", args=["specialist"]), mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"{cast.admin.name}把导入文件从“可以”改成了“不可以”" in page
    # What he typed stays; what he had not touched shows what the other one made of it.
    assert '<option value="team" selected>' in page
    assert not re.search(r'name="right:customers.import"[^>]*checked', page)
    again = posted(cast, "specialist", scope="team")
    assert client_as(cast.admin).post(reverse("role", args=["specialist"]), again).status_code == 302


def test_the_own_role_is_not_lifted(cast: Any, client_as: Any):
    change_role("service_manager", {"right:roles.manage": "yes"}, viewer=SYSTEM)
    data = posted(cast, "service_manager", **{"right:audit.view": "yes"})
    browser = client_as(User.objects.get(pk=cast.service_manager.pk))
    before = list(RoleSetting.objects.values())
    assert browser.post(reverse("role", args=["service_manager"]), data).status_code == 403
    assert list(RoleSetting.objects.values()) == before


def test_unknown_roles_and_values(cast: Any, client_as: Any):
    browser = client_as(cast.admin)
    assert browser.get("/organisation/roles/king/").status_code == 404
    assert browser.post(reverse("role", args=["sales"]), {"scope": "world", "mark": ""}).status_code == 422
    assert not RoleSetting.objects.exists()


def test_the_matrix_counts(cast: Any, django_assert_num_queries: Any):
    change_role("sales", {"field:bank": "read"}, viewer=SYSTEM)
    found = matrix(cast.viewer("admin"))
    assert {head.role: head.people for head in found.heads}["specialist"] == 3
    assert {head.role: head.changes for head in found.heads}["sales"] == 1
    assert sum(cell.own for group in found.groups for line in group.lines for cell in line.cells) == 1


def test_fields_of_one_part_of_the_form_stand_together(cast: Any):
    page = role_page(cast.viewer("admin"), "sales")
    titles = [str(group.title) for group in page.fields]
    assert len(titles) == len(set(titles)) > 3
    assert sum(len(group.settings) for group in page.fields) == len(field_lines())
