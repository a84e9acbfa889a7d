"""A second factor that the policy asks for and nobody is forced to: said after the log-in and on Today (D-2)."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from weixi.kernel import clock
from weixi.organisation.enums import Role
from weixi.organisation.factor import codes
from weixi.organisation.factor import services as factor
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import viewer_of
from weixi.testing.cast import PASSWORD, Cast
from weixi.testing.policies import shipped_policy

LINE = 'id="factor-wanted"'


@pytest.fixture
def company(cast: Cast) -> Cast:
    shipped_policy("quadrant")
    return cast


def logged_in(user: User, next: str = "/") -> Client:
    browser = Client()
    answer = browser.post(reverse("login"), {"username": user.username, "password": PASSWORD, "next": next})
    assert answer["Location"] == next
    return browser


def test_who_is_asked_reads_why_and_where_and_is_not_locked_out(company: Cast) -> None:
    browser = logged_in(company.director)
    page = browser.get(reverse("today")).content.decode()
    assert LINE in page and f'href="{reverse("second-factor")}"' in page
    assert company.director.get_role_display() in page.split(LINE)[1].split("</p>")[0]
    assert LINE in browser.get(reverse("today")).content.decode(), "it stands until it is done"
    assert browser.get("/customers/").status_code == 200
    assert browser.get(reverse("second-factor")).context["wanted"]


def test_whose_role_is_not_named_reads_nothing(company: Cast) -> None:
    assert LINE not in logged_in(company.specialist).get(reverse("today")).content.decode()


def test_a_log_in_to_another_page_says_it_there_once(company: Cast) -> None:
    said = "制度要求您的岗位设置第二验证"
    browser = logged_in(company.admin, "/customers/")
    assert said in browser.get("/customers/").content.decode()
    assert said not in browser.get("/customers/").content.decode()
    assert said not in logged_in(company.specialist, "/customers/").get("/customers/").content.decode()


def test_it_goes_with_the_set_up_and_gives_way_to_the_demand(company: Cast) -> None:
    director = company.director
    assert factor.is_wanted(director)
    change_role(Role.DIRECTOR, {"factor": "yes"}, viewer=viewer_of(company.admin))
    director = User.objects.get(pk=director.pk)
    assert (factor.is_wanted(director), factor.is_due(director)) == (False, True)
    change_role(Role.DIRECTOR, {"factor": "no"}, viewer=viewer_of(company.admin))
    director, now = User.objects.get(pk=director.pk), clock.now() + timedelta(minutes=1)
    with clock.at(now):
        proposal = factor.begin(director, PASSWORD, viewer=viewer_of(director), source="here")
        first = pyotp.TOTP(codes.secret_of(factor.seed_of(director, proposal))).at(now)
        factor.confirm(director, proposal, first, viewer=viewer_of(director), source="here")
    assert not factor.is_wanted(director)
