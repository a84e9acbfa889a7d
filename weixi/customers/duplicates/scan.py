"""Looking for customers that are there twice: those changed since the last time, in portions.

Safe to kill and to run twice: a portion is looked at and crossed off in one transaction.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from datetime import timedelta
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.utils import timezone

from weixi.customers.duplicates.filing import (
    CHUNK,
    NOTED,
    candidate_pairs,
    cut_everywhere,
    cut_keys,
    filing_of,
    note_everybody,
)
from weixi.customers.duplicates.gather import records_of
from weixi.customers.duplicates.models import DuplicatePair, DuplicateScan, MatchTodo, PairState
from weixi.customers.matching.compare import Match, compare
from weixi.customers.matching.fold import closed_up, fold
from weixi.customers.matching.keys import keys_of
from weixi.customers.matching.places import leading_place
from weixi.customers.models import Customer
from weixi.kernel import clock
from weixi.kernel.jobs.models import Job
from weixi.kernel.jobs.services import RunningJob, enqueue
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_rows, read_rows
from weixi.kernel.unmapped import unmapped
from weixi.organisation.scope import system_viewer

JOB = "duplicates.scan"
# What a job looks at: its target.
EVERYBODY, CHANGED = 1, 2
# Customers whose keys are written in one transaction, and those whose pairs are.
AT_ONCE, STORED = 200, 500
# What the worker does in its minute; more is a job of its own.
IN_A_MINUTE = 500
# The whole base is looked through again at night: a key that came to be shared by many, or by few, is seen then.
NIGHT = range(1, 6)
AGAIN_AFTER = timedelta(hours=20)


@unmapped()
def look_at_everybody(*, job: RunningJob | None = None) -> int:
    """Look through the whole base; returns how many customers. Bounded in memory, whatever its size: a portion at
    a time. People go on saving meanwhile: what is read and compared is read and compared outside of transactions."""
    # Once it counts, everybody has been noted: a job taken up again goes on from there.
    if job is None or not Job.objects.filter(pk=job.pk, total__isnull=False).exists():
        note_everybody()
        cut_everywhere()
    looked, total = 0, MatchTodo.objects.count()
    for portion in portions_by_name():
        _look_at(portion)
        looked += len(portion)
        if job is not None:
            job.progress(looked, max(total, looked))
            job.check()
    # Those put away since they were last looked at.
    looked += look_at_changed()
    DuplicateScan.objects.update_or_create(pk="scan", defaults={"at": clock.now()})
    return looked


def portions_by_name() -> Iterator[dict[int, int]]:
    """{customer: stamp} of those that are noted, in portions of such as are called alike wherever they are: who is like
    whom then mostly stands in the same one, and need not be read once more."""
    order = _called_alike()
    for start in range(0, len(order), CHUNK):
        noted = MatchTodo.objects.filter(one_of("customer_id", order[start : start + CHUNK].tolist()))
        if portion := dict(noted.values_list("customer_id", "stamp")):
            yield portion


def _called_alike() -> array[int]:
    """The living customers in the order of their names behind the place; eight bytes each."""
    last, found = 0, list[int]()
    while True:
        rows = Customer.objects.filter(pk__gt=last, archived_at=None).order_by("pk")
        named = read_rows(rows[:NOTED], "pk", "name")
        if not named:
            # The name and behind it the key, as one number.
            return array("q", (each & _KEY for each in sorted(found)))
        last = named[-1][0]
        for pk, name in named:
            text = closed_up(fold(name))
            begins = text[leading_place(text)[1] :][:_BEGINNING].encode("utf-32-be", "surrogatepass")
            found.append(int.from_bytes(begins.ljust(4 * _BEGINNING, b"\0"), "big") << 64 | pk)


# So many characters of a name tell a brand from others.
_BEGINNING, _KEY = 4, (1 << 64) - 1


def look_at_changed(*, most: int | None = None, job: RunningJob | None = None) -> int:
    """Look at the customers noted since the last time; returns how many. `most` leaves the rest for later."""
    total = MatchTodo.objects.count()
    total = total if most is None else min(most, total)
    done = 0
    while done < total:
        # Uses index: the primary key.
        portion = dict(
            MatchTodo.objects.order_by("customer_id").values_list("customer_id", "stamp")[: min(CHUNK, total - done)]
        )
        if not portion:
            break
        _look_at(portion)
        done += len(portion)
        if job is not None:
            job.progress(done, total)
            job.check()
    return done


def _look_at(portion: dict[int, int]) -> None:
    """File a portion, compare each with those it shares a telling key with, write what is found and cross off, some
    of them at a time: people wait for what is written meanwhile.

    Each pair is met once: by the later of the two, when both are waiting (see `candidate_pairs`).
    """
    ids = list(portion)
    records = records_of(ids)
    filing = filing_of(ids, records)
    filed = filing.customers
    # Some twenty rows each in two indexes all over the file: a few customers at a time, for people wait meanwhile.
    for start in range(0, len(filed), AT_ONCE):
        with transaction.atomic():
            filing.write(_unchanged({pk: portion[pk] for pk in filed[start : start + AT_ONCE]}))
    # A few customers may have been filed by whoever changed them, and then nobody has counted.
    keys = {row.key for row in filing.fresh}
    if len(ids) <= IN_A_MINUTE:
        keys.update(key for pk in ids if pk in records for key in keys_of(records[pk]))
    cut_keys(keys)
    pairs = {(one, other) if one < other else (other, one) for one, other in candidate_pairs(ids)}
    records |= records_of({pk for pair in pairs for pk in pair} - portion.keys())
    found: dict[tuple[int, int], Match] = {}
    for one, other in pairs:
        if one in records and other in records and (match := compare(records[one], records[other])):
            found[one, other] = match
    changed: set[int] = set()
    for start in range(0, len(ids), STORED):
        with transaction.atomic():
            # Whoever was changed again meanwhile is looked at again.
            same = set(_unchanged({pk: portion[pk] for pk in ids[start:]}))
            changed.update(pk for pk in ids[start:] if pk not in same)
            part = [pk for pk in ids[start : start + STORED] if pk in same]
            own = set(part)
            _store(
                part,
                {pair: match for pair, match in found.items() if not own.isdisjoint(pair) and changed.isdisjoint(pair)},
            )
            MatchTodo.objects.filter(one_of("customer_id", part)).delete()


def _unchanged(portion: dict[int, int]) -> list[int]:
    """Those of a portion that nobody has noted again since it was read."""
    rows = MatchTodo.objects.select_for_update().filter(one_of("customer_id", list(portion))).order_by("customer_id")
    return [pk for pk, stamp in rows.values_list("customer_id", "stamp") if portion[pk] == stamp]


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


def run_scan(job: RunningJob) -> None:
    """The work of a job: the whole base when its target is 1, else what was changed."""
    if job.target_id == EVERYBODY:
        look_at_everybody(job=job)
    else:
        look_at_changed(job=job)


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
