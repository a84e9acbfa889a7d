from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from weixi.customers.models import Contact, Customer
from weixi.customers.services import add_contact, change_customer, create_customer, tag_customer
from weixi.interactions.services import record_interaction
from weixi.kernel import clock
from weixi.kernel.events.models import Event
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

CANARY = "<script>alert(1)</script>\"'&𠮷"
Desk = Callable[[Any], Client]


@pytest.fixture
def at_desk(client_as: Desk) -> Desk:
    return client_as


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- the list ---------------------------------------------------------------------------------------


def test_the_list_shows_the_scope_and_nothing_else(cast: Cast, at_desk: Desk) -> None:
    mine, foreign = cast.customer_of("specialist"), cast.customer_of("outsider")
    page = text_of(at_desk(cast.specialist).get(reverse("customers")))
    assert mine.name in page
    assert foreign.name not in page
    page = text_of(at_desk(cast.director).get(reverse("customers")))
    assert mine.name in page and foreign.name in page


@pytest.mark.parametrize(
    "query",
    [
        "sort=-amount&grade=core&lifecycle=new&q=%E5%90%AF%E6%98%8E&archived=1&tag=x&region=a&city=b&industry=c",
        "page=1000000000000&after=zzz&before=%00&sort=nothing&nonsense=%F0%A0%AE%B7&amount_from=1e999",
        "q=" + "%27%22%3C" * 200,
        "owner=me&owner=none&due=overdue&quiet=30&entered=quarter&complete_below=80&kind=person&reach=indirect",
    ],
)
def test_no_address_breaks_the_list(cast: Cast, at_desk: Desk, query: str) -> None:
    for name in ("customers", "customers-counts", "customers-count"):
        assert at_desk(cast.supervisor).get(f"{reverse(name)}?{query}").status_code == 200


def test_the_list_says_which_filter_it_does_not_know(cast: Cast, at_desk: Desk) -> None:
    page = text_of(at_desk(cast.director).get(reverse("customers") + "?favourite_colour=red"))
    assert "favourite_colour" in page


def test_the_list_asks_as_often_for_three_rows_as_for_one(
    cast: Cast, at_desk: Desk, assert_queries_same: Callable[..., int]
) -> None:
    client, numbers = at_desk(cast.supervisor), iter(range(100))
    viewer = cast.viewer("supervisor")

    def add() -> Any:
        made = create_customer(viewer=viewer, name=f"甲{next(numbers)}", owner=cast.colleague)
        return record_interaction(made, viewer=viewer, kind="call", content="好")

    count = assert_queries_same(lambda: client.get(reverse("customers")), add)
    assert count <= 15


def test_columns_are_remembered(cast: Cast, at_desk: Desk) -> None:
    client = at_desk(cast.specialist)
    chosen = {"column": ["number", "nonsense"], "back": "https://elsewhere.example/"}
    answer = client.post(reverse("customers-columns"), chosen)
    assert answer["Location"] == reverse("customers")
    page = text_of(client.get(reverse("customers")))
    assert 'class="c-number"' in page
    assert 'class="c-owner"' not in page


def test_many_are_handed_over_and_tagged(cast: Cast, at_desk: Desk) -> None:
    client = at_desk(cast.supervisor)
    mine, theirs = cast.customer_of("specialist"), cast.customer_of("colleague")
    client.post(reverse("customers-bulk-assign"), {"pick": [mine.pk], "owner": cast.colleague.pk})
    mine.refresh_from_db()
    assert mine.owner == cast.colleague
    client.post(reverse("customers-bulk-tag"), {"whole": "1", "query": "", "tag": "重点"})
    for customer in (mine, theirs):
        assert list(customer.tagged.values_list("tag__name", flat=True)) == ["重点"]


def test_a_foreign_customer_among_the_chosen_changes_nothing(cast: Cast, at_desk: Desk) -> None:
    client = at_desk(cast.supervisor)
    mine, foreign = cast.customer_of("specialist"), cast.customer_of("outsider")
    pick = [mine.pk, foreign.pk]
    before = Event.objects.count()
    assert client.post(reverse("customers-bulk-tag"), {"pick": pick, "tag": "x"}).status_code == 404
    answer = client.post(reverse("customers-bulk-assign"), {"pick": pick, "owner": cast.colleague.pk})
    assert answer.status_code == 404
    assert Event.objects.count() == before


# --- one customer -----------------------------------------------------------------------------------


PAGES = [
    ("customer", 200), ("customer-edit", 200), ("customer-lifecycle", 200), ("customer-known-change", 200),
    ("contact-new", 200), ("customer-owner", 403), ("customer-archive", 403),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status"), PAGES)
def test_ones_own_customer_opens_and_a_foreign_one_is_not_there(
    cast: Cast, at_desk: Desk, name: str, status: int
) -> None:
    client = at_desk(cast.specialist)
    assert client.get(reverse(name, args=[cast.customer_of("specialist").pk])).status_code == status
    refused = 404 if status == 200 else 403
    assert client.get(reverse(name, args=[cast.customer_of("outsider").pk])).status_code == refused
    assert client.get(reverse(name, args=[10**12])).status_code == refused


@pytest.mark.parametrize("tab", ["", "duties", "history", "transactions", "nonsense"])
def test_every_tab_opens(cast: Cast, at_desk: Desk, tab: str) -> None:
    shipped_policy("quadrant")
    customer = cast.customer_of("specialist")
    record_interaction(customer, viewer=cast.viewer("specialist"), kind="visit", content="看设备", minutes=30)
    change_customer(customer, viewer=cast.viewer("specialist"), values={"industry": "纺织"})
    answer = at_desk(cast.specialist).get(customer.get_absolute_url(), {"tab": tab, "before": "x~y"})
    assert answer.status_code == 200
    page = text_of(answer)
    if tab in ("", "nonsense"):
        assert "看设备" in page
    if tab == "history":
        assert re.search(r"纺织</td>", page)


def test_what_people_typed_is_text_everywhere(cast: Cast, at_desk: Desk) -> None:
    viewer = cast.viewer("specialist")
    customer = create_customer(viewer=viewer, name=CANARY, tags=[CANARY], remark=CANARY, short_name=CANARY)
    contact = add_contact(customer, viewer=viewer, name=CANARY, position=CANARY)
    record_interaction(customer, viewer=viewer, kind="call", content=CANARY, contact=contact)
    change_customer(customer, viewer=viewer, values={"industry": CANARY, "city": CANARY})
    client = at_desk(cast.specialist)
    here = customer.get_absolute_url()
    for url in (
        here, f"{here}?tab=history", reverse("customers"), reverse("customers") + "?tag=%3Cscript%3Ealert(1)",
        reverse("customer-edit", args=[customer.pk]), reverse("contact-edit", args=[contact.pk]),
        reverse("customers-pick") + "?q=alert", reverse("customers-similar") + "?name=%3Cscript%3Ealert(1)",
    ):  # fmt: skip
        page = text_of(client.get(url))
        assert "<script>alert" not in page, url


def test_a_long_name_and_the_story_page_with_a_set_number_of_queries(cast: Cast, at_desk: Desk) -> None:
    shipped_policy("quadrant")
    viewer = cast.viewer("specialist")
    customer = create_customer(viewer=viewer, name="长" * 200)
    client = at_desk(cast.specialist)
    counts = []
    for _round in range(2):
        for kind in ("call", "visit"):
            record_interaction(customer, viewer=viewer, kind=kind, content="好")
            add_contact(customer, viewer=viewer, name="周建国")
        client.get(customer.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(customer.get_absolute_url()).status_code == 200
        counts.append(len(queries))
    # The last one, behind the page, keeps who has seen the record.
    assert counts == [11, 11], [query["sql"][:160] for query in queries.captured_queries]


# --- forms ------------------------------------------------------------------------------------------


def form_values(**values: Any) -> dict[str, Any]:
    return {"name": "新公司", "kind": "company", "reach": "direct", "lifecycle": "new", **values}


def test_a_customer_is_entered_with_its_form(cast: Cast, at_desk: Desk) -> None:
    given = form_values(address="工业园 1 号", tags="重点，扩产、节能", phone="0512-6688 1234", headcount="500-1000")
    answer = at_desk(cast.specialist).post(reverse("customer-new"), given)
    made = Customer.objects.get(name="新公司")
    assert answer["Location"] == made.get_absolute_url()
    assert (made.owner, made.phone, made.registration.address) == (cast.specialist, "051266881234", "工业园 1 号")
    assert set(made.tagged.values_list("tag__name", flat=True)) == {"重点", "扩产", "节能"}


def test_faults_stand_beside_their_fields_and_the_input_stays(cast: Cast, at_desk: Desk) -> None:
    answer = at_desk(cast.specialist).post(reverse("customer-new"), form_values(phone="abc", industry="纺织"))
    assert answer.status_code == 422
    page = text_of(answer)
    assert 'id="id_phone-error"' in page
    assert 'value="纺织"' in page
    assert not Customer.objects.filter(name="新公司").exists()


def test_an_indirect_customer_is_reached_through_one_of_the_scope(cast: Cast, at_desk: Desk) -> None:
    client = at_desk(cast.specialist)
    foreign, mine = cast.customer_of("outsider"), cast.customer_of("specialist")
    assert client.post(reverse("customer-new"), form_values(reach="indirect", through=foreign.pk)).status_code == 422
    client.post(reverse("customer-new"), form_values(reach="indirect", through=mine.pk))
    assert Customer.objects.get(name="新公司").through == mine


def test_equal_names_are_told_within_the_scope_only(cast: Cast, at_desk: Desk) -> None:
    url = reverse("customers-similar") + "?name=" + cast.customer_of("outsider").name
    assert cast.customer_of("outsider").number not in text_of(at_desk(cast.specialist).get(url))
    assert cast.customer_of("outsider").number in text_of(at_desk(cast.outsider).get(url))


def test_two_people_saving_one_customer_are_both_told(cast: Cast, at_desk: Desk) -> None:
    customer = cast.customer_of("specialist")
    client = at_desk(cast.specialist)
    given = form_values(name=customer.name, industry="我写的", version=customer.version)
    change_customer(customer, viewer=cast.viewer("supervisor"), values={"industry": "别人写的"})
    url = reverse("customer-edit", args=[customer.pk])
    answer = client.post(url, given)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "我写的" in page and "别人写的" in page
    customer.refresh_from_db()
    assert customer.industry == "别人写的"
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version and int(version[1]) == customer.version
    client.post(url, {**given, "version": version[1]})
    customer.refresh_from_db()
    assert customer.industry == "我写的"


def test_contacts_come_and_go(cast: Cast, at_desk: Desk) -> None:
    customer, client = cast.customer_of("specialist"), at_desk(cast.specialist)
    given = {"name": "周建国", "birthday": "1980-02-30", "birthday_lunar": "on", "key_person": "on"}
    client.post(reverse("contact-new", args=[customer.pk]), given)
    contact = Contact.objects.get(name="周建国")
    assert (contact.birthday, contact.birthday_lunar, contact.key_person) == ("1980-02-30", True, True)
    faulty = client.post(reverse("contact-edit", args=[contact.pk]), {"name": "周建国", "birthday": "1980-02-30"})
    assert faulty.status_code == 422
    assert at_desk(cast.outsider).get(reverse("contact-edit", args=[contact.pk])).status_code == 404
    client.post(reverse("contact-remove", args=[contact.pk]))
    contact.refresh_from_db()
    assert contact.removed_at is not None


def test_put_away_and_back(cast: Cast, at_desk: Desk) -> None:
    customer, client = cast.customer_of("specialist"), at_desk(cast.service_manager)
    assert client.post(reverse("customer-archive", args=[customer.pk]), {"reason": " "}).status_code == 422
    client.post(reverse("customer-archive", args=[customer.pk]), {"reason": "停业"})
    customer.refresh_from_db()
    assert customer.archive_reason == "停业"
    assert client.get(reverse("customer-restore", args=[customer.pk])).status_code == 405
    client.post(reverse("customer-restore", args=[customer.pk]))
    customer.refresh_from_db()
    assert customer.archived_at is None


def test_a_known_change_is_stated(cast: Cast, at_desk: Desk) -> None:
    customer = cast.customer_of("specialist")
    at_desk(cast.specialist).post(reverse("customer-known-change", args=[customer.pk]), {"what": "采购换人"})
    assert Event.objects.get(type="change.known").data == {"what": "采购换人"}


def test_a_change_known_since_earlier_counts_from_then(cast: Cast, at_desk: Desk) -> None:
    customer, client = cast.customer_of("specialist"), at_desk(cast.specialist)
    url = reverse("customer-known-change", args=[customer.pk])
    now = timezone.localtime(clock.now()).replace(second=0, microsecond=0)
    later = f"{now + timedelta(hours=2):%Y-%m-%dT%H:%M}"
    assert client.post(url, {"what": "采购换人", "known_at": later}).status_code == 422
    client.post(url, {"what": "采购换人", "known_at": f"{now - timedelta(days=1):%Y-%m-%dT%H:%M}"})
    assert Event.objects.get(type="change.known").occurred_at == now - timedelta(days=1)


def test_tags_are_taken_off_and_put_on_beside_the_archive(cast: Cast, at_desk: Desk) -> None:
    customer, client = cast.customer_of("specialist"), at_desk(cast.specialist)
    url = reverse("customer-tag", args=[customer.pk])
    tag_customer(customer, ["旧"], viewer=cast.viewer("specialist"))
    client.post(url, {"tag": "新"}, headers={"HX-Request": "true"})
    page = text_of(client.post(url, {"remove": "旧"}, headers={"HX-Request": "true"}))
    assert "新" in page and "旧" not in page


def test_one_persons_customers_go_to_another(cast: Cast, at_desk: Desk) -> None:
    client = at_desk(cast.service_manager)
    page = text_of(client.get(reverse("customers-hand-over") + f"?from={cast.disabled.pk}"))
    assert f"{cast.disabled.name}（{cast.disabled.get_role_display()}），1 户，已离职" in page
    given = client.post(
        reverse("customers-hand-over"), {"leaver": cast.disabled.pk, "to": cast.specialist.pk, "reason": "离职"}
    )
    assert given["Location"] == f"/customers/?owner={cast.specialist.pk}"
    assert Customer.objects.filter(owner=cast.disabled).count() == 0
    assert at_desk(cast.specialist).get(reverse("customers-hand-over")).status_code == 403


def test_pickers_offer_the_scope(cast: Cast, at_desk: Desk) -> None:
    client, foreign = at_desk(cast.specialist), cast.customer_of("outsider")
    assert foreign.name not in text_of(client.get(reverse("customers-pick") + "?q=北京华信"))
    assert cast.customer_of("specialist").name in text_of(client.get(reverse("customers-pick") + "?q=启明"))
    add_contact(foreign, viewer=cast.viewer("outsider"), name="秘密人")
    assert "秘密人" not in text_of(client.get(reverse("contacts-pick") + f"?customer={foreign.pk}"))
    tag_customer(foreign, ["机密"], viewer=cast.viewer("outsider"))
    assert "机密" not in text_of(client.get(reverse("tags-pick")))
