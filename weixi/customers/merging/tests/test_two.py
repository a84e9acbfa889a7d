"""Any two customers, chosen by hand: made one, or said to belong together."""

from __future__ import annotations

import pytest
from django.urls import reverse

from weixi.customers import services
from weixi.customers.groups.services import link_customers
from weixi.customers.models import CustomerLink, MergeRecord


def add(cast, name, who="specialist", **values):
    return services.create_customer(viewer=cast.viewer("admin"), name=name, owner=cast.person(who), **values)


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def two(cast):
    return add(cast, "苏州琥珀纺织有限公司", number="X-1", city="苏州"), add(
        cast, "太仓明远印染厂", number="X-2", city="太仓"
    )


def test_two_chosen_in_the_list_stand_in_the_form_and_go_side_by_side(cast, client_as, two):
    one, other = two
    browser = client_as(cast.data_steward)
    form = text_of(browser.get(reverse("customers-join"), {"ids": [one.pk, other.pk]}))
    assert one.name in form and other.name in form
    answer = browser.post(reverse("customers-join"), {"one": one.pk, "other": other.pk, "how": "same"})
    page = reverse("customers-merge", args=[one.pk, other.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)
    panel = browser.post(
        reverse("customers-join"), {"one": one.pk, "other": other.pk, "how": "same"}, headers={"HX-Request": "true"}
    )
    assert panel["HX-Redirect"] == page
    shown = text_of(browser.get(page))
    assert "太仓" in shown and reverse("customers-merge", args=[other.pk, one.pk]) in shown
    assert not MergeRecord.objects.exists()
    assert browser.post(page, {"take:city": "loser", "keep_lost": "1"}).status_code == 302
    record = MergeRecord.objects.get()
    assert (record.winner.number, record.loser.number, record.winner.city) == ("X-1", "X-2", "太仓")


@pytest.mark.parametrize(
    ("how", "parent", "kind"), [("below", 1, "branch"), ("above", 0, "branch"), ("partner", 1, "partner")]
)
def test_two_are_related_as_was_said(cast, client_as, two, how, parent, kind):
    browser = client_as(cast.specialist)
    answer = browser.post(reverse("customers-join"), {"one": two[0].pk, "other": two[1].pk, "how": how})
    assert answer.status_code == 302
    link = CustomerLink.objects.get()
    assert (link.parent_id, link.child_id, link.kind) == (two[parent].pk, two[1 - parent].pk, kind)
    # Turned round it would be a circle.
    if kind == "branch":
        again = {"one": two[parent].pk, "other": two[1 - parent].pk, "how": "below"}
        assert browser.post(reverse("customers-join"), again).status_code == 422


def test_who_may_not_merge_is_not_offered_it(cast, client_as, two):
    browser = client_as(cast.specialist)
    assert 'value="same"' not in text_of(browser.get(reverse("customers-join")))
    assert 'value="same"' in text_of(client_as(cast.data_steward).get(reverse("customers-join")))
    answer = browser.post(reverse("customers-join"), {"one": two[0].pk, "other": two[1].pk, "how": "same"})
    # What is not offered is read as the first that is.
    assert answer.status_code == 302 and CustomerLink.objects.count() == 1
    assert browser.get(reverse("customers-merge", args=[two[0].pk, two[1].pk])).status_code == 403


def test_a_foreign_customer_is_as_a_missing_one(cast, client_as, two):
    hidden = add(cast, "琥珀恒昌", who="outsider")
    browser = client_as(cast.specialist)
    faults = []
    for other in (hidden.pk, 987654321):
        answer = browser.post(reverse("customers-join"), {"one": two[0].pk, "other": other, "how": "below"})
        assert answer.status_code == 422 and hidden.name not in text_of(answer)
        faults.append(text_of(answer).count("wx-errmsg"))
    assert faults == [1, 1] and not CustomerLink.objects.exists()
    supervisor = client_as(cast.supervisor)
    for pair in ((two[0].pk, hidden.pk), (hidden.pk, two[0].pk)):
        assert supervisor.get(reverse("customers-merge", args=pair)).status_code in (403, 404)
    steward = client_as(cast.data_steward)
    assert steward.get(reverse("customers-merge", args=[two[0].pk, 987654321])).status_code == 404


def test_what_stands_in_the_way_is_said_instead_of_a_form(cast, client_as, two):
    person = add(cast, "王琥珀", kind="person")
    browser = client_as(cast.data_steward)
    for pair in ((two[0].pk, person.pk), (two[0].pk, two[0].pk)):
        page = text_of(browser.get(reverse("customers-merge", args=pair)))
        assert "wx-note" in page and '<button class="btn btn-primary">' not in page
    services.archive_customer(two[1], viewer=cast.viewer("admin"), reason="停业")
    assert browser.post(reverse("customers-merge", args=[two[0].pk, two[1].pk])).status_code == 422


def test_side_by_side_asks_as_often_whatever_hangs_on_the_two(cast, client_as, two, assert_queries_same):
    browser = client_as(cast.data_steward)
    url = reverse("customers-merge", args=[two[0].pk, two[1].pk])
    assert_queries_same(
        lambda: browser.get(url),
        lambda: services.add_contact(two[1], viewer=cast.viewer("admin"), name="陈立群"),
    )


def test_the_head_of_a_page_says_where_it_stands_in_its_group(cast, client_as, two):
    browser, viewer = client_as(cast.specialist), cast.viewer("specialist")
    hidden = add(cast, "琥珀恒昌集团", who="outsider")
    link_customers(two[0], two[1], viewer=viewer)
    assert "隶属" in text_of(browser.get(two[1].get_absolute_url()))
    assert "1 个分支" in text_of(browser.get(two[0].get_absolute_url()))
    link_customers(hidden, two[0], viewer=cast.viewer("admin"))
    page = text_of(browser.get(two[0].get_absolute_url()))
    assert hidden.name not in page and "隶属" not in page
    assert hidden.name in text_of(client_as(cast.data_steward).get(two[0].get_absolute_url()))
