"""Taking an import back: the words it has brought — tags, products — go with it, where nobody else uses them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from weixi.commerce.models import Product
from weixi.commerce.services import change_product, install_asset
from weixi.customers.importing import cutting
from weixi.customers.importing.commands import undo_import
from weixi.customers.importing.tests.helpers import counts, take, write_csv
from weixi.customers.lists.saved import save_view
from weixi.customers.models import Customer, CustomerTag, Tag
from weixi.customers.services import create_customer, retag_customer, tag_customer
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("cli")
CUSTOMERS = "客户编号,客户名称,标签\n1,甲公司,展会来的、试用\n2,乙公司,试用\n"
ORDERS = (
    "订单编号,订单日期,客户编号,产品编号,产品类别,数量,单价\n"
    "A,2024-01-02,1,P1,主机,2,10\nA,2024-01-02,1,P2,耗材,1,5.5\nB,2024-02-02,2,P3,,1,3\n"
)


def undone(outcome):
    made = undo_import(str(outcome["run"]), viewer=SYSTEM)
    return made["taken_back"], made["restored"], [(each["kind"], each["id"]) for each in made["kept"]]


def tags_on(number: str) -> list[str]:
    return sorted(Customer.objects.get(number=number).tagged.values_list("tag__name", flat=True))


@pytest.mark.parametrize("portion", [1, 1000])
def test_new_tags_go_with_the_customers_that_had_brought_them(tmp_path, monkeypatch, portion) -> None:
    monkeypatch.setattr(cutting, "PORTION", portion)
    Tag.objects.create(name="试用")
    path = write_csv(tmp_path, CUSTOMERS)
    outcome = take("customers", path)
    made = Event.objects.get(type="tag.created")
    assert made.data == {"name": "展会来的", "group": "free"}
    assert undone(outcome) == (3, 0, [])
    assert list(Tag.objects.values_list("name", flat=True)) == ["试用"]
    # The one that was there before stays on the customer that was put away; of the other its history tells.
    assert list(CustomerTag.objects.values_list("tag__name", flat=True).distinct()) == ["试用"]
    assert Event.objects.get(type="tag.removed").data["name"] == "展会来的"
    assert counts(take("customers", path)) == (2, 0, 0, 0, 0)
    assert tags_on("1") == ["展会来的", "试用"]


def test_a_tag_that_a_customer_or_a_view_uses_stays_and_is_named(tmp_path, cast, client_as, settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    other = create_customer(viewer=SYSTEM, name="早就在的公司")
    outcome = take("customers", write_csv(tmp_path, CUSTOMERS.replace("展会来的、试用", "展会来的、试用、没人用的")))
    tag_customer(other, ["展会来的"], viewer=SYSTEM)
    save_view(cast.viewer("specialist"), values={"name": "试用的客户", "where": "tags:has_any:试用"})
    kept = [("tag", Tag.objects.get(name=name).pk) for name in ("展会来的", "试用")]
    # Customers carried the tag only through this import.
    taken, restored, left = undone(outcome)
    assert (taken, restored, sorted(left)) == (3, 0, sorted(kept))
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["展会来的", "试用"]
    page = client_as(cast.admin).get(reverse("import-run", args=[outcome["run"]])).content.decode()
    assert "展会来的" in page and "没人用的" not in page


def test_need_tags_and_a_level_that_gave_way(tmp_path) -> None:
    shipped_policy()
    one = create_customer(viewer=SYSTEM, name="甲公司", number="1")
    retag_customer(one, ["价值等级：低"], viewer=SYSTEM)
    outcome = take("need_tags", write_csv(tmp_path, "客户编号,需求标签\n1,价值等级：高、省电\n"))
    assert tags_on("1") == ["价值等级：高", "省电"]
    groups = dict(Tag.objects.values_list("name", "group"))
    assert (groups["价值等级：高"], groups["省电"]) == ("value", "need")
    assert undone(outcome) == (2, 3, [])
    assert tags_on("1") == ["价值等级：低"]
    again = take("need_tags", write_csv(tmp_path, "客户编号,需求标签\n1,价值等级：高\n", "again.csv"))
    retag_customer(one, ["价值等级：中"], viewer=SYSTEM)
    undone(again)
    # Somebody has chosen since: his word stands.
    assert tags_on("1") == ["价值等级：中"]


def test_new_products_go_with_the_orders(tmp_path) -> None:
    take("customers", write_csv(tmp_path, CUSTOMERS))
    path = write_csv(tmp_path, ORDERS, "o.csv")
    first = take("orders", path)
    assert {fact.data["code"] for fact in Event.objects.filter(type="product.created")} == {"P1", "P2", "P3"}
    # A further file fills in what the first left blank.
    second = take("orders", write_csv(tmp_path, ORDERS.replace("P3,,", "P3,服务,").replace("B,", "C,"), "p.csv"))
    assert Product.objects.get(code="P3").category == "服务"
    assert undone(second) == (1, 1, [])
    assert Product.objects.get(code="P3").category == ""
    # With the stages that the first orders had moved.
    assert undone(first) == (5, 2, [])
    assert not Product.objects.exists()
    assert counts(take("orders", path)) == (3, 0, 0, 0, 0)


def test_a_product_that_is_used_or_was_changed_stays(tmp_path) -> None:
    take("customers", write_csv(tmp_path, CUSTOMERS))
    outcome = take("orders", write_csv(tmp_path, ORDERS, "o.csv"))
    used, changed, free = Product.objects.order_by("code")
    install_asset(Customer.objects.get(number="1"), viewer=SYSTEM, product=used)
    change_product(changed, viewer=SYSTEM, values={"name": "改过的名字"})
    taken, restored, kept = undone(outcome)
    assert (taken, restored, sorted(kept)) == (3, 2, sorted([("product", used.pk), ("product", changed.pk)]))
    assert sorted(Product.objects.values_list("code", flat=True)) == ["P1", "P2"]
    assert not Product.objects.filter(pk=free.pk).exists()
