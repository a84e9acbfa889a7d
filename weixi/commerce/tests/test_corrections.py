"""Orders and contracts corrected by hand: what stays, what is refused, two people at once."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from weixi.commerce.correcting import CorrectOrderForm
from weixi.commerce.models import Contract, Order, OrderLine
from weixi.commerce.queries import get_order_for
from weixi.commerce.services import (
    LineValues,
    cancel_order,
    change_contract,
    correct_order,
    end_contract,
    place_order,
    return_order,
    sign_contract,
)
from weixi.kernel import clock
from weixi.kernel.editing import VersionConflict
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.services import create_token
from weixi.testing.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


@pytest.fixture
def order(cast: Cast) -> Order:
    lines = [
        LineValues(quantity=Decimal(2), unit_price=Decimal("100"), description="滤芯", cost=Decimal("120.00")),
        # As an import brings it: an amount that does not follow from quantity and price.
        LineValues(amount=Decimal("333.33"), description="服务"),
    ]
    return place_order(
        cast.customer_of("account_manager"), viewer=SYSTEM, number="SO-1", lines=lines, remark="首单",
        placed_at=clock.now() - timedelta(days=3, seconds=17),
    )  # fmt: skip


@pytest.fixture
def contract(cast: Cast) -> Contract:
    return sign_contract(
        cast.customer_of("account_manager"), viewer=SYSTEM, number="HT-1", title="年度框架", signed_on=clock.today()
    )


def fields(form: CorrectOrderForm, **changed: Any) -> dict[str, str]:
    """What a browser sends of the form as it opens, with these changed."""
    sent = {}
    for name in form.fields:
        value = form[name].value()
        sent[name] = "" if value is None else form[name].field.widget.format_value(value) or ""
    return {name: str(value) for name, value in (sent | changed).items()}


def test_a_form_sent_as_it_opened_changes_nothing(cast: Cast, order: Order, client_as: Any) -> None:
    form = CorrectOrderForm(order=get_order_for(SYSTEM, order.pk))
    before = Event.objects.count()
    answer = client_as(cast.account_manager).post(reverse("order-edit", args=[order.pk]), fields(form))
    assert answer.status_code == 302 and Event.objects.count() == before
    stored = Order.objects.get()
    assert (stored.amount, stored.version, stored.placed_at) == (Decimal("533.33"), 1, order.placed_at)


def test_each_part_is_corrected_and_told(cast: Cast, order: Order, client_as: Any) -> None:
    form = CorrectOrderForm(order=get_order_for(SYSTEM, order.pk))
    sent = fields(form, number="SO-9", quantity_1="3", remark="改为三件", what_3="运费", price_3="20")
    assert client_as(cast.account_manager).post(reverse("order-edit", args=[order.pk]), sent).status_code == 302
    stored = Order.objects.get()
    assert (stored.number, stored.amount, stored.version) == ("SO-9", Decimal("653.33"), 2)
    assert [(line.position, line.amount) for line in stored.lines.all()] == [
        (1, Decimal("300.00")), (2, Decimal("333.33")), (3, Decimal("20.00")),
    ]  # fmt: skip
    event = Event.objects.get(type="order.changed")
    assert event.data["changes"]["number"] == ["SO-1", "SO-9"] and event.data["version"] == 2
    page = client_as(cast.account_manager).get(stored.customer.get_absolute_url()).content.decode()
    assert "首单 → 改为三件" in page


def test_the_second_saver_keeps_his_input_and_chooses(cast: Cast, order: Order, client_as: Any) -> None:
    url = reverse("order-edit", args=[order.pk])
    mine = fields(CorrectOrderForm(order=get_order_for(SYSTEM, order.pk)), price_1="90", remark="老客户价")
    theirs = fields(CorrectOrderForm(order=get_order_for(SYSTEM, order.pk)), price_1="80", quantity_1="5")
    assert client_as(cast.data_steward).post(url, theirs).status_code == 302
    answer = client_as(cast.account_manager).post(url, mine)
    form, text = answer.context["form"], answer.content.decode()
    assert answer.status_code == 422
    assert set(form.rivals) == {"price_1", "quantity_1"}
    assert (form.rivals["price_1"].choose, form.rivals["quantity_1"].choose) == (True, False)
    assert (form["price_1"].value(), form["quantity_1"].value(), form["remark"].value()) == ("90", "5", "老客户价")
    assert cast.data_steward.name in text and Order.objects.get().amount == Decimal("733.33")
    again = mine | {"version": "2", "quantity_1": "5", "take_price_1": "theirs"}
    assert client_as(cast.account_manager).post(url, again).status_code == 302
    stored = Order.objects.get()
    assert (stored.amount, stored.remark, stored.version) == (Decimal("733.33"), "老客户价", 3)


def test_what_was_taken_back_stays_covered(order: Order) -> None:
    return_order(order, viewer=SYSTEM, amount=Decimal("500"))
    for lines in ([LineValues(amount=Decimal("499.99"))], [LineValues(amount=Decimal("-1"))]):
        with pytest.raises(Invalid) as refusal:
            correct_order(order, viewer=SYSTEM, lines=lines)
        assert set(refusal.value.fields) == {"lines"}
    back = Order.objects.get(returns=order)
    for amount in ("-533.34", "1"):
        with pytest.raises(Invalid):
            correct_order(back, viewer=SYSTEM, lines=[LineValues(amount=Decimal(amount))])
    assert correct_order(back, viewer=SYSTEM, lines=[LineValues(amount=Decimal("-533.33"))]).version == 2
    with pytest.raises(Conflict):
        cancel_order(order, viewer=SYSTEM)


def test_a_purchase_without_returns_stays_one_and_numbers_are_free(order: Order) -> None:
    with pytest.raises(Invalid):
        correct_order(order, viewer=SYSTEM, lines=[LineValues(amount=Decimal("-1"))])
    place_order(
        order.customer, viewer=SYSTEM, number="SO-2", placed_at=clock.now(), lines=[LineValues(amount=Decimal(1))]
    )
    with pytest.raises(Invalid) as refusal:
        correct_order(order, viewer=SYSTEM, number="SO-2")
    assert set(refusal.value.fields) == {"number"}
    assert OrderLine.objects.count() == 3


def test_others_may_not(cast: Cast, order: Order, contract: Contract) -> None:
    for act in (
        lambda viewer: correct_order(order, viewer=viewer, remark="x"),
        lambda viewer: change_contract(contract, viewer=viewer, values={"title": "x"}),
    ):
        with pytest.raises(NotFound):
            act(viewer_of(cast.sales))
        with pytest.raises(Forbidden):
            act(viewer_of(cast.executive))


def test_a_contract_is_corrected_and_the_second_saver_is_told(cast: Cast, contract: Contract, client_as: Any) -> None:
    url = reverse("contract-edit", args=[contract.pk])
    sent = {"number": "HT-1", "title": "年度框架", "signed_on": str(clock.today()), "version": "1"}
    first = sent | {"amount": "5000", "ends_on": "2099-12-31"}
    assert client_as(cast.data_steward).post(url, first).status_code == 302
    answer = client_as(cast.account_manager).post(url, sent | {"amount": "6000", "terms": "月结三十天"})
    form = answer.context["form"]
    assert answer.status_code == 422 and set(form.rivals) == {"amount", "ends_on"}
    assert (form.rivals["amount"].choose, form["ends_on"].value(), form["terms"].value()) == (
        True, "2099-12-31", "月结三十天",
    )  # fmt: skip
    last = sent | {"version": "2", "amount": "6000", "terms": "月结三十天", "ends_on": "2099-12-31"}
    assert client_as(cast.account_manager).post(url, last).status_code == 302
    stored = Contract.objects.get()
    assert (stored.amount, stored.terms, stored.version) == (Decimal("6000.00"), "月结三十天", 3)
    assert "月结三十天" not in str(Event.objects.filter(type="contract.changed").latest("seq").data)


def test_an_ended_contract_and_wrong_days_are_refused(contract: Contract) -> None:
    with pytest.raises(Invalid) as refusal:
        change_contract(
            contract, viewer=SYSTEM, values={"starts_on": clock.today(), "ends_on": clock.today() - timedelta(1)}
        )
    assert set(refusal.value.fields) == {"ends_on"}
    end_contract(contract, viewer=SYSTEM, ended_on=clock.today(), reason="停产")
    with pytest.raises(VersionConflict) as told:
        change_contract(contract, viewer=SYSTEM, version=1, values={"title": "x"})
    assert [each.field for each in told.value.rivals] == ["ended_on"]
    with pytest.raises(Conflict):
        change_contract(contract, viewer=SYSTEM, values={"title": "x"})


# --- the API ----------------------------------------------------------------------------------------


def asked(person: Any, path: str, body: dict[str, Any]) -> Any:
    _token, secret = create_token(person, viewer=SYSTEM, scopes=("write",))
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().patch(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_the_api_corrects_and_names_what_differs(cast: Cast, order: Order, contract: Contract) -> None:
    who = cast.account_manager
    done = asked(who, f"/orders/{order.pk}", {"version": 1, "lines": [{"amount": "10.00"}], "remark": "改价"})
    assert (done.status_code, done.json()["version"], done.json()["amount"]) == (200, 2, "10.00")
    # Another field is no conflict; the same one is, and nothing is written.
    assert asked(who, f"/orders/{order.pk}", {"version": 1, "number": "SO-7"}).status_code == 200
    refused = asked(who, f"/orders/{order.pk}", {"version": 1, "remark": "x", "lines": [{"amount": "1"}]})
    assert (refused.status_code, refused.json()["code"]) == (409, "version.conflict")
    assert set(refused.json()["fields"]) == {"remark", "lines"}
    assert "¥533.33" in refused.json()["fields"]["lines"] and "¥10.00" in refused.json()["fields"]["lines"]
    stored = Order.objects.get()
    assert (stored.remark, stored.number, stored.version) == ("改价", "SO-7", 3)
    assert asked(who, f"/contracts/{contract.pk}", {"version": 1, "title": "新框架"}).json()["version"] == 2
    refused = asked(who, f"/contracts/{contract.pk}", {"version": 1, "title": "旧框架"})
    assert (refused.status_code, set(refused.json()["fields"])) == (409, {"title"})


def test_more_rows_cost_what_one_costs(
    cast: Cast, order: Order, contract: Contract, client_as: Any, assert_queries_same: Any
) -> None:
    _token, secret = create_token(cast.account_manager, viewer=SYSTEM, scopes=("read",))
    headers = {"Authorization": f"Bearer {secret}"}
    page = client_as(cast.account_manager)

    def add() -> None:
        count = Contract.objects.count()
        sign_contract(order.customer, viewer=SYSTEM, number=f"HT-{count + 1}", title="备件", signed_on=clock.today())
        lines = [LineValues(amount=Decimal(n), description=f"第{n}项") for n in range(1, 3 + count)]
        correct_order(order, viewer=SYSTEM, lines=lines)

    def ask() -> None:
        assert Client().get("/api/v1/contracts", headers=headers).status_code == 200
        assert page.get(reverse("order-edit", args=[order.pk])).status_code == 200
        assert page.get(reverse("contract-edit", args=[contract.pk])).status_code == 200

    assert_queries_same(ask, add)
