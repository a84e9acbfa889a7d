"""One customer of two, and two of one again: rows, story, search, duties, rights."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from weixi.commerce.models import Order
from weixi.customers import services
from weixi.customers.duplicates.models import DuplicatePair, PairState
from weixi.customers.duplicates.scan import look_at_changed
from weixi.customers.groups.models import CustomerLink
from weixi.customers.groups.services import link_customers
from weixi.customers.hits import customer_hits
from weixi.customers.merging.plan import plan_merge
from weixi.customers.merging.services import merge_customers, unmerge_customers
from weixi.customers.models import Contact, Customer, MergeRecord
from weixi.integrations.tests.helpers import program_of
from weixi.interactions.models import Interaction
from weixi.interactions.services import record_interaction
from weixi.kernel import clock
from weixi.kernel.doctor import examine
from weixi.kernel.errors import Conflict, Forbidden, Invalid, WeixiError
from weixi.kernel.events.models import Event
from weixi.testing.policies import shipped_policy

INVARIANTS = ("customers.merged", "customers.moved", "duties.derived", "kernel.search", "kernel.log")


@pytest.fixture
def two(cast):
    """上海启明科技 twice: C-001 stays, X-1 goes; X-1 has an order, two people, an interaction and a tag."""
    admin = cast.viewer("admin")
    winner = cast.customer_of("specialist")
    services.change_customer(winner, viewer=admin, values={"phone": "02165123456", "industry": "软件"})
    services.add_contact(winner, viewer=admin, name="王芳", mobile="13800138000")
    loser = services.create_customer(
        viewer=admin, number="X-1", name="上海启明科技股份有限公司", owner=cast.specialist, phone="02165129999",
        email="info@qiming.example", address="南京西路12号", tags=("扩产", "重视技术支持"),
    )  # fmt: skip
    services.tag_customer(winner, ["扩产"], viewer=admin)
    services.add_contact(loser, viewer=admin, name="王芳", email="wang@qiming.example")
    services.add_contact(loser, viewer=admin, name="赵磊", birthday="1980-03-05")
    Order.objects.create(
        customer=loser, number="D-1", placed_at=clock.now(), placed_on=clock.today(), amount=100, created_at=clock.now()
    )
    who = Contact.objects.get(customer=loser, name="王芳")
    record_interaction(
        loser, viewer=cast.viewer("specialist"), kind="call", contact=who, content="问了价", occurred_at=clock.now()
    )
    loser.refresh_from_db()
    winner.refresh_from_db()
    return loser, winner


def good():
    bad = [finding for finding in examine(INVARIANTS) if not finding.ok]
    assert not bad, bad


def people(customer):
    return sorted(Contact.objects.filter(customer=customer, removed_at=None).values_list("name", flat=True))


def test_the_preview_says_what_would_happen_and_writes_nothing(cast, two):
    loser, winner = two
    before = Event.objects.count()
    plan = plan_merge(loser, winner, viewer=cast.viewer("data_steward"))
    taken = {choice.key: choice.take for choice in plan.fields}
    assert taken["email"] == "info@qiming.example" and taken["address"] == "南京西路12号"
    assert taken["phone"] == "02165123456" and taken["name"] == winner.name
    assert [(str(each.loser), str(each.winner)) for each in plan.people] == [("王芳", "王芳")]
    moved = sorted(each.moves for each in plan.moves)
    assert moved == [1, 1, 1, 2] and sum(each.stays for each in plan.moves) == 1
    assert Event.objects.count() == before


def test_everything_moves_and_both_histories_say_so(cast, two, client_as):
    loser, winner = two
    viewer = cast.viewer("data_steward")
    (pair,) = plan_merge(loser, winner, viewer=viewer).people
    merge_customers(loser, winner, viewer=viewer, people={pair.loser.pk: pair.winner.pk})
    loser.refresh_from_db()
    winner.refresh_from_db()
    assert loser.merged_into_id == winner.pk and loser.archived_at
    assert people(winner) == ["王芳", "赵磊"] and people(loser) == []
    assert Contact.objects.get(pk=pair.winner.pk).email == "wang@qiming.example"
    assert Interaction.objects.get().contact_id == pair.winner.pk
    assert winner.email == "info@qiming.example" and winner.phone == "02165123456"
    assert "02165129999" in winner.remark and "X-1" in winner.remark
    assert winner.annual_amount == 100 and winner.last_contact_at is not None
    assert sorted(winner.tagged.values_list("tag__name", flat=True)) == ["扩产", "重视技术支持"]
    assert {"customer.merged"} <= set(Event.objects.filter(customer_id=loser.pk).values_list("type", flat=True))
    assert {"customer.absorbed"} <= set(Event.objects.filter(customer_id=winner.pk).values_list("type", flat=True))
    assert not any("02165129999" in str(data) for data in Event.objects.values_list("data", flat=True))
    good()
    browser = client_as(cast.specialist)
    answer = browser.get(loser.get_absolute_url())
    assert answer.status_code == 302 and answer["Location"].startswith(winner.get_absolute_url())
    assert browser.get(loser.get_absolute_url() + "?alone").status_code == 200
    assert [hit.url for hit in customer_hits(cast.viewer("specialist"), "X-1", 5)] == [winner.get_absolute_url()]


def test_taken_back_everything_is_home_and_what_was_changed_since_is_listed(cast, two):
    loser, winner = two
    viewer = cast.viewer("data_steward")
    before = {
        customer.number: (people(customer), customer.phone, customer.email, customer.remark, customer.annual_amount)
        for customer in two
    }
    (pair,) = plan_merge(loser, winner, viewer=viewer).people
    record = merge_customers(loser, winner, viewer=viewer, people={pair.loser.pk: pair.winner.pk})
    winner.refresh_from_db()
    services.change_customer(winner, viewer=viewer, values={"email": "new@qiming.example"})
    later = services.add_contact(winner, viewer=viewer, name="钱进")
    done = unmerge_customers(record, viewer=viewer)
    loser.refresh_from_db()
    winner.refresh_from_db()
    assert (loser.merged_into_id, loser.archived_at) == (None, None)
    assert people(loser) == before["X-1"][0] and people(winner) == sorted([*before["C-001"][0], "钱进"])
    assert later.customer_id == winner.pk
    assert (winner.phone, winner.remark, winner.annual_amount) == (before["C-001"][1], *before["C-001"][3:])
    assert winner.email == "new@qiming.example" and ["field", "email", 1] in done.left
    assert loser.annual_amount == before["X-1"][4] or Order.objects.get().customer_id == loser.pk
    assert Interaction.objects.get().contact_id == pair.loser.pk
    assert Contact.objects.get(pk=pair.winner.pk).email == ""
    assert sorted(winner.tagged.values_list("tag__name", flat=True)) == ["扩产"]
    good()
    with pytest.raises(Conflict):
        unmerge_customers(record, viewer=viewer)
    merge_customers(loser, winner, viewer=viewer)
    good()


def test_a_value_of_ones_own_choice(cast, two):
    loser, winner = two
    merge_customers(
        loser, winner, viewer=cast.viewer("data_steward"), keep_lost=False,
        values={"name": "上海启明科技集团有限公司", "phone": "02165129999"},
    )  # fmt: skip
    winner.refresh_from_db()
    assert (winner.name, winner.phone, winner.remark) == ("上海启明科技集团有限公司", "02165129999", "")


def test_who_may_and_what_cannot_be_merged(cast, two):
    loser, winner = two
    for who in ("specialist", "supervisor", "executive"):
        with pytest.raises(Forbidden):
            merge_customers(loser, winner, viewer=cast.viewer(who))
    steward = cast.viewer("data_steward")
    with pytest.raises(Invalid):
        merge_customers(winner, winner, viewer=steward)
    with pytest.raises(Conflict):
        merge_customers(loser, winner, viewer=steward, versions=(loser.version - 1, winner.version))
    other = Contact.objects.filter(customer=winner).first()
    with pytest.raises(Invalid):
        merge_customers(loser, winner, viewer=steward, people={other.pk: other.pk})
    services.archive_customer(loser, viewer=steward, reason="停业")
    with pytest.raises(Conflict):
        merge_customers(loser, winner, viewer=steward)
    assert not MergeRecord.objects.exists()


def test_the_policy_says_how_long_it_can_be_taken_back(cast, two, moved_clock):
    shipped_policy("quadrant")
    record = merge_customers(*two, viewer=cast.viewer("data_steward"))
    moved_clock(record.at + timedelta(days=31))
    with pytest.raises(Conflict) as refused:
        unmerge_customers(record, viewer=cast.viewer("data_steward"))
    assert refused.value.code == "merge.too_late"
    moved_clock(record.at + timedelta(days=29))
    unmerge_customers(record, viewer=cast.viewer("data_steward"))


def test_chains_are_followed_and_taken_back_from_the_end(cast, two):
    loser, winner = two
    steward = cast.viewer("data_steward")
    last = cast.customer_of("outsider")
    first = merge_customers(loser, winner, viewer=steward)
    second = merge_customers(winner, last, viewer=steward)
    assert "赵磊" in people(last)
    with pytest.raises(Conflict) as refused:
        unmerge_customers(first, viewer=steward)
    assert refused.value.code == "merge.later"
    unmerge_customers(second, viewer=steward)
    unmerge_customers(first, viewer=steward)
    assert "赵磊" in people(loser) and people(winner) == ["王芳"]
    good()


def test_a_found_pair_is_done_with_and_comes_back(cast, two):
    look_at_changed()
    pair = DuplicatePair.objects.get()
    record = merge_customers(*two, viewer=cast.viewer("data_steward"))
    look_at_changed()
    pair.refresh_from_db()
    assert pair.state == PairState.MERGED
    unmerge_customers(record, viewer=cast.viewer("data_steward"))
    look_at_changed()
    pair.refresh_from_db()
    assert pair.state == PairState.OPEN


def test_links_of_the_group_go_along_without_circles(cast, two):
    loser, winner = two
    steward = cast.viewer("data_steward")
    branch, head = cast.customer_of("outsider"), cast.customer_of("colleague")
    link_customers(loser, branch, viewer=steward)
    link_customers(head, loser, viewer=steward)
    with pytest.raises(Invalid):
        link_customers(branch, head, viewer=steward)
    record = merge_customers(loser, winner, viewer=steward)
    at = set(CustomerLink.objects.values_list("parent_id", "child_id"))
    assert at == {(winner.pk, branch.pk), (head.pk, winner.pk)}
    unmerge_customers(record, viewer=steward)
    at = set(CustomerLink.objects.values_list("parent_id", "child_id"))
    assert at == {(loser.pk, branch.pk), (head.pk, loser.pk)}


def test_two_merges_at_once_are_one(transactional_db, at_once):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    from weixi.testing.cast import make_cast

    cast = make_cast()
    steward = cast.viewer("data_steward")
    one, other = cast.customer_of("specialist"), cast.customer_of("colleague")
    found = at_once(
        lambda: merge_customers(one, other, viewer=steward), lambda: merge_customers(other, one, viewer=steward)
    )
    assert sum(isinstance(each, MergeRecord) for each in found) == 1
    assert sum(isinstance(each, WeixiError) for each in found) == 1
    assert Customer.objects.filter(merged_into__isnull=False).count() == 1


def test_the_api_names_what_became_of_a_customer_only_to_who_sees_that_one(cast, two):
    loser, winner = two
    merge_customers(loser, winner, viewer=cast.viewer("admin"))
    named = {"id": winner.pk, "number": winner.number, "name": winner.name}
    for who, expected in (("specialist", named), ("director", named)):
        program = program_of(cast.person(who))
        assert program.get(f"/customers/{loser.pk}").json()["merged_into"] == expected
        rows = program.get("/customers?archived=true").json()["items"]
        assert [row["merged_into"] for row in rows] == [expected]
    # The one that stayed goes to somebody else: its name goes with it.
    services.assign_customers([winner.pk], cast.person("outsider"), viewer=cast.viewer("admin"))
    program = program_of(cast.person("specialist"))
    assert program.get(f"/customers/{loser.pk}").json()["merged_into"] is None
    assert [row["merged_into"] for row in program.get("/customers?archived=true").json()["items"]] == [None]
