"""Whoever is about to talk to a customer reads first what its people no longer want."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from weixi.customers.services import add_contact, remove_contact
from weixi.privacy.queries import person_of_contact
from weixi.privacy.services import give_consent, withdraw_consent
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def refuse(cast: Cast) -> Callable[..., Any]:
    """Enters that somebody of 钱's customer no longer wants messages for marketing; gives the contact."""
    shipped_policy("quadrant")
    viewer = cast.viewer("specialist")

    def enter(name: str, channel: str = "sms") -> Any:
        contact = add_contact(cast.customer_of("specialist"), viewer=viewer, name=name)
        withdraw_consent(person_of_contact(contact), viewer=viewer, purpose="营销", channel=channel, how="来电说明")
        return contact

    return enter


def test_the_record_form_names_them(cast: Cast, refuse: Callable[..., Any], client_as: Callable[..., Any]) -> None:
    customer, client = cast.customer_of("specialist"), client_as(cast.specialist)
    path = f"/record/?customer={customer.pk}"
    assert "wx-refusals" not in client.get(path).content.decode()
    refuse("陈立群")
    page = client.get(path).content.decode()
    assert "陈立群（营销·短信）" in page
    # Sent with a fault it is shown again, and says the same.
    again = client.post("/record/", {"customer": customer.pk, "kind": "call", "occurred_at": "nonsense"})
    assert again.status_code == 422
    assert "陈立群（营销·短信）" in again.content.decode()


def test_given_again_or_gone_they_are_not_named(
    cast: Cast, refuse: Callable[..., Any], client_as: Callable[..., Any]
) -> None:
    viewer, client = cast.viewer("specialist"), client_as(cast.specialist)
    again, gone = refuse("陈立群"), refuse("高远", channel="phone")
    give_consent(person_of_contact(again), viewer=viewer, purpose="营销", channel="sms", evidence="签字表单")
    path = f"/record/?customer={cast.customer_of('specialist').pk}"
    page = client.get(path).content.decode()
    assert "陈立群（" not in page
    assert "高远（营销·电话）" in page
    remove_contact(gone, viewer=viewer)
    assert "wx-refusals" not in client.get(path).content.decode()


def test_three_ask_no_more_than_one(
    cast: Cast, refuse: Callable[..., Any], client_as: Callable[..., Any], assert_queries_same: Callable[..., int]
) -> None:
    client, names = client_as(cast.specialist), iter(["陈立群", "高远", "林一", "周二"])
    path = f"/record/?customer={cast.customer_of('specialist').pk}"
    assert_queries_same(lambda: client.get(path), lambda: refuse(next(names)))
