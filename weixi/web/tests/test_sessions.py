"""A log-in ends after the time the policy gives it: idle, and altogether (D-2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from weixi.kernel import clock
from weixi.testing.cast import PASSWORD, Cast
from weixi.testing.policies import shipped_policy
from weixi.web.sessions import SEEN

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def browser(cast: Cast) -> Client:
    """Somebody who has just logged in, under the shipped policy: 8 hours idle, 7 days altogether."""
    shipped_policy("quadrant")
    made = Client()
    made.post(reverse("login"), {"username": cast.specialist.username, "password": PASSWORD})
    return made


def opens(browser: Client, **hours: float) -> bool:
    """Whether a page opens after so much time; else the log-in is asked for, and leads back there."""
    with clock.at(clock.now() + timedelta(**hours)):
        answer = browser.get(reverse("customers"))
    assert answer.status_code == 200 or answer["Location"] == f"{reverse('login')}?next={reverse('customers')}"
    return bool(answer.status_code == 200)


def test_a_log_in_ends_after_the_idle_time(browser: Client) -> None:
    assert opens(browser, hours=7.9)
    assert not opens(browser, hours=16)
    assert not opens(browser, hours=0), "it is gone for good"


def test_each_click_begins_the_idle_time_anew_until_it_has_lasted_long_enough(browser: Client) -> None:
    for step in range(1, 24):
        assert opens(browser, hours=7 * step)
    assert not opens(browser, hours=7 * 24.1)


def test_what_a_page_asks_by_itself_keeps_nobody_logged_in(browser: Client) -> None:
    with clock.at(clock.now() + timedelta(hours=5)):
        assert browser.get(reverse("today"), **HTMX).status_code == 200
    with clock.at(clock.now() + timedelta(hours=9)):
        assert browser.get(reverse("today"), **HTMX).status_code == 401


def test_a_click_is_noted_seldom(browser: Client) -> None:
    begun = browser.session[SEEN]
    assert opens(browser, minutes=4) and browser.session[SEEN] == begun
    assert opens(browser, minutes=6) and browser.session[SEEN] > begun
