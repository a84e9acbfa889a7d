from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from weixi.kernel import clock
from weixi.kernel.events import guard, registry, seal
from weixi.kernel.events.models import Event, EventPersonal, Seal
from weixi.kernel.events.seal import Fault
from weixi.kernel.events.work import personal_digest, unit_of_work

registry.register("probe.happened", "amount note list", "name phone")


def record(count: int = 1, **more) -> list[Event]:
    with unit_of_work(actor="system:test") as work:
        return [work.record("probe.happened", subject=("probe", n), data={"amount": n}, **more) for n in range(count)]


@contextmanager
def unprotected() -> Iterator[None]:
    """As somebody with rights to the database could: the triggers are no obstacle to him."""
    guard.lift(connection)
    yield
    guard.install(connection)


def faults() -> list[Fault]:
    return seal.verify().faults


@pytest.mark.django_db
def test_empty_log_is_whole() -> None:
    assert seal.seal_pending() == 0
    verdict = seal.verify()
    assert verdict.ok and verdict.head == seal.START and verdict.sentence()


@pytest.mark.django_db
def test_sealed_log_verifies_in_any_batches() -> None:
    record(7, personal={"name": "张三", "phone": "138"})
    assert seal.seal_pending(batch=3) == 7
    record(2)
    verdict = seal.verify()
    assert verdict.ok
    assert (verdict.events, verdict.seals, verdict.unsealed, verdict.erased) == (7, 3, 2, 0)
    assert verdict.as_dict()["ok"] is True
    assert seal.seal_pending() == 2 and seal.seal_pending() == 0
    assert seal.verify().head == Seal.objects.order_by("-pk")[0].digest


@pytest.mark.django_db
def test_digest_is_the_same_on_both_databases() -> None:
    event = Event(
        seq=5, id="e1", type="probe.happened", customer_id=7, subject_type="probe", subject_id="1", actor="user:1",
        occurred_at="2026-03-02T09:00:00.120000+08:00", recorded_at="2026-03-02T01:00:01Z",
        data={"note": "启明 é", "amount": 1e16, "list": [1.0, 2.5, None, True, {"b": 1, "a": 0.1}]}, salt="s",
    )  # fmt: skip
    event.save()
    stored = Event.objects.get(pk=5)
    # Written down once from either database; the other must come to the same.
    assert seal.row_digest(stored) == "8971de5d785430fe13556aff8718511adbb963b1d1473d35467449f6f85bdc47"


@pytest.mark.django_db
def test_altered_row_is_named() -> None:
    events = record(3)
    seal.seal_pending()
    with unprotected():
        Event.objects.filter(pk=events[1].pk).update(data={"amount": 999})
    assert faults() == [Fault("altered", seq=events[1].seq, seal=Seal.objects.get().pk)]
    assert not seal.verify().ok and str(events[1].seq) in seal.verify().sentence()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"actor": "user:9"}, {"occurred_at": clock.now()}, {"customer_id": 4}, {"salt": "x"}, {"id": "y"}]
)
def test_every_column_counts(change) -> None:
    (event,) = record()
    seal.seal_pending()
    with unprotected():
        Event.objects.filter(pk=event.pk).update(**change)
    assert [fault.kind for fault in faults()] == ["altered"]


@pytest.mark.django_db
def test_missing_row_is_named() -> None:
    events = record(3)
    seal.seal_pending()
    with unprotected():
        Event.objects.filter(pk=events[2].pk).delete()
    assert faults() == [Fault("missing", seq=events[2].seq, seal=Seal.objects.get().pk)]


@pytest.mark.django_db
def test_rewritten_link_breaks_the_chain() -> None:
    events = record(2)
    seal.seal_pending()
    record(2)
    seal.seal_pending()
    first = Seal.objects.order_by("pk")[0]
    with unprotected():
        Event.objects.filter(pk=events[0].pk).update(actor="user:9")
        digests = [seal.row_digest(event) for event in Event.objects.filter(seq__lte=first.last_seq).order_by("seq")]
        first.rows = "".join(digest[:16] for digest in digests)
        first.save()
    assert faults() == [Fault("link", seal=first.pk)]
    with unprotected():
        first.digest = seal.link_digest(first, digests)
        first.save()
    assert faults() == [Fault("link", seal=Seal.objects.order_by("pk")[1].pk)]


@pytest.mark.django_db
def test_removed_link_is_noticed() -> None:
    for _ in range(3):
        record(1)
        seal.seal_pending()
    links = list(Seal.objects.order_by("pk"))
    with unprotected():
        links[1].delete()
    assert faults() == [Fault("link", seal=links[2].pk)]


@pytest.mark.django_db
def test_erasing_personal_values_leaves_the_chain_whole() -> None:
    events = record(2, personal={"name": "张三"})
    seal.seal_pending()
    head = seal.verify().head
    EventPersonal.objects.filter(event=events[0]).delete()
    verdict = seal.verify()
    assert (verdict.ok, verdict.erased, verdict.head) == (True, 1, head)
    left = Event.objects.get(pk=events[0].pk)
    # Nothing that stays lets a guessed value be tried.
    assert personal_digest(left.salt, {"name": "张三"}) != left.personal_digest


@pytest.mark.django_db
def test_altered_personal_values_are_named_also_before_sealing() -> None:
    events = record(2, personal={"name": "张三"})
    with unprotected():
        EventPersonal.objects.filter(event=events[0]).update(data={"name": "李四"})
    assert faults() == [Fault("personal", seq=events[0].seq)]
    seal.seal_pending()
    assert [(fault.kind, fault.seq) for fault in faults()] == [("personal", events[0].seq)]


def gap_between_two() -> int:
    """Two sealed events with a number between that was given out and not seen; gives that number."""
    record(1)
    (between,) = record(1)
    record(1)
    with unprotected():
        Event.objects.filter(pk=between.pk).delete()
    seal.seal_pending()
    return between.seq


def appear(seq: int) -> None:
    Event.objects.create(
        seq=seq, id=f"late{seq}", type="probe.happened", actor="system:test", occurred_at=clock.now(),
        recorded_at=clock.now(), salt="s",
    )  # fmt: skip


@pytest.mark.django_db
def test_late_commit_into_a_gap_is_sealed_by_a_later_link() -> None:
    seq = gap_between_two()
    assert Seal.objects.get().gaps[-1] == [seq, seq]
    assert seal.verify().ok
    appear(seq)
    assert seal.verify().ok and seal.verify().unsealed == 1
    assert seal.seal_pending() == 1
    assert Seal.objects.order_by("-pk")[0].late == [seq]
    record(2)
    assert seal.seal_pending() == 2 and seal.seal_pending() == 0
    verdict = seal.verify()
    assert verdict.ok and verdict.unsealed == 0 and verdict.events == 5


@pytest.mark.django_db
def test_row_slipped_into_an_old_gap_is_named(moved_clock) -> None:
    start = clock.now()
    moved_clock(start)
    seq = gap_between_two()
    moved_clock(start + seal.LATE + timedelta(hours=1))
    appear(seq)
    assert seal.seal_pending() == 0
    assert faults() == [Fault("added", seq=seq, seal=Seal.objects.get().pk)]


def test_sealers_at_once_make_one_chain(at_once) -> None:
    record(40)
    results = at_once(*[lambda: seal.seal_pending(batch=7)] * 4)
    assert not [result for result in results if isinstance(result, Exception)]
    seal.seal_pending()
    verdict = seal.verify()
    assert verdict.ok and verdict.events == 40 and verdict.unsealed == 0


def test_rolled_back_transaction_leaves_no_fault(transactional_db) -> None:
    record(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        record(2)
        raise RuntimeError
    record(1)
    assert seal.seal_pending() == 2
    assert seal.verify().ok


def test_transaction_open_while_sealing_is_sealed_later(child) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: no other transaction can be open")
    slow = child(
        "import sys\n"
        "from django.db import transaction\n"
        "from weixi.kernel.events import registry\n"
        "from weixi.kernel.events.work import unit_of_work\n"
        "with transaction.atomic():\n"
        "    with unit_of_work(actor='system:slow') as work:\n"
        "        work.record('department.created', data={'name': 'x'})\n"
        "    print('open', flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    record(1)
    assert slow.line() == "open"
    record(1)
    assert seal.seal_pending() == 2
    assert slow.process.communicate("\n", timeout=30) is not None
    assert Event.objects.count() == 3 and seal.verify().unsealed == 1
    assert seal.seal_pending() == 1 and seal.verify().ok
