"""Who may be reached for what."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from weixi.customers.merging.moving import move, people_children
from weixi.customers.services import add_contact
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.models import Event
from weixi.privacy.models import Consent
from weixi.privacy.queries import permitted, person_of_contact
from weixi.privacy.services import give_consent, withdraw_consent
from weixi.testing.policies import shipped_policy

MARKETING, SERVICE = "营销", "售后服务"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast):
    shipped_policy("quadrant")
    return person_of_contact(
        add_contact(
            cast.customer_of("specialist"), viewer=cast.viewer("specialist"), name="陈立群", mobile="13812345678"
        )
    )


def allow(cast, person, **more):
    values = {"purpose": MARKETING, "channel": "sms", "evidence": "签字表单 2026-03", **more}
    return give_consent(person, viewer=cast.viewer("specialist"), **values)


def test_marketing_needs_a_consent_and_service_none(cast, person):
    assert permitted([person], MARKETING, "sms")[person]
    assert permitted([person], SERVICE, "phone") == {person: ""}
    allow(cast, person)
    assert permitted([person], MARKETING, "sms") == {person: ""}
    assert permitted([person], MARKETING, "phone")[person], "each channel has its own"


def test_withdrawal_holds_at_once_and_a_new_consent_lifts_it(cast, person):
    allow(cast, person)
    withdraw_consent(person, viewer=cast.viewer("specialist"), purpose=MARKETING, channel="sms", how="短信回复 T")
    assert permitted([person], MARKETING, "sms")[person]
    allow(cast, person)
    assert permitted([person], MARKETING, "sms") == {person: ""}
    assert Consent.objects.count() == 2
    types = list(Event.objects.filter(type__startswith="consent.").order_by("seq").values_list("type", flat=True))
    assert types == ["consent.given", "consent.withdrawn", "consent.given"]


def test_a_refusal_without_a_consent_holds_for_purposes_that_need_none(cast, person):
    withdraw_consent(person, viewer=cast.viewer("specialist"), purpose=SERVICE, channel="phone", how="来电说明")
    assert permitted([person], SERVICE, "phone")[person]
    assert permitted([person], SERVICE, "email") == {person: ""}


@pytest.mark.parametrize(
    ("given", "field"),
    [({"purpose": "卖给别人"}, "purpose"), ({"channel": "pigeon"}, "channel"), ({"evidence": " "}, "evidence"),
     ({"basis": "whim"}, "basis")],
)  # fmt: skip
def test_bad_input_names_the_field(cast, person, given, field):
    with pytest.raises(Invalid) as refusal:
        allow(cast, person, **given)
    assert field in refusal.value.fields
    assert not Consent.objects.exists()


def test_twice_is_a_conflict_and_the_database_agrees(cast, person):
    first = allow(cast, person)
    with pytest.raises(Conflict):
        allow(cast, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        first.pk = None
        first.save()


def test_who_may_not_change_customers_enters_nothing(cast, person):
    with pytest.raises(Forbidden):
        give_consent(person, viewer=cast.viewer("executive"), purpose=MARKETING, channel="sms", evidence="x")


def test_asking_for_many_costs_as_much_as_for_one(cast, person, django_assert_num_queries):
    others = [
        person_of_contact(add_contact(cast.customer_of("specialist"), viewer=cast.viewer("specialist"), name=name))
        for name in ("王一", "王二")
    ]
    permitted([person], MARKETING, "sms")
    with django_assert_num_queries(2):
        permitted([person], MARKETING, "sms")
    with django_assert_num_queries(2):
        permitted([person, *others], MARKETING, "sms")


def test_consents_go_with_a_person_who_is_made_one_with_another(cast, person):
    viewer = cast.viewer("specialist")
    other = add_contact(cast.customer_of("specialist"), viewer=viewer, name="陈立群（总）")
    allow(cast, person)
    allow(cast, person, channel="email")
    allow(cast, person_of_contact(other), channel="email")
    move(people_children(), person.pk, other.pk)
    # What stands once for a person and is there already stays where it was.
    held = {row.channel for row in Consent.objects.filter(contact=other)}
    assert held == {"sms", "email"}
    assert Consent.objects.filter(contact_id=person.pk).count() == 1
