"""One walk through each noun of the API."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from weixi.commerce.services import create_product
from weixi.customers.models import Customer
from weixi.integrations.tests.helpers import program_of
from weixi.kernel import clock
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer

pytestmark = pytest.mark.django_db


def test_customers_from_creating_to_bringing_back(cast):
    program = program_of(cast.service_manager)
    made = program.post(
        "/customers",
        {
            "name": "新星工具",
            "industry": "制造",
            "phone": "021-5555 1234",
            "owner": "qian",
            "tags": ["重点"],
            "headcount": "50-100",
        },
    )
    assert made.status_code == 201, made.content
    body = made.json()
    assert re.fullmatch(r"K-\d{5}", body["number"])
    assert (body["phone"], body["owner"]["username"], body["tags"]) == ("02155551234", "qian", ["重点"])
    assert body["registration"]["headcount"] == "50-100"
    assert body["annual_amount"] == "0.00"
    assert re.search(r"[+-]\d\d:\d\d$", body["created_at"])

    url = f"/customers/{body['id']}"
    changed = program.patch(url, {"region": "华东", "lifecycle": "new", "version": body["version"]})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["region"], changed.json()["lifecycle"], changed.json()["industry"]) == (
        "华东",
        "new",
        "制造",
    )
    assert program.post(f"{url}/assign", {"owner": "sun", "reason": "休假"}).json()["owner"]["username"] == "sun"
    put_away = program.post(f"{url}/archive", {"reason": "重复"})
    assert (put_away.status_code, put_away.json()["archive_reason"]) == (200, "重复")
    assert program.patch(url, {"region": "华南"}).status_code == 409
    assert [row["id"] for row in program.get("/customers?archived=true").json()["items"]] == [body["id"]]
    assert program.post(f"{url}/restore").json()["archived_at"] is None


def test_list_filters_sorts_and_walks_in_pages(cast):
    program = program_of(cast.director)
    for number in range(5):
        program.post("/customers", {"name": f"甲{number}厂", "industry": "纺织", "owner": "qian"})
    page = program.get("/customers?industry=纺织&page_size=2&sort=-name&count=true").json()
    assert (len(page["items"]), page["total"], page["total_is_more"]) == (2, 5, False)
    found = [row["name"] for row in page["items"]]
    while page["after"]:
        page = program.get(f"/customers?industry=纺织&page_size=2&sort=-name&after={page['after']}").json()
        found += [row["name"] for row in page["items"]]
    assert found == [f"甲{number}厂" for number in (4, 3, 2, 1, 0)]
    two = program.get("/customers?industry=纺织&industry=机械&owner=me").json()
    assert two["items"] == []


def test_contacts(cast):
    program = program_of(cast.specialist)
    customer = cast.customer_of("specialist").pk
    made = program.post(
        f"/customers/{customer}/contacts", {"name": "冯师傅", "birthday": "1980-2-30", "birthday_lunar": True}
    )
    assert made.status_code == 201, made.content
    contact = made.json()
    assert contact["birthday"] == "1980-02-30"
    changed = program.patch(f"/contacts/{contact['id']}", {"key_person": True, "version": contact["version"]})
    assert changed.json()["key_person"] is True
    assert [row["id"] for row in program.get(f"/customers/{customer}/contacts").json()["items"]] == [contact["id"]]
    removed = program.delete(f"/contacts/{contact['id']}")
    assert (removed.status_code, removed.content) == (204, b"")
    assert program.get(f"/contacts/{contact['id']}").status_code == 404


def test_orders_and_returns_with_exact_money(cast):
    create_product(viewer=system_viewer("test"), code="P-1", name="阀")
    program = program_of(cast.sales)
    customer = cast.customer_of("sales").pk
    body = {
        "customer_id": customer,
        "number": "SO-1",
        "placed_at": "2026-01-05T10:00:00+08:00",
        "lines": [
            {"product_code": "P-1", "quantity": "3", "unit_price": "0.10"},
            {"description": "运费", "amount": "20"},
        ],
    }
    made = program.post("/orders", body)
    assert made.status_code == 201, made.content
    order = made.json()
    assert (order["amount"], order["cost"], [line["amount"] for line in order["lines"]]) == (
        "20.30",
        None,
        ["0.30", "20.00"],
    )
    assert order["placed_at"] == "2026-01-05T10:00:00+08:00"
    taken = program.post("/orders", body)
    assert (taken.status_code, taken.json()["code"], list(taken.json()["fields"])) == (
        400,
        "order.number_taken",
        ["number"],
    )
    back = program.post(f"/orders/{order['id']}/returns", {"amount": "0.30"})
    assert (back.status_code, back.json()["amount"], back.json()["returns_id"]) == (201, "-0.30", order["id"])
    too_much = program.post(f"/orders/{order['id']}/returns", {"amount": "20.01"})
    assert (too_much.status_code, list(too_much.json()["fields"])) == (400, ["amount"])
    assert program.post(f"/orders/{order['id']}/returns", {}).json()["amount"] == "-20.00"
    listed = program.get(f"/orders?customer_id={customer}&returns=true").json()
    assert (listed["total"], listed["more"]) == (2, False)


def test_interactions_with_followups_and_evidence(cast):
    program = program_of(cast.specialist)
    customer = cast.customer_of("specialist").pk
    due = (clock.now() + timedelta(days=3)).isoformat()
    made = program.post(
        "/interactions",
        {
            "customer_id": customer,
            "kind": "call",
            "depth": "deep",
            "content": "谈了续约",
            "followups": [{"text": "寄样品", "due_at": due}],
        },
    )
    assert made.status_code == 201, made.content
    promise = made.json()["followups"][0]
    assert (promise["assignee"]["username"], promise["done_at"]) == ("qian", None)
    proof = program.post(
        "/interactions",
        {
            "customer_id": customer,
            "kind": "visit",
            "evidence": [{"type": "followup.done", "subject": f"followup:{promise['id']}"}],
        },
    )
    assert proof.status_code == 201, proof.content
    first = program.get(f"/interactions/{made.json()['id']}").json()
    assert first["followups"][0]["done_at"] == proof.json()["occurred_at"]
    listed = program.get(f"/interactions?customer_id={customer}&kind=visit").json()
    assert [row["id"] for row in listed["items"]] == [proof.json()["id"]]
    amended = program.patch(f"/interactions/{made.json()['id']}", {"conclusion": "同意"})
    assert (amended.json()["conclusion"], amended.json()["content"]) == ("同意", "谈了续约")
    assert program.post(f"/followups/{promise['id']}/done", {"result": "寄了"}).status_code == 409


def test_events_are_scoped_and_read_on_by_seq(cast):
    own = cast.customer_of("specialist").pk
    program = program_of(cast.specialist)
    seen = program.get("/events").json()
    assert {row["customer_id"] for row in seen["items"]} == {own}
    first = program.get("/events?limit=1").json()
    assert first["next"] == first["items"][0]["seq"]
    program.post("/interactions", {"customer_id": own, "kind": "call"})
    later = program.get(f"/events?after={seen['next']}&type=interaction.recorded").json()
    assert [row["data"]["kind"] for row in later["items"]] == ["call"]
    everything = program_of(cast.director).get("/events?limit=200").json()
    assert {row["seq"] for row in everything["items"]} == set(
        Event.objects.order_by("seq").values_list("seq", flat=True)[:200]
    )
    assert all(row["customer_id"] for row in program_of(cast.data_steward).get("/events?limit=200").json()["items"])


def test_duties_answer_why(cast):
    """Without a policy in force nobody owes anything; a foreign number answers like a missing one."""
    program = program_of(cast.specialist)
    assert program.get("/duties").json() == {
        "items": [],
        "page": 1,
        "page_size": 50,
        "total": 0,
        "total_is_more": False,
        "more": False,
    }
    assert program.get("/duties?customer=C-003").status_code == 404
    assert program.get("/duties?customer=none").status_code == 404
    assert program.get("/duties/1").status_code == 404


def test_list_costs_the_same_for_one_and_three_rows(cast, assert_queries_same):
    program = program_of(cast.specialist)
    Customer.objects.all().update(owner=cast.colleague)
    numbers = iter(range(10))

    def add() -> None:
        program.post("/customers", {"name": f"厂{next(numbers)}", "tags": ["a"], "owner": "qian"})

    assert_queries_same(lambda: program.get("/customers?count=true"), add)


def test_docs_page_has_every_operation(cast, client):
    client.force_login(cast.specialist)
    session = client.session
    session["epoch"] = cast.specialist.session_epoch
    session.save()
    page = client.get(reverse("api:docs"))
    assert page.status_code == 200
    text = page.content.decode()
    for path in ("/api/v1/customers/{customer_id}", "/api/v1/events", "/api/v1/duties/{duty_id}/waive"):
        assert path in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "<script>" not in text
