"""From a field that is missing or stale to the duty, and from the evidence to its end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from weixi.commerce.services import sign_contract
from weixi.customers.models import ArchiveState, Contact, Customer, QualitySnapshot
from weixi.customers.quality.board import board, quality_dict
from weixi.customers.quality.confirming import confirm_archive
from weixi.customers.quality.nightly import count_now, look_after_archives, sweep
from weixi.customers.quality.snapshots import take_snapshot
from weixi.customers.quality.sources import QualitySource, _sources, quality_source
from weixi.customers.queries.archive import archive_standing
from weixi.customers.services import (
    add_contact,
    archive_customer,
    change_contact,
    change_customer,
    create_customer,
    restore_customer,
)
from weixi.customers.services.bulk import NewCustomer, create_customers
from weixi.customers.services.custom_fields import change_field, define_field, retire_field
from weixi.duties.models import Duty
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import system_viewer
from weixi.testing.policies import shipped_policy

SYSTEM = system_viewer("test")
Move = Callable[[Any], None]


@pytest.fixture
def company(moved_clock: Move, cast: Any) -> Any:
    moved_clock("2026-03-02T09:00+08:00")
    shipped_policy("quadrant")
    return cast


def make(cast: Any, **values: Any) -> Customer:
    return create_customer(viewer=SYSTEM, name="苏州长风", owner=cast.specialist, **values)


def state_of(customer: Customer) -> ArchiveState:
    return ArchiveState.objects.get(pk=customer.pk)


def duties(customer: Customer, clause: str) -> list[tuple[str, str]]:
    rows = Duty.objects.filter(customer=customer, clause=clause).order_by("opens_at", "pk")
    return [(row.state, row.assignee.username if row.assignee else "") for row in rows]


def grade(customer: Customer, code: str = "core") -> None:
    with unit_of_work(actor="system:test") as work:
        Customer.objects.filter(pk=customer.pk).update(grade=code)
        work.record("customer.graded", customer=customer.pk, subject=("customer", customer.pk), data={"grade": code})


# --- missing ----------------------------------------------------------------------------------------


def test_a_missing_key_field_is_asked_for_the_next_day_and_closed_by_filling_it(
    company: Any, moved_clock: Move
) -> None:
    customer = make(company)
    assert (state_of(customer).key_gaps, state_of(customer).stale) == (1, 0)
    look_after_archives()
    assert duties(customer, "A-6") == []
    moved_clock("2026-03-03T00:05+08:00")
    look_after_archives()
    assert duties(customer, "A-6") == [("open", company.specialist.username)]
    look_after_archives()
    assert Event.objects.filter(type="archive.gap_found", customer_id=customer.pk).count() == 1
    change_customer(customer, viewer=SYSTEM, values={"industry": "纺织"})
    assert duties(customer, "A-6") == [("open", company.specialist.username)]
    change_customer(customer, viewer=SYSTEM, values={"need_preference": "节能"})
    assert duties(customer, "A-6") == [("done", company.specialist.username)]
    assert (state_of(customer).key_gaps, state_of(customer).asked) == (0, {})
    # Emptied again: a new gap, asked for the day after.
    change_customer(customer, viewer=SYSTEM, values={"need_preference": ""})
    moved_clock("2026-03-05T00:05+08:00")
    look_after_archives()
    assert [state for state, _who in duties(customer, "A-6")] == ["done", "open"]


def test_a_demand_that_falls_away_takes_the_duty_back(company: Any, moved_clock: Move) -> None:
    row = define_field(viewer=SYSTEM, title="用气工序", key_field=True, owner_role="data_steward")
    customer = make(company, need_preference="节能")
    moved_clock("2026-03-03T00:05+08:00")
    look_after_archives()
    assert duties(customer, "A-6") == [("open", company.data_steward.username)]
    assert Duty.objects.get(customer=customer, clause="A-6").subject == f"enrichment:{customer.pk}-missing-data_steward"
    retire_field(row, viewer=SYSTEM)
    look_after_archives()
    assert [state for state, _who in duties(customer, "A-6")] == ["withdrawn"]
    assert Event.objects.filter(type="archive.demand_dropped", customer_id=customer.pk).count() == 1


def test_a_field_made_a_key_field_is_asked_of_everybody(company: Any, moved_clock: Move) -> None:
    row = define_field(viewer=SYSTEM, title="用气工序")
    customer = make(company, need_preference="节能")
    look_after_archives()
    assert state_of(customer).key_gaps == 0
    change_field(row, viewer=SYSTEM, values={"key_field": True})
    sweep()
    assert state_of(customer).key_gaps == 1


def test_who_is_put_away_is_asked_nothing_and_again_when_back(company: Any, moved_clock: Move) -> None:
    customer = make(company)
    moved_clock("2026-03-03T00:05+08:00")
    look_after_archives()
    archive_customer(customer, viewer=SYSTEM, reason="停产")
    assert [state for state, _who in duties(customer, "A-6")] == ["withdrawn"]
    moved_clock("2026-03-04T09:00+08:00")
    look_after_archives()
    assert len(duties(customer, "A-6")) == 1
    with pytest.raises(Conflict):
        confirm_archive(customer, viewer=SYSTEM)
    restore_customer(customer, viewer=SYSTEM)
    moved_clock("2026-03-05T09:00+08:00")
    look_after_archives()
    assert [state for state, _who in duties(customer, "A-6")] == ["withdrawn", "open"]


# --- stale ------------------------------------------------------------------------------------------


def test_a_stale_field_is_asked_for_and_closed_by_confirming(company: Any, moved_clock: Move) -> None:
    customer = make(company, need_preference="节能", phone="0512-66661234")
    grade(customer)
    moved_clock("2026-06-01T09:00+08:00")
    look_after_archives()
    assert state_of(customer).stale == 0
    # Three months after the entry: the need preference alone.
    moved_clock("2026-06-02T00:05+08:00")
    look_after_archives()
    assert (state_of(customer).stale, state_of(customer).stale_on.isoformat()) == (1, "2026-09-02")
    moved_clock("2026-06-03T00:05+08:00")
    look_after_archives()
    assert duties(customer, "A-5") == [("open", company.specialist.username)]
    with pytest.raises(Invalid):
        confirm_archive(customer, viewer=SYSTEM, keys=["address"])
    assert confirm_archive(customer, viewer=company.viewer("specialist"), keys=["need_preference"]) == [
        "need_preference"
    ]
    assert duties(customer, "A-5") == [("done", company.specialist.username)]
    assert (state_of(customer).stale, state_of(customer).stamps) == (0, {"need_preference": "2026-06-03"})


def test_an_entry_counts_as_a_check_of_that_field_alone(company: Any, moved_clock: Move) -> None:
    customer = make(company, need_preference="节能", phone="0512-66661234")
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群", mobile="13800001234")
    moved_clock("2026-08-01T09:00+08:00")
    change_customer(customer, viewer=SYSTEM, values={"need_preference": "备件"})
    moved_clock("2026-09-02T09:00+08:00")
    look_after_archives()
    # The phone and the contact's fields are half a year old; the need preference is not three months.
    assert state_of(customer).stale == 3
    change_contact(contact, viewer=SYSTEM, values={"mobile": "13900001234"})
    assert state_of(customer).stale == 2
    assert confirm_archive(customer, viewer=SYSTEM)
    assert state_of(customer).stale == 0


def test_states_of_older_archives_come_from_their_log(company: Any, moved_clock: Move) -> None:
    customer = make(company, need_preference="节能")
    moved_clock("2026-05-01T09:00+08:00")
    change_customer(customer, viewer=SYSTEM, values={"need_preference": "备件", "phone": "0512-66661234"})
    before = (state_of(customer).entered_on, state_of(customer).stamps)
    ArchiveState.objects.all().delete()
    count_now()
    assert (state_of(customer).entered_on, state_of(customer).stamps) == before


# --- invalid, duplicates, figures -------------------------------------------------------------------


def test_values_that_would_be_refused_today_are_counted_until_they_are_mended(company: Any) -> None:
    customer = make(company, need_preference="节能")
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群")
    Customer.objects.filter(pk=customer.pk).update(phone="见名片", unified_code="91310000631696382D")
    Contact.objects.filter(pk=contact.pk).update(email="ask him")
    ArchiveState.objects.all().delete()
    count_now()
    assert state_of(customer).invalid == 3
    change_customer(customer, viewer=SYSTEM, values={"phone": "0512-66661234"})
    assert state_of(customer).invalid == 2


def test_what_is_invalid_is_marked_where_one_reads_it(company: Any, client_as: Callable[[Any], Any]) -> None:
    customer = make(company, email="old@example.com")
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群", mobile="13800138000")
    client = client_as(company.specialist)
    page = client.get(customer.get_absolute_url()).content.decode()
    assert "内容无效" not in page
    Customer.objects.filter(pk=customer.pk).update(phone="见名片", email="ask him")
    Contact.objects.filter(pk=contact.pk).update(mobile="1380013")
    page = client.get(customer.get_absolute_url()).content.decode()
    assert "ask him" in page and page.count("内容无效") == 2
    Contact.objects.filter(pk=contact.pk).update(mobile="转告")
    page = client.get(f"{customer.get_absolute_url()}?tab=archive").content.decode()
    assert "转告" in page and page.count("内容无效") == 5
    # Whom the numbers are masked for is not told by the mark what they look like.
    page = client_as(company.executive).get(customer.get_absolute_url()).content.decode()
    assert "见名片" not in page and "内容无效" not in page


def test_what_is_invalid_is_named_and_stands_in_nobodys_way(company: Any, client_as: Callable[[Any], Any]) -> None:
    customer = make(company)
    contact = add_contact(customer, viewer=SYSTEM, name="陈立群")
    Customer.objects.filter(pk=customer.pk).update(phone="见名片")
    Contact.objects.filter(pk=contact.pk).update(email="ask him")
    client, url = client_as(company.specialist), reverse("customer-enrich", args=[customer.pk])
    page = client.get(url).content.decode()
    assert "见名片" in page and "联系人：邮箱" in page and page.count("内容无效：请改正") == 2
    version = str(Customer.objects.get(pk=customer.pk).version)
    shown = {"version": version, "phone": "见名片", "need_preference": "节能"}
    assert client.post(url, shown).status_code == 302
    assert Customer.objects.get(pk=customer.pk).phone == "见名片"
    shown |= {"version": str(Customer.objects.get(pk=customer.pk).version), "phone": "还是见名片"}
    assert client.post(url, shown).status_code == 422
    assert client.post(url, {**shown, "phone": "0512-66661234"}).status_code == 302
    assert client.get(url).content.decode().count("内容无效：请改正") == 1


def test_the_board_adds_up_within_scope(company: Any) -> None:
    for who in ("specialist", "colleague", "outsider"):
        create_customers(
            [NewCustomer(f"{who}{n}", owner_id=company.person(who).pk, values={"need_preference": "节能" if n else ""}) for n in range(3)],
            viewer=SYSTEM,
        )  # fmt: skip
    count_now()
    everything, team, own = (board(company.viewer(who)) for who in ("director", "supervisor", "specialist"))
    living = Customer.objects.filter(archived_at=None)
    assert everything.total.customers == living.count()
    assert everything.total.key_gaps == living.filter(archive_state__key_gaps__gt=0).count()
    assert everything.total.completeness_sum == sum(living.values_list("completeness", flat=True))
    assert own.total.customers == living.filter(owner=company.specialist).count()
    assert own.total.customers < team.total.customers < everything.total.customers
    assert {line.name for unit in own.units for line in unit.lines} == {company.specialist.name}
    whole = QualitySnapshot.objects.get(whole=True)
    assert whole.customers == sum(QualitySnapshot.objects.filter(whole=False).values_list("customers", flat=True))


def test_the_trend_and_the_target(company: Any, moved_clock: Move) -> None:
    customer = make(company)
    take_snapshot(clock.today())
    moved_clock("2026-03-09T09:00+08:00")
    change_customer(customer, viewer=SYSTEM, values={"need_preference": "节能"})
    take_snapshot(clock.today())
    take_snapshot(clock.today())
    found = board(company.viewer("director"))
    assert found.trend[0].day.isoformat() == "2026-03-02"
    assert found.trend[1].key_gaps == found.trend[0].key_gaps - 1
    assert (found.aim.completeness, found.aim.completeness_by.isoformat()) == (90, "2026-09-02")
    assert json.loads(json.dumps(quality_dict(SYSTEM)))["target"]["inventory_by"] == "2026-06-02"


def test_the_board_needs_as_many_queries_for_three(company: Any, assert_queries_same: Callable[..., int]) -> None:
    def add() -> None:
        make(company)
        count_now()

    assert_queries_same(lambda: board(company.viewer("director")), add)


def test_another_topic_can_put_a_number_on_the_board(company: Any, client_as: Callable[[Any], Any]) -> None:
    count_now()
    quality_source(QualitySource("twins", "重复", lambda viewer: 7, "customers"))
    try:
        page = client_as(company.director).get(reverse("quality")).content.decode()
        assert "重复" in page and ">7<" in page
        assert quality_dict(SYSTEM)["sources"]["twins"] == 7
    finally:
        _sources.pop("twins")


# --- pages ------------------------------------------------------------------------------------------


def test_the_numbers_lead_to_the_customers_behind_them(company: Any, client_as: Callable[[Any], Any]) -> None:
    missing, whole = (
        make(company),
        create_customer(viewer=SYSTEM, name="杭州云栖", owner=company.specialist, need_preference="备件"),
    )
    client = client_as(company.director)
    assert "还没有统计" in client.get(reverse("quality")).content.decode()
    count_now()
    page = client.get(reverse("quality")).content.decode()
    link = f"{reverse('customers')}?owner={company.specialist.pk}&amp;quality=missing"
    assert link in page and "2026年9月2日" in page
    listed = client.get(link.replace("&amp;", "&")).content.decode()
    assert missing.name in listed and whole.name not in listed
    assert client.get(f"{reverse('customers')}?quality=never").status_code == 200


def test_the_enrichment_form_fills_and_confirms(
    company: Any, client_as: Callable[[Any], Any], moved_clock: Move
) -> None:
    customer = make(company, phone="0512-66661234", industry="纺织")
    add_contact(customer, viewer=SYSTEM, name="陈立群", position="厂长")
    grade(customer)
    moved_clock("2027-03-03T09:00+08:00")
    look_after_archives()
    moved_clock("2027-03-04T09:00+08:00")
    look_after_archives()
    client, url = client_as(company.specialist), reverse("customer-enrich", args=[customer.pk])
    page = client.get(url).content.decode()
    assert "联系人：职位" in page and "厂长" in page
    assert 'name="need_preference"' in page and 'value="phone"' in page and "2026年3月2日" in page
    version = str(Customer.objects.get(pk=customer.pk).version)
    shown = {
        "version": version,
        "phone": "051266661234",
        "industry": "纺织",
        "name": customer.name,
        "kind": "company",
        "reach": "direct",
    }
    empty = client.post(url, shown)
    assert empty.status_code == 422
    wrong = client.post(url, {**shown, "phone": "见名片"})
    assert wrong.status_code == 422 and "见名片" in wrong.content.decode()
    assert client.post(url, {**shown, "need_preference": "节能", "right": ["phone"]}).status_code == 302
    assert duties(customer, "A-6") == [("done", company.specialist.username)]
    assert [state for state, _who in duties(customer, "A-5")] == ["open"]
    shown["version"] = str(Customer.objects.get(pk=customer.pk).version)
    assert client.post(url, {**shown, "all": "1"}).status_code == 302
    assert [state for state, _who in duties(customer, "A-5")] == ["done"]
    assert "没有欠缺" in client.get(url).content.decode()
    story = client.get(customer.get_absolute_url()).content.decode()
    assert "核实了档案" in story


def test_today_leads_to_the_form(company: Any, client_as: Callable[[Any], Any], moved_clock: Move) -> None:
    customer = make(company)
    moved_clock("2026-03-30T09:00+08:00")
    look_after_archives()
    moved_clock("2026-03-31T09:00+08:00")
    page = client_as(company.specialist).get(f"{customer.get_absolute_url()}?tab=duties").content.decode()
    assert reverse("customer-enrich", args=[customer.pk]) in page and "缺" in page


def test_signing_and_a_known_change_make_their_duties_and_entries_close_them(
    company: Any, client_as: Callable[[Any], Any], moved_clock: Move
) -> None:
    """A-3 and A-4 as people meet them: the duty on the page of the customer, and its end by what is entered."""
    customer = make(company)
    sign_contract(customer, viewer=SYSTEM, number="HT-1", title="年度框架", signed_on=clock.today())
    client = client_as(company.specialist)
    noted = client.post(reverse("customer-known-change", args=[customer.pk]), {"what": "电话换了"})
    assert noted.status_code == 302
    assert (duties(customer, "A-3"), duties(customer, "A-4")) == (
        [("open", company.specialist.username)],
        [("open", company.specialist.username)],
    )
    page = client.get(f"{customer.get_absolute_url()}?tab=duties").content.decode()
    assert "新客户建档" in page and "客户信息变更录入" in page and reverse("customer-edit", args=[customer.pk]) in page
    missing = {gap.key for gap in archive_standing(customer).gaps if gap.of != "contact"}
    change_customer(customer, viewer=SYSTEM, values=dict.fromkeys(missing - {"phone"}, "有"))
    assert duties(customer, "A-4") == [("done", company.specialist.username)]
    change_customer(customer, viewer=SYSTEM, values={"phone": "0512-66661234"})
    assert duties(customer, "A-3") == [("open", company.specialist.username)]
    add_contact(customer, viewer=SYSTEM, name="陈立群", mobile="13800001234")
    assert archive_standing(customer).complete
    assert duties(customer, "A-3") == [("done", company.specialist.username)]
