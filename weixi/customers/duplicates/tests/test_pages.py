"""The list of pairs, two side by side, and the group on the customer page."""

from __future__ import annotations

import html
import re

from django.urls import reverse

from weixi.customers import services
from weixi.customers.duplicates.models import DuplicatePair, PairState
from weixi.customers.duplicates.scan import look_at_changed
from weixi.customers.groups.queries import group_of
from weixi.customers.models import CustomerLink, MergeRecord


def add(cast, name, who="specialist", **values):
    return services.create_customer(viewer=cast.viewer("admin"), name=name, owner=cast.person(who), **values)


def test_a_pair_is_compared_and_made_one_with_a_value_written_instead(cast, client_as):
    add(cast, "上海启明科技股份有限公司", number="X-1", phone="02165129999", industry="软件")
    look_at_changed()
    pair = DuplicatePair.objects.get()
    browser = client_as(cast.data_steward)
    assert "X-1" in browser.get(reverse("duplicates")).content.decode()
    url = reverse("duplicate", args=[pair.pk])
    assert "02165129999" in browser.get(url).content.decode()
    form = {"stays": "a", "take:industry": "own", "own:industry": "软件与服务", "keep_lost": "1"}
    stale = browser.post(url, {**form, "winner_version": "99"})
    assert stale.status_code == 422 and "软件与服务" in stale.content.decode()
    assert browser.post(url, form).status_code == 302
    record = MergeRecord.objects.get()
    assert (record.winner.number, record.winner.industry) == ("C-001", "软件与服务")
    assert browser.post(reverse("merge-undo", args=[record.pk])).status_code == 302
    record.refresh_from_db()
    assert record.undone_at and record.winner.industry == ""


def test_each_choice_above_the_pairs_leads_to_the_pairs_it_names(cast, client_as):
    add(cast, "上海启明科技有限公司苏州分公司", number="X-1")
    look_at_changed()
    browser = client_as(cast.data_steward)
    page = browser.get(reverse("duplicates"), {"least": "90"}).content.decode()
    links = [html.unescape(link) for link in re.findall(r'class="wx-chip[^>]*href="([^"]*)"', page)]
    assert links == [
        "?least=90&kind=duplicate",
        "?least=90&kind=related",
        reverse("duplicates"),
        "?least=75",
        "?least=90&mine=1",
    ]
    assert "X-1" not in page
    assert "X-1" in browser.get(reverse("duplicates") + links[1]).content.decode()


def test_a_hidden_pair_is_as_a_missing_one(cast, client_as):
    add(cast, "上海启明科技股份有限公司", who="outsider")
    look_at_changed()
    pair = DuplicatePair.objects.get()
    browser = client_as(cast.specialist)
    assert "股份有限公司" not in browser.get(reverse("duplicates")).content.decode()
    assert browser.post(reverse("duplicate-dismiss", args=[pair.pk])).status_code == 404
    pair.refresh_from_db()
    assert pair.state == PairState.OPEN


def test_two_that_are_not_one_are_told_apart_where_they_stand_side_by_side(cast, client_as):
    add(cast, "上海启明科技股份有限公司", number="X-1")
    look_at_changed()
    pair = DuplicatePair.objects.get()
    browser = client_as(cast.data_steward)
    page = browser.get(reverse("duplicate", args=[pair.pk])).content.decode()
    there = re.search(r'<button class="btn" formaction="([^"]+)" formnovalidate>', page)
    assert there is not None
    assert browser.post(there[1]).headers["Location"] == reverse("duplicates")
    pair.refresh_from_db()
    assert pair.state == PairState.DISMISSED


def test_a_branch_is_linked_in_one_click_and_the_group_stands_with_the_customer(cast, client_as):
    branch = add(cast, "上海启明科技有限公司苏州分公司", number="X-1")
    look_at_changed()
    pair = DuplicatePair.objects.get()
    browser = client_as(cast.specialist)
    browser.post(reverse("duplicate-link", args=[pair.pk]))
    # Taken back at once it stands in the list again.
    browser.post(reverse("group-unlink", args=[CustomerLink.objects.get().pk]) + "?again=1")
    pair.refresh_from_db()
    assert pair.state == PairState.OPEN and not CustomerLink.objects.exists()
    browser.post(reverse("duplicate-link", args=[pair.pk]))
    link = CustomerLink.objects.get()
    assert (link.parent.number, link.child.number) == ("C-001", "X-1")
    pair.refresh_from_db()
    assert pair.state == PairState.RELATED
    group = group_of(cast.viewer("specialist"), branch)
    assert group is not None and [(m.customer.number, m.depth) for m in group.members] == [("C-001", 0), ("X-1", 1)]
    services.assign_customers([branch.pk], cast.outsider, viewer=cast.viewer("admin"))
    seen = group_of(cast.viewer("specialist"), cast.customer_of("specialist"))
    assert seen is not None and seen.hidden and [m.customer.number for m in seen.members] == ["C-001"]


def test_the_list_asks_as_often_for_one_pair_as_for_three(cast, client_as, assert_queries_same):
    browser = client_as(cast.data_steward)
    count = iter(range(100))

    def another():
        n = next(count)
        for end in ("有限公司", "股份有限公司"):
            add(cast, f"苏州琥珀{'甲乙丙丁戊'[n]}{'子丑寅卯辰'[n]}{'金木水火土'[n]}纺织{end}")
        look_at_changed()

    assert_queries_same(lambda: browser.get(reverse("duplicates")), another)
