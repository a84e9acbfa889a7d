"""A write sent twice under one key is done once, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError

from weixi.customers.models import Customer
from weixi.integrations import idempotency
from weixi.integrations.models import IdempotencyRecord
from weixi.integrations.tests.helpers import program_of
from weixi.kernel import clock
from weixi.kernel.events.models import Event
from weixi.kernel.once import claims

pytestmark = pytest.mark.django_db
KEY = "Idempotency-Key"


def test_same_key_and_body_answers_alike_and_writes_once(cast):
    program = program_of(cast.specialist)
    first = program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"})
    events = Event.objects.count()
    again = program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Customer.objects.filter(name="新星工具").count() == 1
    assert Event.objects.count() == events


def test_same_key_other_body_or_address_409(cast):
    program = program_of(cast.specialist)
    program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"})
    other = program.post("/customers", {"name": "另一家"}, **{KEY: "a1"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.mismatch")
    elsewhere = program.post(
        f"/customers/{cast.customer_of('specialist').pk}/contacts", {"name": "新星工具"}, **{KEY: "a1"}
    )
    assert elsewhere.status_code == 409
    assert not Customer.objects.filter(name="另一家").exists()


def test_keys_of_two_people_are_two_keys(cast):
    made = [
        program_of(person).post("/customers", {"name": "新星工具"}, **{KEY: "a1"})
        for person in (cast.specialist, cast.colleague)
    ]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json()["id"] != made[1].json()["id"]


def test_while_the_first_runs_409(cast):
    program = program_of(cast.specialist)
    answered = {}
    real = Customer.save

    def meanwhile(self: Customer, *args: object, **more: object) -> None:
        if not answered:
            answered["second"] = None
            answered["second"] = program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"})
        real(self, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Customer, "save", meanwhile)
        first = program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"})
    assert first.status_code == 201
    assert (answered["second"].status_code, answered["second"].json()["code"]) == (409, "idempotency.running")
    assert Customer.objects.filter(name="新星工具").count() == 1


def test_a_refusal_is_not_kept(cast):
    program = program_of(cast.specialist)
    refused = program.post("/customers", {"name": "新星工具", "phone": "abc"}, **{KEY: "a1"})
    assert refused.status_code == 400
    assert not IdempotencyRecord.objects.exists()
    assert program.post("/customers", {"name": "新星工具", "phone": "021-5555"}, **{KEY: "a1"}).status_code == 201


def test_dying_before_the_commit_leaves_nothing_and_the_key_is_free(cast):
    program = program_of(cast.specialist)

    def die(*args: object) -> None:
        raise DatabaseError("connection lost")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "_store", die)
        assert program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"}).status_code == 500
    assert not Customer.objects.filter(name="新星工具").exists()
    assert program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"}).status_code == 201


def test_a_claim_left_behind_is_taken_over_after_its_lease(cast, moved_clock):
    program = program_of(cast.specialist)

    def killed(*args: object) -> None:
        """A killed process tidies nothing up."""

    moved_clock("2026-03-02T09:00:00+08:00")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "release", killed)
        patch.setattr(claims, "_store", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"})
    assert program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"}).status_code == 409
    moved_clock(clock.now() + claims.LEASE + timedelta(seconds=1))
    assert program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"}).status_code == 201
    assert Customer.objects.filter(name="新星工具").count() == 1


def test_who_lost_the_claim_takes_everything_back(cast):
    program = program_of(cast.specialist)
    real = claims._store

    def robbed(record: IdempotencyRecord, *answer: object) -> None:
        IdempotencyRecord.objects.filter(pk=record.pk).update(claim="another")
        real(record, *answer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "_store", robbed)
        assert program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"}).status_code == 503
    assert not Customer.objects.filter(name="新星工具").exists()


@pytest.mark.parametrize("key", ["", "x" * 201, "schlüssel", "a\tb"])
def test_unusable_keys_400(cast, key):
    assert program_of(cast.specialist).post("/customers", {"name": "新星工具"}, **{KEY: key}).status_code == 400


def test_old_records_are_forgotten(cast, moved_clock):
    moved_clock("2026-03-02T09:00:00+08:00")
    program_of(cast.specialist).post("/customers", {"name": "新星工具"}, **{KEY: "a1"})
    moved_clock("2026-03-04T08:00:00+08:00")
    assert idempotency.forget_old() == 0
    moved_clock("2026-03-04T09:00:01+08:00")
    assert idempotency.forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one(at_once, cast):
    program = program_of(cast.specialist)
    answers = at_once(*[lambda: program.post("/customers", {"name": "新星工具"}, **{KEY: "a1"})] * 20)
    codes = [answer.status_code for answer in answers]
    assert set(codes) <= {201, 409}, codes
    assert codes.count(201) >= 1
    assert Customer.objects.filter(name="新星工具").count() == 1
    bodies = {answer.content for answer in answers if answer.status_code == 201}
    assert len(bodies) == 1
