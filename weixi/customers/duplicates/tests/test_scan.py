"""Customers that are there twice are found as they change, and only by who sees both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from weixi.customers import services
from weixi.customers.duplicates.filing import FEW, cut_everywhere, note
from weixi.customers.duplicates.models import DuplicatePair, MatchCut, MatchKey, MatchTodo, PairState
from weixi.customers.duplicates.queries import alike, pairs_seen
from weixi.customers.duplicates.scan import EVERYBODY, JOB, every_minute, look_at_changed, look_at_everybody
from weixi.customers.duplicates.services import dismiss_pair, reopen_pair, start_scan
from weixi.customers.enums import CustomerKind
from weixi.customers.matching.keys import MOST
from weixi.customers.matching.records import record_of
from weixi.customers.models import Customer
from weixi.customers.services.bulk import NewCustomer, create_customers
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden
from weixi.kernel.jobs.models import Job, JobState
from weixi.kernel.jobs.services import run_now


def add(cast, name, who="specialist", **values):
    return services.create_customer(viewer=cast.viewer("admin"), name=name, owner=cast.person(who), **values)


def found(viewer):
    return {(pair.a.number, pair.b.number, pair.kind) for pair in pairs_seen(viewer)}


def test_a_customer_entered_twice_is_found_and_gone_again_when_it_is_corrected(cast):
    first = cast.customer_of("specialist")
    second = add(cast, "上海市啓明科技有限责任公司", number="X-1")
    assert look_at_changed() and not MatchTodo.objects.exists()
    assert found(cast.viewer("specialist")) == {("C-001", "X-1", "duplicate")}
    services.change_customer(second, viewer=cast.viewer("admin"), values={"name": "苏州琥珀恒昌贸易有限公司"})
    look_at_changed()
    assert not DuplicatePair.objects.exists()
    services.change_customer(second, viewer=cast.viewer("admin"), values={"name": first.name})
    look_at_changed()
    services.archive_customer(second, viewer=cast.viewer("admin"), reason="录错")
    look_at_changed()
    assert not DuplicatePair.objects.exists() and not MatchKey.objects.filter(customer_id=second.pk).exists()


def test_who_does_not_see_both_is_told_nothing(cast):
    add(cast, "上海启明科技股份有限公司", who="outsider", number="X-1")
    look_at_changed()
    assert found(cast.viewer("director")) == {("C-001", "X-1", "duplicate")}
    assert found(cast.viewer("specialist")) == set() == found(cast.viewer("outsider"))
    typed = record_of(0, is_person=False, name="上海启明科技")
    assert not alike(cast.viewer("colleague"), typed, "上海启明科技").similar
    assert [twin.customer.number for twin in alike(cast.viewer("outsider"), typed, "上海启明科技").similar] == ["X-1"]


def test_while_typing_a_phone_is_enough_when_the_name_agrees(cast):
    add(cast, "苏州琥珀纺织有限公司", number="X-1", phone="0512-65123456")
    typed = record_of(0, is_person=False, name="琥珀纺织", phones=["65123456"])
    (twin,) = alike(cast.viewer("specialist"), typed, "琥珀纺织").similar
    assert twin.customer.number == "X-1" and twin.why


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("苏州琥珀坊织有限公司", {}),
        # A scan would not call these a pair: the place is missing, the telephone is another.
        ("琥珀坊织", {}),
        ("苏州琥珀坊织有限公司", {"phones": ["13800138000"]}),
    ],
)
def test_while_typing_a_character_that_sounds_the_same_is_enough(cast, name, more):
    add(cast, "苏州琥珀纺织有限公司", number="X-1", phone="0512-65123456")
    (twin,) = alike(cast.viewer("specialist"), record_of(0, is_person=False, name=name, **more), name).similar
    assert twin.customer.number == "X-1" and twin.why


@pytest.mark.parametrize("name", ["苏州玛瑙纺织有限公司", "无锡琥珀坊织有限公司", "苏州琥珀贸易有限公司", "琥珀"])
def test_while_typing_another_company_is_not_mentioned(cast, name):
    add(cast, "苏州琥珀纺织有限公司", number="X-1", phone="0512-65123456")
    assert not alike(cast.viewer("specialist"), record_of(0, is_person=False, name=name), name).similar


def test_what_was_decided_is_not_offered_again(cast):
    add(cast, "上海启明科技股份有限公司", number="X-1")
    look_at_changed()
    pair = DuplicatePair.objects.get()
    with pytest.raises(Forbidden):
        dismiss_pair(pair, viewer=cast.viewer("executive"))
    dismiss_pair(pair, viewer=cast.viewer("specialist"))
    assert look_at_everybody() == 6 + 1
    pair.refresh_from_db()
    assert pair.state == PairState.DISMISSED and not found(cast.viewer("specialist"))
    with pytest.raises(Conflict):
        dismiss_pair(pair, viewer=cast.viewer("specialist"))
    reopen_pair(pair, viewer=cast.viewer("specialist"))
    assert found(cast.viewer("specialist"))


def test_many_at_once_are_noted_and_filed_by_the_worker(cast, moved_clock):
    # By day: at night the whole base is looked through first.
    moved_clock("2026-03-02T12:00:00+08:00")
    rows = [NewCustomer(f"苏州琥珀第{n}纺织有限公司", number=f"M-{n}") for n in range(FEW + 5)]
    create_customers([*rows, NewCustomer("上海启明科技股份有限公司", number="X-1")], viewer=cast.viewer("data_steward"))
    assert MatchTodo.objects.count() == 6 + FEW + 6
    every_minute()
    assert not MatchTodo.objects.exists()
    assert ("C-001", "X-1", "duplicate") in found(cast.viewer("director"))


def test_a_scan_of_everything_finds_what_a_look_at_each_finds(cast, monkeypatch):
    for name in ("上海启明科技股份有限公司", "重慶長江機械廠", "上海启明科技有限公司苏州分公司"):
        add(cast, name)
    look_at_changed()
    stepwise = found(cast.viewer("director"))
    assert {kind for _a, _b, kind in stepwise} == {"duplicate", "related"}
    DuplicatePair.objects.all().delete()
    MatchKey.objects.all().delete()
    monkeypatch.setattr("weixi.customers.duplicates.scan.CHUNK", 2)
    job = start_scan(viewer=cast.viewer("data_steward"))
    assert start_scan(viewer=cast.viewer("data_steward")).pk == job.pk
    ended = run_now(job.pk)
    assert (ended.state, ended.done, ended.total) == (JobState.DONE, 9, 9)
    assert found(cast.viewer("director")) == stepwise
    with pytest.raises(Forbidden):
        start_scan(viewer=cast.viewer("specialist"))


def test_a_key_of_too_many_tells_nothing(cast):
    rows = [
        NewCustomer(
            f"王{chr(0x4E00 + n)}{chr(0x5E00 + n)}", values={"kind": CustomerKind.PERSON, "phone": "0512-65120000"}
        )
        for n in range(MOST + 1)
    ]
    create_customers(rows, viewer=cast.viewer("data_steward"))
    look_at_changed()
    assert MatchCut.objects.exists() and not DuplicatePair.objects.exists()
    # Counted over everything they are the same; one that few share any more tells again.
    cut = set(MatchCut.objects.values_list("key", flat=True))
    MatchCut.objects.filter(key=min(cut)).delete()
    MatchCut.objects.create(key=1)
    cut_everywhere()
    assert set(MatchCut.objects.values_list("key", flat=True)) == cut


def test_the_whole_base_is_looked_through_each_night(cast, moved_clock):
    look_at_changed()
    moved_clock("2026-03-02T12:00+08:00")
    every_minute()
    assert not Job.objects.filter(kind=JOB).exists()
    moved_clock("2026-03-03T02:00+08:00")
    every_minute()
    every_minute()
    job = Job.objects.get(kind=JOB, target_id=EVERYBODY)
    run_now(job.pk)
    every_minute()
    assert Job.objects.filter(kind=JOB).count() == 1
    moved_clock(clock.now() + timedelta(days=1))
    every_minute()
    assert Job.objects.filter(kind=JOB).count() == 2


def test_a_customer_changed_while_it_is_looked_at_is_looked_at_again(cast, monkeypatch):
    from weixi.customers.duplicates import scan

    customer = cast.customer_of("specialist")
    look_at_changed()
    note([customer.pk])
    real = scan.candidate_pairs

    def meanwhile(ids):
        note([customer.pk])
        return real(ids)

    monkeypatch.setattr(scan, "candidate_pairs", meanwhile)
    look_at_changed(most=1)
    assert MatchTodo.objects.filter(customer_id=customer.pk).exists()


def test_typing_asks_as_often_for_one_as_for_three(cast, assert_queries_same):
    viewer = cast.viewer("director")
    count = iter(range(100))
    typed = record_of(0, is_person=False, name="苏州琥珀纺织有限公司", phones=["0512-65123456"])
    assert_queries_same(
        lambda: alike(viewer, typed, "苏州琥珀纺织有限公司"),
        lambda: add(cast, f"苏州市琥珀纺织{'有限公司' * (next(count) % 2)}", phone="0512-65123456"),
    )
    assert Customer.objects.count() == 9
