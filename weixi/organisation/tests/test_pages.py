from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from weixi.organisation import services
from weixi.organisation.models import ApiToken, Department, User
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.tests.people import PASSWORD, Company

PANEL = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "wx-panel-content"}
MANAGERS_ONLY = [
    "/organisation/people/",
    "/organisation/people/new/",
    "/organisation/people/{lin}/",
    "/organisation/people/{lin}/edit/",
    "/organisation/people/{lin}/password/",
    "/organisation/people/{admin}/tokens/",
    "/organisation/departments/",
    "/organisation/departments/new/",
    "/organisation/departments/{service}/",
]


def address(path: str, company: Company) -> str:
    return path.format(lin=company.lin.pk, admin=company.admin.pk, service=company.service.pk)


@pytest.mark.parametrize("path", MANAGERS_ONLY)
def test_pages_of_people_open_for_who_manages_them_and_for_nobody_else(
    path: str, company: Company, admin: Client, lin: Client
) -> None:
    assert admin.get(address(path, company)).status_code == 200
    assert lin.get(address(path, company)).status_code == 403
    stranger = Client().get(address(path, company))
    assert (stranger.status_code, stranger["Location"][:7]) == (302, "/login/")


@pytest.mark.parametrize("act", ["enable", "password", "edit"])
def test_acts_on_people_are_refused_to_others_and_change_nothing(act: str, company: Company, lin: Client) -> None:
    before = User.objects.filter(pk=company.admin.pk).values().get()
    assert (
        lin.post(f"/organisation/people/{company.admin.pk}/{act}/", {"password": "another good one"}).status_code == 403
    )
    assert User.objects.filter(pk=company.admin.pk).values().get() == before


@pytest.mark.parametrize("path", ["people/999/", "departments/999/", "people/999/tokens/"])
def test_what_does_not_exist_is_404(path: str, admin: Client) -> None:
    assert admin.get(f"/organisation/{path}").status_code == 404


def test_a_person_is_entered_in_the_panel(company: Company, admin: Client) -> None:
    form = admin.get("/organisation/people/new/", **PANEL).content.decode()
    assert "offcanvas-head" in form and "<html" not in form
    values = {
        "name": "沈亦舟",
        "username": "shen",
        "role": "specialist",
        "department": company.service.pk,
        "password": PASSWORD,
    }
    answer = admin.post("/organisation/people/new/", values, **PANEL)
    assert answer.status_code == 204
    assert "wx:done" in answer["HX-Trigger"] and "wx:people" in answer["HX-Trigger"]
    shen = User.objects.get(username="shen")
    assert (shen.name, shen.department, shen.must_change_password) == ("沈亦舟", company.service, True)


def test_the_same_form_is_a_whole_page_without_scripts(company: Company, admin: Client) -> None:
    page = admin.get("/organisation/people/new/").content.decode()
    assert page.count("wx-rail-nav") == 1 and "wx-form-content" in page and page.count("<h1") == 1
    values = {"name": "沈亦舟", "username": "shen", "role": "specialist"}
    assert admin.post("/organisation/people/new/", values)["Location"] == "/organisation/people/"


def test_a_refused_form_keeps_what_was_typed_and_says_why(company: Company, admin: Client) -> None:
    values = {"name": "Somebody", "username": "LIN", "role": "specialist"}
    answer = admin.post("/organisation/people/new/", values, **PANEL)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Somebody"' in text
    assert re.search(r'id="id_username-error">.*?</svg><span>[^<]+</span>', text)
    assert User.objects.count() == 3


def test_nobody_is_offered_roles_above_his_own(company: Company) -> None:
    manager = Client()
    manager.post("/login/", {"username": "fang", "password": PASSWORD})
    page = manager.get("/organisation/people/new/").content.decode()
    assert 'value="specialist"' in page
    assert 'value="admin"' not in page and 'value="director"' not in page
    values = {"name": "X", "username": "x", "role": "admin"}
    assert manager.post("/organisation/people/new/", values).status_code == 422
    assert not User.objects.filter(username="x").exists()


def test_disabling_ends_the_session_and_the_tokens_at_once(company: Company, admin: Client, lin: Client) -> None:
    services.create_token(company.lin, viewer=viewer_of(company.lin))
    assert lin.get("/me/").status_code == 200
    admin.post(reverse("person-leave", args=[company.lin.pk]))
    assert lin.get("/me/").status_code == 302
    assert ApiToken.objects.get().revoked_at is not None
    page = admin.get(f"/organisation/people/{company.lin.pk}/").content.decode()
    assert f"/organisation/people/{company.lin.pk}/enable/" in page


def test_a_department_moves_with_what_is_below(company: Company, admin: Client) -> None:
    sub = services.create_department("Team one", viewer=system_viewer("test"), parent=company.service)
    other = services.create_department("Sales", viewer=system_viewer("test"), parent=company.root)
    admin.post(f"/organisation/departments/{company.service.pk}/", {"name": "Service", "parent": other.pk})
    sub.refresh_from_db()
    assert sub.path == f"{Department.objects.get(pk=other.pk).path}{company.service.pk}/{sub.pk}/"


def test_a_token_is_shown_once_and_ends_when_revoked(company: Company, lin: Client) -> None:
    page = f"/organisation/people/{company.lin.pk}/tokens/"
    shown = lin.post(page, {"name": "phone", "scopes": ["read"], "days": "30"}).content.decode()
    secret = re.search(r"wx_[\w-]{40,}", shown)
    assert secret
    assert secret[0] not in lin.get(page).content.decode()
    assert services.user_of_token(secret[0]) == (company.lin, frozenset({"read"}))
    lin.post(f"{page}{ApiToken.objects.get().pk}/revoke/")
    assert services.user_of_token(secret[0]) is None


def test_somebody_elses_token_cannot_be_revoked(company: Company, lin: Client) -> None:
    token, _secret = services.create_token(company.admin, viewer=viewer_of(company.admin))
    assert lin.post(f"/organisation/people/{company.admin.pk}/tokens/{token.pk}/revoke/").status_code == 403
    assert lin.post(f"/organisation/people/{company.lin.pk}/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


@pytest.mark.parametrize("path", ["/organisation/people/", "/organisation/departments/"])
def test_a_list_asks_the_same_number_of_questions_however_long_it_is(
    path: str, company: Company, admin: Client
) -> None:
    with CaptureQueriesContext(connection) as few:
        admin.get(path)
    viewer = system_viewer("test")
    for number in range(3):
        department = services.create_department(f"D{number}", viewer=viewer, parent=company.root, head=company.manager)
        services.create_user(f"p{number}", viewer=viewer, name="P", department=department, leader=company.manager)
    with CaptureQueriesContext(connection) as many:
        admin.get(path)
    assert len(many) == len(few)
    # the session, the person and the frame's counts, then the page's own two or three
    assert len(few) <= 12


def test_the_picker_finds_colleagues_by_part_of_the_name(company: Company, lin: Client) -> None:
    found = lin.get("/organisation/people/pick/?q=志远").content.decode()
    assert f'data-value="{company.manager.pk}"' in found and "林知夏" not in found
