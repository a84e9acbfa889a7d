from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from weixi.customers.lists.aliases import tree_of
from weixi.customers.lists.models import Audience, ListLayout, SavedView
from weixi.customers.lists.saved import get_view_for, remove_view, save_view, view_named, views_of
from weixi.customers.models import Customer
from weixi.customers.queries.listing.filters import FILTERS
from weixi.customers.services import create_customer, tag_customer
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

Desk = Callable[[Any], Client]


def text_of(response: Any) -> str:
    return str(response.content.decode())


def shown(client: Client, cast: Cast, address: str = "") -> set[str]:
    page = text_of(client.get(reverse("customers") + address))
    return {who for who, customer in cast.customers.items() if f'title="{customer.name}"' in page}


def test_who_finds_a_view(cast: Cast) -> None:
    """One's own, those of the department and of the ones above it, everybody's."""
    kept = {
        audience: save_view(cast.viewer("supervisor"), values={"name": audience, "audience": audience})
        for audience in Audience.values
    }
    found = {
        who: {view.name for view in views_of(cast.viewer(who))}
        for who in ("supervisor", "specialist", "account_manager", "director")
    }
    assert found == {
        "supervisor": {"own", "team", "public"}, "specialist": {"team", "public"}, "account_manager": {"public"},
        "director": {"public"},
    }  # fmt: skip
    for who in ("specialist", "account_manager"):
        with pytest.raises(NotFound):
            get_view_for(cast.viewer(who), kept["own"].pk)
    above = save_view(cast.viewer("director"), values={"name": "全公司", "audience": "team"})
    assert above in views_of(cast.viewer("specialist"))


def test_nobody_shares_what_he_lacks(cast: Cast) -> None:
    shipped_policy("quadrant")
    specialist, supervisor = cast.viewer("specialist"), cast.viewer("supervisor")
    with pytest.raises(Forbidden):
        save_view(specialist, values={"name": "共享", "audience": "public"})
    mine = save_view(specialist, values={"name": "我的"})
    with pytest.raises(Forbidden):
        save_view(specialist, mine, version=1, values={"audience": "team"})
    for values in ({"where": "bank_account:filled"}, {"columns": [["nothing", "w-80"]]}):
        with pytest.raises(Forbidden):
            save_view(supervisor, values={"name": "账号", **values})
    for where in ("nothing:in:x", "region:in", "((("):
        with pytest.raises(Invalid):
            save_view(supervisor, values={"name": "坏", "where": where})
    with pytest.raises(Forbidden):
        save_view(
            supervisor, save_view(cast.viewer("director"), values={"name": "他的", "audience": "public"}), values={}
        )
    assert SavedView.objects.filter(owner=cast.supervisor).count() == 0


def test_a_shared_view_shows_each_reader_his_own_customers(cast: Cast, client_as: Desk) -> None:
    for customer in cast.customers.values():
        tag_customer(customer, ["重点"], viewer=system_viewer("test"))
    view = save_view(
        cast.viewer("director"), values={"name": "重点客户", "where": "tags:has_any:重点", "audience": "public"}
    )
    address = f"?view={view.pk}"
    assert shown(client_as(cast.specialist), cast, address) == {"specialist"}
    assert shown(client_as(cast.supervisor), cast, address) == {"specialist", "colleague", "disabled"}
    assert client_as(cast.specialist).get(reverse("customers") + "?view=987654").status_code == 404


def test_a_view_is_kept_from_the_list_as_it_stands(cast: Cast, client_as: Desk) -> None:
    client = client_as(cast.supervisor)
    Customer.objects.filter(pk=cast.customer_of("specialist").pk).update(region="华东")
    query = urlencode({"region": "华东", "where": "!duty:overdue", "sort": "-amount"})
    given = {"query": query, "name": "华东组", "audience": "team", "opens": "on"}
    answer = client.post(reverse("customers-view-new"), given)
    view = SavedView.objects.get()
    assert answer["Location"] == view.get_absolute_url()
    assert (view.where, view.sort, view.department) == (
        "region:in:华东;!duty:overdue",
        "-amount",
        cast.service_department,
    )
    assert shown(client, cast, f"?view={view.pk}") == {"specialist"}
    # It is the one the list opens with now; the tab of all customers says so in its address.
    assert shown(client, cast) == {"specialist"}
    assert "colleague" in shown(client, cast, "?view=all")
    # What the address says otherwise goes before, also nothing at all.
    assert "colleague" in shown(client, cast, f"?view={view.pk}&where=")
    event = Event.objects.get(type="view.saved")
    assert (event.subject_id, event.personal.data["where"]) == (str(view.pk), view.where)
    page = text_of(client.get(reverse("customers") + f"?view={view.pk}"))
    assert "华东组" in page and "地区" in page


def test_the_second_saver_is_told_and_keeps_what_he_typed(cast: Cast, client_as: Desk) -> None:
    view = save_view(cast.viewer("supervisor"), values={"name": "甲"})
    save_view(cast.viewer("supervisor"), view, version=1, values={"name": "乙"})
    with pytest.raises(Conflict):
        save_view(cast.viewer("supervisor"), view, version=1, values={"name": "丙"})
    client = client_as(cast.supervisor)
    given = {"name": "丙", "audience": "own", "version": "1"}
    answer = client.post(reverse("customers-view-edit", args=[view.pk]), given)
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'value="丙"' in page and 'name="version" value="2"' in page
    assert client.post(reverse("customers-view-edit", args=[view.pk]), {**given, "version": "2"}).status_code == 302
    view.refresh_from_db()
    assert view.name == "丙"


def test_a_view_taken_away_comes_back(cast: Cast, client_as: Desk) -> None:
    client = client_as(cast.supervisor)
    view = save_view(cast.viewer("supervisor"), values={"name": "甲"})
    client.post(reverse("customers-view-open-with", args=[view.pk]))
    client.post(reverse("customers-view-remove", args=[view.pk]))
    assert not views_of(cast.viewer("supervisor")).exists()
    assert client.get(reverse("customers")).status_code == 200
    client.post(reverse("customers-view-back", args=[view.pk]))
    assert views_of(cast.viewer("supervisor")).get() == view
    with pytest.raises(Conflict):
        remove_view(view, viewer=cast.viewer("supervisor"), version=9)


def test_views_are_named_on_the_command_line_ones_own_first(cast: Cast) -> None:
    theirs = save_view(cast.viewer("director"), values={"name": "同名", "audience": "public"})
    mine = save_view(cast.viewer("supervisor"), values={"name": "同名"})
    assert view_named(cast.viewer("supervisor"), "同名") == mine
    assert view_named(cast.viewer("specialist"), "同名") == theirs
    assert view_named(cast.viewer("specialist"), str(theirs.pk)) == theirs
    with pytest.raises(NotFound):
        view_named(cast.viewer("specialist"), str(mine.pk))


# --- columns ----------------------------------------------------------------------------------------


def test_columns_in_order_and_width_any_field_fact_and_tag(cast: Cast, client_as: Desk) -> None:
    client = client_as(cast.specialist)
    mine = cast.customer_of("specialist")
    mine.registration.bank = "中国银行"
    mine.registration.save()
    tag_customer(mine, ["重点"], viewer=system_viewer("test"))
    chosen = ["city", "bank", "tags", "fact_orders_12m", "contact_position", "open_duties", "nonsense"]
    given: dict[str, Any] = {"column": chosen, "place-city": "9", "place-bank": "1", "width-bank": "w-200"}
    given |= {"place-tags": "2", "query": "", "width-tags": "w-9999"}
    client.post(reverse("customers-columns"), given)
    layout = ListLayout.objects.get()
    codes = [code for code, _width in layout.columns]
    assert codes == ["bank", "tags", "city", "fact_orders_12m", "contact_position", "open_duties"]
    assert layout.columns[0] == ["bank", "w-200"] and layout.columns[1][1] == "w-140"
    page = text_of(client.get(reverse("customers")))
    assert page.index('c-bank"') < page.index('c-tags"') < page.index('c-city"')
    assert "中国银行" in page and "重点" in page and '<col class="w-200 ' in page
    # The next visitor has the usual ones; so has the person himself after forgetting.
    assert 'c-bank"' not in text_of(client_as(cast.supervisor).get(reverse("customers")))
    client.post(reverse("customers-columns"), {"act": "usual", "query": ""})
    assert 'c-bank"' not in text_of(client.get(reverse("customers")))


def test_a_masked_column_stands_masked_in_a_shared_view(cast: Cast, client_as: Desk) -> None:
    shipped_policy("quadrant")
    mine = cast.customer_of("specialist")
    mine.registration.bank_account = "6222020000001"
    mine.registration.save()
    view = save_view(cast.viewer("director"), values={"name": "账号", "audience": "public"})
    SavedView.objects.filter(pk=view.pk).update(columns=[["bank_account", "w-120"], ["city", "w-80"]])
    page = text_of(client_as(cast.specialist).get(f"{reverse('customers')}?view={view.pk}"))
    assert "6222020000001" not in page and "0001" in page and "***" in page and 'c-city"' in page


def test_all_columns_ask_as_often_for_three_rows_as_for_one(
    cast: Cast, client_as: Desk, assert_queries_same: Callable[..., int]
) -> None:
    client, viewer = client_as(cast.supervisor), cast.viewer("supervisor")
    numbers = iter(range(100))
    columns = [
        "bank", "tags", "co_owner", "contact_position", "fact_orders_12m", "fact_last_contact_days", "open_duties",
        "key_contact", "due", "contact", "open_promises",
    ]  # fmt: skip
    client.post(reverse("customers-columns"), {"column": columns, "query": ""})

    def add() -> Any:
        made = create_customer(viewer=viewer, name=f"甲{next(numbers)}", owner=cast.colleague)
        Customer.objects.filter(pk=made.pk).update(co_owner=cast.supervisor)
        return tag_customer(made, ["重点"], viewer=viewer)

    # One customer with all of it, so that no place of values is asked for the first time afterwards.
    add()
    assert assert_queries_same(lambda: client.get(reverse("customers")), add) <= 30


# --- the builder ------------------------------------------------------------------------------------


def test_the_builder_makes_the_filter_step_by_step(cast: Cast, client_as: Desk) -> None:
    client = client_as(cast.supervisor)
    address = reverse("customers-filter")
    page = text_of(
        client.get(address + "?region=华东&where=" + "!(annual_amount:ge:10|tags:has_any:重点)&sort=-amount")
    )
    assert 'name="f0"' in page and 'name="k1"' in page and 'name="n1" value="1" checked' in page
    form = {
        "base": "sort=-amount", "k": "all", "k0": "test", "f0": "region", "o0": "in", "v0": "华东，华中",
        "k1": "any", "n1": "1", "k1.0": "test", "f1.0": "annual_amount", "o1.0": "ge", "v1.0": "10", "k1.1": "test",
        "f1.1": "duty", "o1.1": "overdue",
    }  # fmt: skip
    assert 'name="k1.2"' in text_of(client.get(address, {**form, "act": "add:1"}))
    assert 'name="k2.0"' in text_of(client.get(address, {**form, "act": "group:"}))
    assert 'name="k1.1"' not in text_of(client.get(address, {**form, "act": "drop:1.1"}))
    answer = client.get(address, {**form, "act": "show"})
    where = "region:in:华东,华中;!(annual_amount:ge:10|duty:overdue)"
    assert answer["Location"] == reverse("customers") + "?" + urlencode({"sort": "-amount", "where": where})
    assert client.get(answer["Location"]).status_code == 200


def test_the_builder_says_what_is_missing_and_keeps_the_rest(cast: Cast, client_as: Desk) -> None:
    form = {"k": "all", "k0": "test", "f0": "annual_amount", "o0": "ge", "v0": "许多", "act": "show"}
    client = client_as(cast.supervisor)
    for act in ("show", "keep"):
        answer = client.get(reverse("customers-filter"), {**form, "act": act})
        assert answer.status_code == 422
        assert "许多" in text_of(answer) and "wx-note" in text_of(answer)
    # While it is being put together nobody is told.
    assert "wx-note" not in text_of(client.get(reverse("customers-filter"), {**form, "act": ""}))


@pytest.mark.parametrize(
    "query",
    [
        "k=all&k0=test&f0=password&o0=regex&v0=x", "k=any&k0=any&k0.0=any&k0.0.0=test", "act=drop:99&k=all",
        "k=all&act=add:9.9.9", "k=test&f=x", "where=((", "k=all&k0=test&f0=&o0=&act=keep", "base=%00&k=all&act=show",
    ],
)  # fmt: skip
def test_no_address_breaks_the_builder(cast: Cast, client_as: Desk, query: str) -> None:
    answer = client_as(cast.supervisor).get(f"{reverse('customers-filter')}?{query}")
    assert answer.status_code in (200, 302, 400, 422)


HOSTILE = [
    "where=owner__user__password:regex:.*", "where=password:in:x", "where=region:in:x'%20OR%201=1--&sort=name;DROP",
    "where=" + "(" * 50 + "region:empty" + ")" * 50, "where=region:in:" + ",".join(["x"] * 3000),
    "where=annual_amount:ge:1%20AND%20sleep(5)", "where=\x00", "where=_connector:in:OR", "where=region__class:empty",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_a_filter_nobody_could_have_made_is_a_clear_400(cast: Cast, client_as: Desk, query: str) -> None:
    client = client_as(cast.supervisor)
    for name in ("customers", "customers-count"):
        answer = client.get(f"{reverse(name)}?{query}")
        assert answer.status_code == (200 if "OR%201" in query else 400), name


def test_every_short_name_of_the_address_can_be_kept_as_a_filter():
    given = {name: ["1"] for name in FILTERS}
    assert len(tree_of(given).items) == len(FILTERS)
