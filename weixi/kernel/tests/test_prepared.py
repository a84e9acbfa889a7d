"""Statements written once and asked with other values each time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db.models import Max

from weixi.duties.models import DutyClock
from weixi.kernel.counting import count_together
from weixi.kernel.one_of import one_of
from weixi.kernel.outbox.models import Notice
from weixi.kernel.prepared import Prepared, moment, plain, rows_of_all, several
from weixi.organisation.models import Department, User

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db

NAMED = Prepared(lambda name: Department.objects.filter(name=name).order_by("pk"), plain)
AMONG = Prepared(lambda keys: Department.objects.filter(one_of("pk", keys)).order_by("pk").values_list("name"), several)
SINCE = Prepared(
    lambda since, person: Notice.objects.filter(person=person, created_at__gte=since).values_list("key", "created_at"),
    moment,
    plain,
)


def test_each_call_finds_what_its_own_values_ask_for(django_assert_num_queries) -> None:
    north, south, _west = [Department.objects.create(name=name) for name in ("北区", "南区", "50% off")]
    with django_assert_num_queries(3):
        assert NAMED("北区").objects() == [north]
        assert NAMED("南区").objects()[0].path == south.path
        assert not NAMED("无").objects()
    assert AMONG([south.pk, north.pk]).rows() == [("北区",), ("南区",)]
    assert AMONG([]).rows() == [] and AMONG([south.pk]).rows() == [("南区",)]


def test_moments_go_in_and_come_out_as_the_orm_gives_them() -> None:
    person = User.objects.create(username="reader", name="读", created_at=NOON)
    for key, hour in (("early", 11), ("late", 12)):
        Notice.objects.create(person=person, key=key, kind="probe", created_at=NOON.replace(hour=hour))
    assert SINCE(NOON, person.pk).rows() == [("late", NOON)]
    assert SINCE(NOON.replace(hour=1), person.pk).count() == 2
    assert count_together([SINCE(NOON, person.pk), Notice.objects.none(), NAMED("无")]) == [1, 0, 0]


def test_several_of_one_kind_are_asked_as_one(django_assert_num_queries) -> None:
    for name in ("北区", "南区", "西区"):
        Department.objects.create(name=name)
    first = Prepared(lambda name: Department.objects.filter(name=name).order_by("pk").values_list("name")[:1], plain)
    with django_assert_num_queries(1):
        assert rows_of_all([first(name) for name in ("西区", "无", "北区")]) == [("西区",), ("北区",)]
    assert rows_of_all([]) == []


def test_values_are_those_of_the_orm() -> None:
    """Plain columns are read without the ORM's converters: numbers, texts, truths, lists, moments, what is worked out."""
    reader = User.objects.create(username="reader", name="读", created_at=NOON, disabled_at=None)
    DutyClock.objects.create(customer_id=7, wake_at=NOON, open_cadences=["C-8|2026-03-01"])
    people = User.objects.filter(pk=reader.pk).order_by()
    columns = ("pk", "name", "is_active", "must_change_password", "created_at", "disabled_at", "last_day")
    assert Prepared(lambda: people.values_list(*columns))().rows() == list(people.values_list(*columns))
    clocks = DutyClock.objects.order_by().values_list("customer_id", "wake_at", "open_cadences")
    assert Prepared(lambda: clocks)().rows() == list(clocks) == [(7, NOON, ["C-8|2026-03-01"])]
    latest = User.objects.order_by().values_list("name").annotate(at=Max("created_at"))
    assert Prepared(lambda: latest)().rows() == list(latest) == [("读", NOON)]
    assert vars(Prepared(lambda: people)().objects()[0]).keys() == vars(people.get()).keys()
