"""The worker's look at the archives, every minute a bounded portion: what the day made stale, what has to be
asked for, all archives again when the standard has changed, and the hourly figures of the board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from weixi.customers.fields import standard_fields
from weixi.customers.models import ArchiveState, Customer, QualityClock
from weixi.customers.projections import judge_archives
from weixi.customers.quality.judging import ASKS, Judge, digest
from weixi.customers.quality.keeping import asks_for, listening, subject_of
from weixi.customers.quality.snapshots import take_snapshot
from weixi.customers.queries.archive import archive_values
from weixi.kernel import clock
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.jobs.services import RunningJob
from weixi.kernel.rows import update_rows

ACTOR = "system:quality"
# A portion is one transaction, so that people keep saving meanwhile; a minute does so many of each kind.
PORTION = 500
PORTIONS = 20
SNAPSHOT_EVERY = timedelta(hours=1)


def look_after_archives() -> None:
    """One round; safe to run twice and to skip. Three index look-ups when there is nothing to do."""
    if not standard_fields():
        return
    sweep()
    judge_stale()
    ask()
    state, _made = QualityClock.objects.get_or_create(pk=1)
    if state.snapshot_at is None or state.snapshot_at <= clock.now() - SNAPSHOT_EVERY:
        take_snapshot(clock.today())
        QualityClock.objects.filter(pk=1).update(snapshot_at=clock.now())


def is_behind() -> bool:
    """Whether something happened since the last count, or nothing was counted yet."""
    counted = QualityClock.objects.filter(pk=1).values_list("snapshot_at", flat=True).first()
    # Uses index: the number's.
    happened = Event.objects.order_by("-seq").values_list("recorded_at", flat=True).first()
    return counted is None or (happened is not None and happened > counted)


def count_now(*, job: RunningJob | None = None) -> None:
    """Judge everything that waits for it and count: what the worker would have done by the end of the hour. With a
    `job` it says how far it is, in customers, and may be stopped between portions."""
    if not standard_fields():
        return
    state, _made = QualityClock.objects.get_or_create(pk=1)
    total = Customer.objects.filter(archived_at=None).count() if job else 0
    looked = 0
    while True:
        sweep()
        state.refresh_from_db()
        looked = total if state.finished else min(total, looked + PORTION * PORTIONS)
        if job is not None:
            job.progress(looked, total)
            job.check()
        if state.finished:
            break
    judge_stale()
    ask()
    take_snapshot(clock.today())
    QualityClock.objects.filter(pk=1).update(snapshot_at=clock.now())


def sweep(portions: int = PORTIONS) -> None:
    """Judge every living archive again when the standard, or what a rule listens to, has changed."""
    now = digest(standard_fields(), listening())
    state, _made = QualityClock.objects.get_or_create(pk=1)
    if state.standard != now:
        QualityClock.objects.filter(pk=1).update(standard=now, swept_to=0, finished=False)
        state.refresh_from_db()
    for _round in range(portions):
        if state.finished:
            return
        living = Customer.objects.filter(pk__gt=state.swept_to, archived_at=None).order_by("pk")
        ids = list(living.values_list("pk", flat=True)[:PORTION])
        _judge(ids)
        state.swept_to, state.finished = (ids[-1] if ids else state.swept_to), len(ids) < PORTION
        state.save(update_fields=["swept_to", "finished"])


def judge_stale(portions: int = PORTIONS) -> None:
    """Judge the archives in which a field has become stale by today. Uses index: archive_stale_on."""
    for _round in range(portions):
        due = ArchiveState.objects.filter(stale_on__lte=clock.today()).order_by("stale_on", "pk")
        ids = list(due.values_list("pk", flat=True)[:PORTION])
        living = set(Customer.objects.filter(pk__in=ids, archived_at=None).values_list("pk", flat=True))
        # One that was put away is judged when it comes back.
        ArchiveState.objects.filter(pk__in=[pk for pk in ids if pk not in living]).update(stale_on=None)
        _judge(sorted(living))
        if len(ids) < PORTION:
            return


def ask(portions: int = PORTIONS) -> None:
    """State what is missing and stale where it was not asked for yet: a rule of the policy makes duties of it.
    Uses index: archive_ask_from."""
    for _round in range(portions):
        due = ArchiveState.objects.filter(ask_from__lte=clock.today()).order_by("ask_from", "pk")
        ids = list(due.values_list("pk", flat=True)[:PORTION])
        _ask(ids)
        if len(ids) < PORTION:
            return


def _judge(ids: Sequence[int]) -> None:
    if ids:
        with unit_of_work(actor=ACTOR) as work:
            # Locked in one order, as every writer of customers does.
            list(Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
            judge_archives(work, list(ids))


def _ask(ids: Sequence[int]) -> None:
    if not ids:
        return
    judge, asks, today = Judge(standard_fields()), listening(), clock.today()
    with unit_of_work(actor=ACTOR) as work:
        living = Customer.objects.select_for_update().filter(pk__in=ids, archived_at=None).order_by("pk")
        values = archive_values(living.values_list("pk", flat=True), judge.keys)
        states = list(ArchiveState.objects.filter(pk__in=ids))
        for state in states:
            state.ask_from = None
            if found := values.get(state.pk):
                lack = judge.lack(
                    found, kind=found["kind"], entered_on=state.entered_on, stamps=state.stamps, today=today
                )
                for group, keys in judge.groups(lack).items():
                    if group not in state.asked and asks_for(group, asks):
                        what, _dash, owner = group.partition("-")
                        state.asked = {**state.asked, group: keys}
                        work.record(
                            ASKS[what], customer=state.pk, subject=subject_of(state.pk, group),
                            data={"fields": keys, "owner": owner},
                        )  # fmt: skip
        update_rows(states, ("asked", "ask_from"))
