from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from weixi.customers.grouping.counted import Tally, count_groups
from weixi.customers.grouping.keys import Key, group_keys, key_for, offered_keys
from weixi.customers.grouping.page import build_groups
from weixi.customers.grouping.sums import MOST_SUMS, all_sums, offered_sums, sums_for
from weixi.customers.list_frame import build_frame, read_ask
from weixi.customers.lists.address import read_place
from weixi.customers.lists.saved import save_view
from weixi.customers.models import Customer, CustomField, CustomValue
from weixi.customers.queries.listing import Ask, Conditions, count_customers
from weixi.customers.queries.listing.orders import ORDERS, Sort
from weixi.customers.services import create_customer, tag_customer
from weixi.customers.services.custom_fields import change_field
from weixi.kernel.errors import Forbidden, Invalid
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import Viewer, system_viewer, viewer_of
from weixi.policy.services import install_shipped_policy
from weixi.testing.cast import Cast

Desk = Callable[[Any], Client]
SYSTEM = system_viewer("test")
GRADES = {"core": "核心", "important": "重要", "normal": "普通"}
ALL = Ask(Sort(ORDERS["name"], descending=False), Conditions(), grades=tuple(GRADES))


@pytest.fixture
def world(cast: Cast) -> Cast:
    """Something and nothing in everything one can group by."""
    install_shipped_policy(preset="quadrant", viewer=SYSTEM)
    now = datetime.now(UTC)
    moments: dict[str, Any] = {"created_at": now, "changed_at": now}
    colour = CustomField.objects.create(
        code="colour", title="颜色", type="choices", allowed=["红", "蓝"], of="customer", **moments
    )
    area = CustomField.objects.create(code="area", title="面积", type="number", of="customer", **moments)
    for number in range(15):
        owner = [cast.specialist, cast.colleague, cast.outsider][number % 3]
        made = create_customer(viewer=SYSTEM, name=f"户{number:02d}", owner=owner)
        Customer.objects.filter(pk=made.pk).update(
            region=["华东", "华中", ""][number % 3], industry=["机械", ""][number % 2], source=["展会", ""][number % 2],
            lifecycle=["prospect", "new", "loyal"][number % 3], grade=["core", "normal", "old", ""][number % 4],
            annual_amount=Decimal(["0.10", "0.20", "1286400.33"][number % 3]), completeness=number * 5,
            next_due_at=None if number % 2 else now + timedelta(days=number - 6), kind=["company", "person"][number % 2],
            co_owner=cast.specialist if number == 2 else None,
        )  # fmt: skip
        tag_customer(made, ["重点", "扩产"][: number % 3], viewer=SYSTEM)
        for place, text in enumerate(["红", "蓝"][: number % 3]):
            CustomValue.objects.create(field=colour, customer=made, text=text, place=place)
        if number % 2:
            CustomValue.objects.create(field=area, customer=made, number=Decimal("0.5") * number)
    Customer.objects.filter(name="户14").update(archived_at=now)
    return cast


def seen_by(viewer: Viewer) -> list[Customer]:
    rows = Customer.objects.filter(viewer.owned(), archived_at=None).select_related("owner__department")
    return list(rows.prefetch_related("tagged__tag", "custom__field").distinct())


def values_of(customer: Customer, key: Key) -> list[Any]:
    """What a plain reading says of one customer."""
    if key.code == "tag":
        return [row.tag.name for row in customer.tagged.all()] or [""]
    if key.code.startswith("x_"):
        return [row.text for row in customer.custom.all() if row.field.key == key.code] or [""]
    if key.code == "department":
        return [customer.owner.department_id if customer.owner else None]
    return [getattr(customer, key.path)]


@pytest.mark.parametrize("who", ["supervisor", "specialist", "director"])
def test_groups_are_what_a_slow_reading_counts(world: Cast, who: str) -> None:
    viewer = world.viewer(who)
    customers = seen_by(viewer)
    sums = sums_for(viewer, "annual_amount,overdue,completeness,x_area")
    for key in group_keys(GRADES).values():
        counted = count_groups(viewer, ALL, key, sums)
        expected = Counter(value for each in customers for value in values_of(each, key))
        assert {value: tally.customers for value, tally in counted.groups} == expected, key.code
        for value, tally in counted.groups:
            inside = [each for each in customers if value in values_of(each, key)]
            check_sums(inside, tally)
        check_sums(customers, counted.whole)
        assert counted.whole.customers == len(customers), key.code


def check_sums(customers: list[Customer], tally: Tally) -> None:
    now = datetime.now(UTC)
    cents = sum(int(each.annual_amount * 100) for each in customers)
    assert tally.sums["annual_amount"] == (cents, len(customers))
    late = sum(each.next_due_at is not None and each.next_due_at < now for each in customers)
    assert tally.sums["overdue"] == (late, len(customers))
    assert tally.sums["completeness"] == (sum(each.completeness for each in customers), len(customers))
    areas = [row.number for each in customers for row in each.custom.all() if row.field.key == "x_area"]
    total = int(sum(number * 10_000 for number in areas if number is not None)) if areas else None
    assert tally.sums["x_area"] == (total, len(areas))


@pytest.mark.parametrize("base", ["", "lifecycle=new", "where=completeness:ge:20", "q=户"])
def test_every_group_opens_as_many_customers_as_it_says(world: Cast, base: str) -> None:
    viewer = world.viewer("director")
    for code in group_keys(GRADES):
        frame = build_frame(viewer, read_place(viewer, QueryDict(f"{base}&group={code}".lstrip("&"))))
        groups = build_groups(viewer, frame)
        assert groups.lines
        for line in groups.lines:
            # A grade of another preset is told, but no filter asks for it.
            assert line.href or (code == "grade" and line.label == "old"), code
            if line.href:
                query = read_place(viewer, QueryDict(line.href.partition("?")[2])).query
                ask, _grades = read_ask(viewer, query)
                assert count_customers(viewer, ask).number == line.customers, (code, line.label)
                assert not query.get("group")


def test_what_is_masked_is_neither_offered_nor_grouped_nor_added_up(world: Cast, client_as: Desk) -> None:
    for field in CustomField.objects.all():
        change_field(field, viewer=SYSTEM, values={"level": "sensitive", "reason": "报价"})
    change_role("specialist", {"field:region": "masked", "field:industry": "hidden"}, viewer=SYSTEM)
    viewer = viewer_of(User.objects.get(pk=world.specialist.pk))
    dark = {"region", "industry", "x_colour"}
    assert set(group_keys(GRADES)) - set(offered_keys(viewer, GRADES)) == dark
    assert set(all_sums()) - set(offered_sums(viewer)) == {"x_area"}
    client = client_as(world.specialist)
    for code in dark:
        with pytest.raises(Forbidden):
            key_for(viewer, GRADES, code)
        assert client.get(reverse("customers"), {"group": code}).status_code == 403
        with pytest.raises(Forbidden):
            save_view(viewer, values={"name": "x", "group": code})
    with pytest.raises(Forbidden):
        sums_for(viewer, "x_area")
    assert client.get(reverse("customers"), {"group": "grade", "sum": "x_area"}).status_code == 403
    # The short names of the address are no way round.
    for query in ("region=华东", "industry=机械"):
        for name in ("customers", "customers-count"):
            assert client.get(f"{reverse(name)}?{query}").status_code == 403
    page = client.get(reverse("customers"), {"group": "grade"}).content.decode()
    assert "group=region" not in page and "group=city" in page


def test_what_the_list_does_not_know_is_refused(world: Cast, client_as: Desk) -> None:
    viewer = world.viewer("director")
    for code in ("password", "owner__password", "x_nothing", "phone"):
        with pytest.raises(Invalid):
            key_for(viewer, GRADES, code)
        with pytest.raises(Invalid):
            save_view(viewer, values={"name": "x", "group": code})
    for text in ("phone", ",".join(list(all_sums())[: MOST_SUMS + 1])):
        with pytest.raises(Invalid):
            sums_for(viewer, text)
    assert client_as(world.director).get(reverse("customers"), {"group": "password"}).status_code == 400


def test_a_view_keeps_its_groups(world: Cast, client_as: Desk) -> None:
    client = client_as(world.supervisor)
    given = {"query": "group=region&sum=completeness", "name": "按地区", "audience": "own"}
    assert client.post(reverse("customers-view-new"), given).status_code == 302
    view = world.supervisor.list_views.get()
    assert (view.group, view.sums) == ("region", "completeness")
    page = client.get(view.get_absolute_url()).content.decode()
    assert "wx-groups" in page
    # Its lines are asked for by saying so.
    page = client.get(view.get_absolute_url() + "&group=").content.decode()
    assert "wx-groups" not in page and "data-pick-all" in page


def test_groups_ask_as_often_for_three_rows_as_for_one(
    world: Cast, client_as: Desk, assert_queries_same: Callable[..., int]
) -> None:
    client, numbers = client_as(world.supervisor), iter(range(100))

    def add() -> Any:
        made = create_customer(viewer=SYSTEM, name=f"甲{next(numbers)}", owner=world.colleague)
        Customer.objects.filter(pk=made.pk).update(region=f"区{made.pk}", lifecycle="lost")
        return made

    for query in ("group=region", "group=owner&sum=annual_margin,orders_12m", "group=tag"):
        assert assert_queries_same(lambda query=query: client.get(f"{reverse('customers')}?{query}"), add) <= 15
