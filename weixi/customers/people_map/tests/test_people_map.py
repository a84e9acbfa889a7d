"""The people map: entered, refused, masked, carried along by merges, erased; the drawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from weixi.customers.merging.services import merge_customers, unmerge_customers
from weixi.customers.models import Contact, ContactInfluence, ContactPlace, Customer
from weixi.customers.people_map.drawing import BOX_HEIGHT, BOX_WIDTH, draw
from weixi.customers.people_map.queries import map_of
from weixi.customers.people_map.services import place_contact
from weixi.customers.queries.history import field_history
from weixi.customers.services import add_contact, archive_customer, create_customer, remove_contact
from weixi.customers.services.restore import restore_value
from weixi.kernel.editing import VersionConflict
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.models import Event
from weixi.organisation.models import User
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.privacy.queries import person_of_contact
from weixi.privacy.services import erase_person
from weixi.testing.cast import Cast

Desk = Callable[[Any], Client]
SYSTEM = system_viewer("test")
pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return cast.customer_of("specialist")


def people(customer: Customer, *names: str) -> list[Contact]:
    return [add_contact(customer, viewer=SYSTEM, name=name, position="经理") for name in names]


def test_places_are_entered_and_stand_in_the_map_and_in_the_history(cast: Cast, customer: Customer) -> None:
    boss, clerk = people(customer, "陈立群", "王芳")
    viewer = cast.viewer("specialist")
    place_contact(boss, viewer=viewer, values={"part": "decider", "attitude": "supporter", "note": "看重交期"})
    place_contact(clerk, viewer=viewer, values={"reports_to": boss.pk, "influences": [boss.pk]})
    found = {each.pk: each for each in map_of(viewer, customer).people}
    assert (found[boss.pk].part, found[boss.pk].attitude, found[boss.pk].note) == ("decider", "supporter", "看重交期")
    assert (found[clerk.pk].reports_to, found[clerk.pk].influences) == (boss.pk, (boss.pk,))
    event = Event.objects.get(type="contact.placed", subject_id=str(boss.pk))
    assert "看重交期" not in str(event.data)
    lines = {(each.of, each.field): each.new for each in field_history(viewer, customer)[0]}
    assert lines["王芳", "上级"] == "陈立群"
    assert lines["陈立群", "对人的备注"] == "看重交期"


def test_nothing_changed_records_nothing(customer: Customer) -> None:
    (one,) = people(customer, "陈立群")
    place_contact(one, viewer=SYSTEM, values={"part": "user"})
    before = Event.objects.count()
    assert place_contact(one, viewer=SYSTEM, values={"part": "user", "note": ""}).version == 1
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [("part", "boss"), ("attitude", "x"), ("note", "长" * 201), ("reports_to", "own"), ("influences", "own"),
     ("reports_to", "foreign"), ("influences", "foreign")],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_field(cast: Cast, customer: Customer, field: str, value: Any) -> None:
    (one,) = people(customer, "陈立群")
    (foreign,) = people(cast.customer_of("outsider"), "外人")
    keys = {"own": one.pk, "foreign": foreign.pk}
    if value in keys:
        value = [keys[value]] if field == "influences" else keys[value]
    with pytest.raises(Invalid) as refusal:
        place_contact(one, viewer=SYSTEM, values={field: value})
    assert set(refusal.value.fields) == {field}
    assert not ContactPlace.objects.exists()


def test_nobody_reports_to_himself_in_a_circle(customer: Customer) -> None:
    one, two, three = people(customer, "甲", "乙", "丙")
    place_contact(one, viewer=SYSTEM, values={"reports_to": two.pk})
    place_contact(two, viewer=SYSTEM, values={"reports_to": three.pk})
    with pytest.raises(Invalid) as refusal:
        place_contact(three, viewer=SYSTEM, values={"reports_to": one.pk})
    assert set(refusal.value.fields) == {"reports_to"}


def test_who_is_gone_or_put_away_is_not_placed(customer: Customer) -> None:
    one, two = people(customer, "甲", "乙")
    place_contact(two, viewer=SYSTEM, values={"reports_to": one.pk})
    remove_contact(one, viewer=SYSTEM)
    assert map_of(SYSTEM, customer).people[0].reports_to is None
    with pytest.raises(Conflict):
        place_contact(one, viewer=SYSTEM, values={"part": "user"})
    with pytest.raises(Invalid):
        place_contact(two, viewer=SYSTEM, values={"influences": [one.pk]})
    archive_customer(customer, viewer=SYSTEM, reason="停产")
    with pytest.raises(Conflict):
        place_contact(two, viewer=SYSTEM, values={"part": "user"})


def test_the_second_saver_is_told_who_changed_what(cast: Cast, customer: Customer) -> None:
    one, two = people(customer, "甲", "乙")
    other = viewer_of(cast.supervisor)
    place_contact(one, viewer=other, version=0, values={"attitude": "opponent", "influences": [two.pk]})
    with pytest.raises(VersionConflict) as refusal:
        place_contact(one, viewer=cast.viewer("specialist"), version=0, values={"attitude": "supporter"})
    rivals = {each.field: (each.old_text, each.new_text, each.who) for each in refusal.value.rivals}
    assert rivals == {
        "attitude": ("—", "反对", cast.supervisor.name), "influences": ("—", "乙", cast.supervisor.name),
    }  # fmt: skip
    assert refusal.value.version == 1


def test_the_form_keeps_what_was_typed_and_shows_the_other_value(
    cast: Cast, customer: Customer, client_as: Desk
) -> None:
    one, two = people(customer, "甲", "乙")
    url = reverse("contact-place", args=[one.pk])
    page = client_as(cast.specialist)
    place_contact(one, viewer=viewer_of(cast.supervisor), values={"part": "user"})
    sent = {"version": "0", "part": "decider", "attitude": "neutral", "note": "要当面谈", "influences": [str(two.pk)]}
    answer = page.post(url, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "要当面谈" in text and cast.supervisor.name in text and "使用人" in text
    assert ContactPlace.objects.get().part == "user"
    assert page.post(url, sent | {"version": "1", "take_part": "theirs"}).status_code == 302
    stored = ContactPlace.objects.get()
    assert (stored.part, stored.note, stored.version) == ("user", "要当面谈", 2)
    assert ContactInfluence.objects.get().on_id == two.pk


def test_an_earlier_value_is_put_back(cast: Cast, customer: Customer) -> None:
    one, two = people(customer, "甲", "乙")
    place_contact(one, viewer=SYSTEM, values={"reports_to": two.pk, "attitude": "supporter"})
    place_contact(one, viewer=SYSTEM, values={"reports_to": None, "attitude": "opponent"})
    event = Event.objects.filter(type="contact.placed").latest("seq")
    for field in ("reports_to", "attitude"):
        restore_value(customer, event.id, field, viewer=cast.viewer("specialist"))
    stored = ContactPlace.objects.get()
    assert (stored.reports_to_id, stored.attitude) == (two.pk, "supporter")


def test_names_are_masked_and_hidden_opinions_stay_hidden(cast: Cast, customer: Customer, client_as: Desk) -> None:
    one, two = people(customer, "陈立群", "王芳")
    place_contact(one, viewer=SYSTEM, values={"attitude": "opponent", "note": "只认价格", "influences": [two.pk]})
    change_role("specialist", {"class:ordinary": "hidden", "field:contact_name": "masked"}, viewer=SYSTEM)
    person = User.objects.get(pk=cast.specialist.pk)
    viewer = viewer_of(person)
    with pytest.raises(Forbidden):
        place_contact(one, viewer=viewer, values={"attitude": "supporter"})
    found = {each.pk: each for each in map_of(viewer, customer).people}[one.pk]
    assert (found.attitude, found.note, found.position) == ("", "", "")
    assert "陈立群" not in found.name and found.name
    texts = [
        client_as(person).get(url).content.decode()
        for url in (f"{customer.get_absolute_url()}?tab=people", reverse("contact-place", args=[two.pk]))
    ]
    assert all("陈立群" not in text and "只认价格" not in text and "wx-map-box opponent" not in text for text in texts)
    assert "wx-map-box" in texts[0] and 'name="attitude"' not in texts[1]


def test_two_people_made_one_keep_all_ties_and_part_again(cast: Cast) -> None:
    owner = cast.specialist
    first, second = (create_customer(viewer=SYSTEM, name=name, owner=owner) for name in ("甲厂", "乙厂"))
    a, helper, twin = people(first, "陈立群", "孙工", "陈总")
    b, b_boss = people(second, "陈立群", "周总")
    place_contact(a, viewer=SYSTEM, values={"influences": [helper.pk, twin.pk], "part": "decider"})
    place_contact(helper, viewer=SYSTEM, values={"reports_to": a.pk})
    place_contact(b, viewer=SYSTEM, values={"reports_to": b_boss.pk, "part": "user"})
    # Both the one and his twin become the same person: a tie between them would be one to himself.
    record = merge_customers(first, second, viewer=SYSTEM, people={a.pk: b.pk, twin.pk: b.pk})
    found = {each.name: each for each in map_of(SYSTEM, second).people}
    assert (found["陈立群"].part, found["陈立群"].influences) == ("user", (helper.pk,))
    assert found["孙工"].reports_to == b.pk
    place_contact(b_boss, viewer=SYSTEM, values={"influences": [helper.pk]})
    left = unmerge_customers(record, viewer=SYSTEM).left
    home = {each.name: each for each in map_of(SYSTEM, first).people}
    assert home["陈立群"].influences == (helper.pk, twin.pk)
    assert home["孙工"].reports_to == a.pk
    assert ["rows", "customers.ContactInfluence.contact", 1] in left
    assert not ContactInfluence.objects.filter(contact=b_boss).exists()


def test_erasing_a_person_takes_him_off_the_map(cast: Cast, customer: Customer) -> None:
    one, two = people(customer, "陈立群", "王芳")
    place_contact(one, viewer=SYSTEM, values={"part": "decider", "attitude": "opponent", "influences": [two.pk]})
    place_contact(two, viewer=SYSTEM, values={"reports_to": one.pk, "note": "听陈立群的"})
    erase_person(person_of_contact(one), viewer=SYSTEM, reason="本人要求")
    (left,) = ContactPlace.objects.all()
    assert (left.contact_id, left.reports_to_id) == (two.pk, None)
    assert "陈立群" not in left.note and not ContactInfluence.objects.exists()


def test_the_tab_costs_the_same_for_one_and_for_many(
    cast: Cast, customer: Customer, client_as: Desk, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page, url = client_as(cast.specialist), f"{customer.get_absolute_url()}?tab=people"
    found = people(customer, "甲")
    page.get(url)
    with CaptureQueriesContext(connection) as one:
        page.get(url)
    found += people(customer, "乙", "丙", "丁")
    for each in found[1:]:
        place_contact(each, viewer=SYSTEM, values={"reports_to": found[0].pk, "influences": [found[0].pk]})
    with CaptureQueriesContext(connection) as many:
        answer = page.get(url)
    assert len(many) == len(one)
    assert answer.content.decode().count("<foreignObject") == 4


def test_names_are_text_in_the_drawing(cast: Cast, customer: Customer, client_as: Desk) -> None:
    people(customer, "<script>alert(1)</script>")
    text = client_as(cast.specialist).get(f"{customer.get_absolute_url()}?tab=people").content.decode()
    assert "&lt;script&gt;alert(1)" in text and "<script>alert" not in text


# --- the drawing ------------------------------------------------------------------------------------


@given(st.integers(1, 14).flatmap(lambda n: st.tuples(
    st.just(n), st.dictionaries(st.integers(1, n), st.integers(1, n)),
    st.lists(st.tuples(st.integers(1, n), st.integers(1, n)), max_size=8),
)))  # fmt: skip
def test_no_box_covers_another_whoever_reports_to_whom(world: Any) -> None:
    """Circles and people above themselves, as merges may leave them, among them."""
    count, above, influences = world
    drawn = draw(range(1, count + 1), above, [pair for pair in influences if pair[0] != pair[1]])
    spots = list(drawn.spots.values())
    assert len(spots) == count
    for place, one in enumerate(spots):
        assert 0 <= one.x <= drawn.width - BOX_WIDTH and 0 <= one.y <= drawn.height - BOX_HEIGHT
        for other in spots[place + 1 :]:
            assert abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT


def test_superiors_stand_above_the_middle_of_their_own() -> None:
    drawn = draw([1, 2, 3, 4], {2: 1, 3: 1}, [(2, 3)])
    spots = drawn.spots
    assert spots[1].x == (spots[2].x + spots[3].x) / 2
    assert spots[1].y < spots[2].y == spots[3].y < spots[4].y
    assert (len(drawn.lines), len(drawn.arrows)) == (2, 1)
