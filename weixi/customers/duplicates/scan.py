"""Looking for customers that are there twice: those changed since the last time, in portions.

Safe to kill and to run twice: a portion is looked at and crossed off in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.utils import timezone

from weixi.customers.duplicates.filing import CHUNK, candidate_pairs, cut_keys, file_records, note
from weixi.customers.duplicates.gather import records_of
from weixi.customers.duplicates.models import DuplicatePair, DuplicateScan, MatchTodo, PairState
from weixi.customers.matching.compare import Match, compare
from weixi.customers.models import Customer
from weixi.kernel import clock
from weixi.kernel.jobs.models import Job
from weixi.kernel.jobs.services import RunningJob, enqueue
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_rows
from weixi.organisation.scope import system_viewer

JOB = "duplicates.scan"
# What a job looks at: its target.
EVERYBODY, CHANGED = 1, 2
# What the worker does in its minute; more is a job of its own.
IN_A_MINUTE = 500
# The whole base is looked through again at night: a key that came to be shared by many, or by few, is seen then.
NIGHT = range(1, 6)
AGAIN_AFTER = timedelta(hours=20)


def look_at_changed(*, most: int | None = None, job: RunningJob | None = None) -> int:
    """Look at the customers noted since the last time; returns how many. `most` leaves the rest for later."""
    total = MatchTodo.objects.count()
    total = total if most is None else min(most, total)
    if not total:
        return 0
    many = total > CHUNK
    if many:
        _file_all(total, job)
    done = 0
    while done < total:
        # Uses index: the primary key.
        portion = dict(
            MatchTodo.objects.order_by("customer_id").values_list("customer_id", "stamp")[: min(CHUNK, total - done)]
        )
        if not portion:
            break
        with transaction.atomic():
            _look_at(portion, filed=many)
        done += len(portion)
        if job is not None:
            job.progress(total + done, 2 * total)
            job.check()
    return done


def _file_all(total: int, job: RunningJob | None) -> None:
    """All of them are filed before the first is compared: each pair is then met once."""
    last, done = -1, 0
    while True:
        ids = list(
            MatchTodo.objects.filter(customer_id__gt=last)
            .order_by("customer_id")
            .values_list("customer_id", flat=True)[:CHUNK]
        )
        if not ids:
            break
        with transaction.atomic():
            file_records(ids, records_of(ids))
        last, done = ids[-1], done + len(ids)
        if job is not None:
            job.progress(min(done, total), 2 * total)
            job.check()
    with transaction.atomic():
        cut_keys(None)


def _look_at(portion: dict[int, int], *, filed: bool) -> None:
    ids = list(portion)
    records = records_of(ids)
    if not filed:
        file_records(ids, records)
        cut_keys(ids)
    pairs = {(min(pair), max(pair)) for pair in candidate_pairs(ids)}
    records |= records_of({pk for pair in pairs for pk in pair if pk not in portion})
    found: dict[tuple[int, int], Match] = {}
    for one, other in pairs:
        if one in records and other in records and (match := compare(records[one], records[other])):
            found[one, other] = match
    _store(ids, found)
    # Whoever was changed again meanwhile is looked at again.
    stamps = (
        MatchTodo.objects.select_for_update().filter(one_of("customer_id", ids)).values_list("customer_id", "stamp")
    )
    seen = [pk for pk, stamp in stamps if portion[pk] == stamp]
    MatchTodo.objects.filter(one_of("customer_id", seen)).delete()


def _store(ids: Collection[int], found: dict[tuple[int, int], Match]) -> None:
    """Write what is found and take back what no longer holds; what somebody decided stays decided."""
    known = {
        (pair.a_id, pair.b_id): pair for pair in DuplicatePair.objects.filter(one_of("a_id", ids) | one_of("b_id", ids))
    }
    others = {pk for pair in known for pk in pair} - set(ids)
    waiting = set(MatchTodo.objects.filter(one_of("customer_id", others)).values_list("customer_id", flat=True))
    fresh: list[DuplicatePair] = []
    gone: list[int] = []
    for pair, match in found.items():
        values: dict[str, Any] = {
            "kind": match.kind.value,
            "score": match.score,
            "reasons": [str(r) for r in match.reasons],
        }
        row = known.get(pair)
        if row is None:
            fresh.append(
                DuplicatePair(a_id=pair[0], b_id=pair[1], found_at=clock.now(), state=PairState.OPEN, **values)
            )
        elif row.state == PairState.OPEN and any(getattr(row, name) != value for name, value in values.items()):
            DuplicatePair.objects.filter(pk=row.pk).update(**values)
    for pair, row in known.items():
        if row.state == PairState.OPEN and pair not in found and not waiting & set(pair):
            gone.append(row.pk)
    # In the order of their keys: two workers do not wait for one another.
    fresh.sort(key=attrgetter("a_id", "b_id"))
    insert_rows(fresh, pass_over_known=True)
    if gone:
        DuplicatePair.objects.filter(one_of("pk", gone)).delete()


# --- when -------------------------------------------------------------------------------------------


def note_everybody() -> int:
    """All living customers are to be looked at; returns how many."""
    last, count = 0, 0
    while True:
        ids = list(
            Customer.objects.filter(pk__gt=last, archived_at=None)
            .order_by("pk")
            .values_list("pk", flat=True)[: 5 * CHUNK]
        )
        if not ids:
            return count
        with transaction.atomic():
            note(ids)
        last, count = ids[-1], count + len(ids)


def run_scan(job: RunningJob) -> None:
    """The work of a job: the whole base when its target is 1, else what was changed."""
    # Once it counts, everybody has been noted: a job taken up again goes on from there.
    if job.target_id == EVERYBODY and not Job.objects.filter(pk=job.pk, total__isnull=False).exists():
        note_everybody()
    look_at_changed(job=job)
    if job.target_id == EVERYBODY:
        DuplicateScan.objects.update_or_create(pk="scan", defaults={"at": clock.now()})


def every_minute() -> None:
    """The worker's minute: a few changed customers at once, many as a job; the whole base each night."""
    viewer = system_viewer("duplicates")
    if timezone.localtime(clock.now()).hour in NIGHT:
        last = DuplicateScan.objects.first()
        if (last is None or last.at < clock.now() - AGAIN_AFTER) and Customer.objects.exists():
            enqueue(JOB, EVERYBODY, viewer=viewer)
            return
    if MatchTodo.objects.all()[IN_A_MINUTE : IN_A_MINUTE + 1].exists():
        enqueue(JOB, CHANGED, viewer=viewer)
    else:
        look_at_changed()
