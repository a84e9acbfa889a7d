"""Who leaves is out, and his customers go to another, as the policy says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from weixi.customers import leaving
from weixi.customers.models import Customer
from weixi.customers.services import hand_over, set_co_owner
from weixi.kernel import clock, doctor
from weixi.kernel.errors import Forbidden, Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.outbox.models import Notice
from weixi.organisation.leaving import end_leavers
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.services import create_token, disable_user, enable_user, user_of_token
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy

SYSTEM = system_viewer("test")
LATER = {"security.leavers_lose_access_at_once": False}


@pytest.fixture
def told(cast: Cast) -> Cast:
    shipped_policy("quadrant")
    hand_over(cast.disabled, cast.colleague, viewer=SYSTEM)
    return cast


def bad() -> str:
    return next(each for each in doctor.examine(["customers.leavers"])).detail


def test_access_ends_and_customers_go_over_in_one_act(told: Cast, client_as: Callable[..., Any]) -> None:
    browser = client_as(told.specialist)
    _token, secret = create_token(told.specialist, viewer=viewer_of(told.specialist))
    beside = told.customer_of("outsider")
    set_co_owner(beside, told.specialist, viewer=SYSTEM)
    page = client_as(told.admin).post(
        reverse("person-leave", args=[told.specialist.pk]), {"to": told.account_manager.pk}, follow=True
    )
    assert page.status_code == 200
    assert browser.get(reverse("customers")).status_code == 302
    assert user_of_token(secret) is None
    customer = Customer.objects.get(pk=told.customer_of("specialist").pk)
    assert customer.owner == told.account_manager
    assert Customer.objects.get(pk=beside.pk).co_owner == told.account_manager
    assert not Notice.objects.filter(kind=leaving.NOTICE).exists()
    assert bad() == ""


def test_with_nobody_named_the_superiors_are_told_and_the_doctor_asks(told: Cast) -> None:
    leaving.leave(told.specialist, viewer=SYSTEM)
    notice = Notice.objects.get(kind=leaving.NOTICE, person=told.supervisor)
    assert notice.params == {"name": told.specialist.name, "count": 1}
    assert notice.url.endswith(f"?from={told.specialist.pk}")
    assert set(Notice.objects.filter(kind=leaving.NOTICE).values_list("person", flat=True)) == {
        told.supervisor.pk, told.service_manager.pk,
    }  # fmt: skip
    assert told.specialist.name in bad() and "1" in bad()
    hand_over(told.specialist, told.colleague, viewer=SYSTEM)
    assert bad() == ""


def test_whoever_disables_by_another_door_sets_it_off_too(told: Cast) -> None:
    disable_user(told.specialist, viewer=SYSTEM)
    assert Notice.objects.filter(kind=leaving.NOTICE).count() == 2


def test_without_superiors_those_are_told_who_see_all(told: Cast) -> None:
    director, customer = told.director, told.customer_of("specialist")
    Customer.objects.filter(pk=customer.pk).update(owner=told.service_manager)
    type(director).objects.filter(pk=told.service_manager.pk).update(leader=None, department=None)
    leaving.leave(told.service_manager, viewer=SYSTEM)
    people = set(Notice.objects.filter(kind=leaving.NOTICE).values_list("person", flat=True))
    assert director.pk in people and told.specialist.pk not in people


def test_a_policy_that_asks_for_no_hand_over_tells_nobody(cast: Cast) -> None:
    policy_with({"security.customers_of_leavers_handed_over": False})
    leaving.leave(cast.specialist, viewer=SYSTEM)
    assert not Notice.objects.filter(kind=leaving.NOTICE).exists()
    assert bad() == "", "a customer of somebody who left is no fault where the policy does not say so"


def test_a_last_day_is_refused_where_the_policy_says_at_once(told: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        leaving.leave(told.specialist, viewer=SYSTEM, last_day=clock.today() + timedelta(days=3))
    assert "last_day" in refused.value.fields
    told.specialist.refresh_from_db()
    assert told.specialist.is_active


def test_the_access_ends_with_the_last_day_where_the_policy_leaves_room(
    cast: Cast, client_as: Callable[..., Any]
) -> None:
    policy_with(LATER)
    day = clock.today() + timedelta(days=3)
    url = reverse("person-leave", args=[cast.specialist.pk])
    assert client_as(cast.admin).post(url, {"last_day": day.isoformat()}).status_code == 302
    cast.specialist.refresh_from_db()
    assert (cast.specialist.is_active, cast.specialist.last_day) == (True, day)
    assert "stays" not in Event.objects.get(type="user.leaving").data
    with clock.at(clock.now() + timedelta(days=3)):
        assert end_leavers() == 0
    with clock.at(clock.now() + timedelta(days=4)):
        assert end_leavers() == 1
        assert end_leavers() == 0, "safe to run twice"
    cast.specialist.refresh_from_db()
    assert (cast.specialist.is_active, cast.specialist.last_day) == (False, None)


def test_who_stays_after_all_stays(cast: Cast) -> None:
    policy_with(LATER)
    leaving.leave(cast.specialist, viewer=SYSTEM, last_day=clock.today() + timedelta(days=3))
    enable_user(cast.specialist, viewer=SYSTEM)
    with clock.at(clock.now() + timedelta(days=9)):
        assert end_leavers() == 0


def test_a_successor_out_of_reach_is_refused_before_anything_happens(told: Cast) -> None:
    for to in (told.specialist, told.disabled):
        with pytest.raises(Invalid):
            leaving.leave(told.specialist, viewer=SYSTEM, to=to)
    with pytest.raises(Forbidden):
        leaving.leave(told.specialist, viewer=told.viewer("colleague"), to=told.colleague)
    told.specialist.refresh_from_db()
    assert told.specialist.is_active


def test_the_form_offers_what_the_policy_leaves_open(told: Cast, client_as: Callable[..., Any]) -> None:
    browser = client_as(told.admin)
    page = browser.get(reverse("person-leave", args=[told.specialist.pk])).content.decode()
    assert 'name="to"' in page and 'name="last_day"' not in page
    page = browser.get(reverse("person-leave", args=[told.executive.pk])).content.decode()
    assert 'name="to"' not in page, "nothing to hand over"
