"""Putting jobs in the queue, taking them, saying how far they are, and ending them.

    enqueue("import", run.pk, viewer=viewer)          # in the transaction of what it belongs to

    def run(job: RunningJob) -> None:                 # registered by slices.job_kind("import", run)
        for chunk in chunks:
            with transaction.atomic():
                write(chunk)
                job.progress(done, total)             # fences the chunk: raises LeaseLost, rolls back

A job's work may be called again after a kill at any place; what it has done already it must find out
from its own rows. `progress` compares the holder in the same transaction as the chunk's rows: a process
that lost its lease can commit nothing more.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, WeixiError
from weixi.kernel.jobs import lease
from weixi.kernel.jobs.errors import JobInterrupted, LeaseLost, Stopping
from weixi.kernel.jobs.models import UNFINISHED, Job, JobState
from weixi.kernel.literal import among
from weixi.kernel.outbox.services import tell
from weixi.kernel.slices import registry

logger = logging.getLogger(__name__)

# A job that took its process down this often is put aside, so that others get their turn.
MAX_ATTEMPTS = 5


class Viewer(Protocol):
    """What the kernel needs to know of who asks (`organisation.scope.Viewer`)."""

    @property
    def user(self) -> Any: ...
    def may(self, right: str) -> bool: ...


@dataclass
class RunningJob:
    """What a job's work gets: the row's values and the way to say how far it is."""

    id: int
    kind: str
    target_id: int | None
    created_by_id: int | None
    attempts: int
    holder: str
    stop: threading.Event = field(default_factory=threading.Event)
    # How far an earlier process came.
    came_to: int = 0

    @property
    def pk(self) -> int:
        return self.id

    def progress(self, done: int, total: int | None = None, note: str | None = None) -> None:
        """Store how far it is; `total` and `note` stay when not given.

        Raises LeaseLost when the job is no longer this process's, Stopping when the worker is to end.
        Both must be let through; in a transaction they take the chunk's rows back.
        """
        changes: dict[str, Any] = {"done": done, "progressed_at": clock.now()}
        if done > self.came_to:
            # It gets on: that its process was ended again and again says nothing about the work.
            changes["attempts"] = self.attempts = 1
        if total is not None:
            changes["total"] = total
        if note is not None:
            changes["note"] = note[:300]
        if not Job.objects.filter(pk=self.id, state=JobState.RUNNING, holder=self.holder).update(**changes):
            raise LeaseLost(f"job {self.id} is no longer held by {self.holder}")

    def check(self) -> None:
        """A place between chunks where the work can stop well. Raises as `progress` does."""
        if self.stop.is_set():
            raise Stopping
        if not Job.objects.filter(pk=self.id, state=JobState.RUNNING, holder=self.holder).exists():
            raise LeaseLost(f"job {self.id} is no longer held by {self.holder}")


def enqueue(kind: str, target_id: int | None = None, *, viewer: Viewer, note: str = "") -> Job:
    """Put work in the queue; it begins when the transaction around commits.

    Work on the same target that is still waiting or running is given back instead of a second one.
    The right to start it is checked by the caller.
    """
    if kind not in registry.job_kinds:
        raise ValueError(f"job kind {kind} is not registered; see the slice.py of its slice")
    with transaction.atomic():
        if target_id is not None:
            same = Job.objects.filter(kind=kind, target_id=target_id, state__in=UNFINISHED).first()
            if same:
                return same
        return Job.objects.create(
            kind=kind, target_id=target_id, created_by=viewer.user, created_at=clock.now(), note=note[:300]
        )


def cancel(job: Job, *, viewer: Viewer) -> Job:
    """End a job; one that runs stops at its next step, what it has committed stays.

    Raises Forbidden for somebody else's job, Conflict when it has ended already.
    """
    if not viewer.may("system.manage") and (viewer.user is None or job.created_by_id != viewer.user.pk):
        raise Forbidden(_("Only who started a job can cancel it."))
    ended = Job.objects.filter(pk=job.pk, state__in=UNFINISHED).update(
        state=JobState.CANCELLED, holder="", finished_at=clock.now()
    )
    if not ended:
        raise Conflict(_("This job has ended already."))
    job.refresh_from_db()
    return job


def retry(job: Job, *, viewer: Viewer) -> Job:
    """Put a failed, parked or cancelled job back in the queue. Raises Conflict for another state."""
    if not viewer.may("system.manage") and (viewer.user is None or job.created_by_id != viewer.user.pk):
        raise Forbidden(_("Only who started a job can start it again."))
    states = (JobState.FAILED, JobState.PARKED, JobState.CANCELLED)
    put_back = Job.objects.filter(pk=job.pk, state__in=states).update(
        state=JobState.QUEUED, attempts=0, error="", holder="", finished_at=None
    )
    if not put_back:
        raise Conflict(_("Only a job that failed or was cancelled can be started again."))
    job.refresh_from_db()
    return job


# --- taking and ending ------------------------------------------------------------------------------


def claim(
    job_id: int | None = None, *, stop: threading.Event | None = None, by_hand: bool = False
) -> RunningJob | None:
    """Take the oldest job that waits or whose holder is dead (or the one asked for); None when there is none.

    `by_hand`: a person asks for it and sees what becomes of it, so that earlier attempts do not count.

    Compare-and-set on the state and the holder that were seen: of two that want it, one gets it.
    """
    # Uses index: job_unfinished
    rows = Job.objects.filter(among("state", UNFINISHED)).order_by("pk")
    if job_id is not None:
        rows = rows.filter(pk=job_id)
    seen = list(rows[:500])
    alive = lease.living(job.holder for job in seen if job.state == JobState.RUNNING)
    for job in seen:
        if job.holder in alive or (job_id is None and _must_wait(job)):
            continue
        before = 0 if by_hand else job.attempts
        if job.state == JobState.RUNNING and before >= MAX_ATTEMPTS:
            _park(job)
            continue
        holder = lease.take()
        now = clock.now()
        won = Job.objects.filter(pk=job.pk, state=job.state, holder=job.holder, attempts=job.attempts).update(
            state=JobState.RUNNING, holder=holder, attempts=before + 1, started_at=now, progressed_at=now
        )
        if won:
            return RunningJob(
                job.pk, job.kind, job.target_id, job.created_by_id, before + 1, holder,
                stop or threading.Event(), job.done,
            )  # fmt: skip
        lease.drop(holder)
    return None


def _must_wait(job: Job) -> bool:
    """A job that met a fault of the database waits a little longer after each attempt."""
    if job.state != JobState.QUEUED or not job.attempts or job.started_at is None:
        return False
    return job.started_at <= clock.now() < job.started_at + timedelta(seconds=2**job.attempts)


def _park(job: Job) -> None:
    with transaction.atomic():
        parked = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, holder=job.holder).update(
            state=JobState.PARKED,
            holder="",
            finished_at=clock.now(),
            error=_("Its process ended %(count)s times while it ran.") % {"count": job.attempts},
        )
        if parked:
            _tell_owner(job.pk, job.kind, job.created_by_id, job.attempts, "job.parked")


def _tell_owner(job_id: int, kind: str, person: int | None, attempt: int, notice: str) -> None:
    if person is not None:
        tell(person, notice, {"job": kind, "number": job_id}, key=f"{notice}:{job_id}:{attempt}")


def _end(job: RunningJob, state: JobState, *, error: str = "", attempts: int | None = None) -> bool:
    """Write the end if the job is still ours; tell the owner of a bad one."""
    changes: dict[str, Any] = {"state": state, "holder": "", "error": error}
    changes["finished_at"] = None if state == JobState.QUEUED else clock.now()
    if attempts is not None:
        changes["attempts"] = attempts
    with transaction.atomic():
        ours = Q(pk=job.id, state=JobState.RUNNING, holder=job.holder)
        if not Job.objects.filter(ours).update(**changes):
            return False
        if state == JobState.FAILED:
            _tell_owner(job.id, job.kind, job.created_by_id, job.attempts, "job.failed")
    return True


def run(job: RunningJob) -> JobState | None:
    """Do the work of a job taken by `claim`; gives how it ended, None when it was no longer ours.

    A refusal (WeixiError) and a fault of the program end it as failed, with the sentence or the kind of
    fault; a fault of the database puts it back in the queue until `MAX_ATTEMPTS`.
    """
    try:
        work = registry.job_kinds.get(job.kind)
        if work is None:
            return _ended(job, JobState.FAILED, _("This version does not know work of the kind %(kind)s.")
                          % {"kind": job.kind})  # fmt: skip
        work(job)
    except Stopping:
        # An orderly stop is no failed attempt.
        return _ended(job, JobState.QUEUED, attempts=job.attempts - 1)
    except JobInterrupted:
        logger.info("job %s was taken over or cancelled", job.id)
        return None
    except WeixiError as error:
        return _ended(job, JobState.FAILED, str(error))
    except OperationalError as error:
        logger.warning("job %s met a fault of the database: %s", job.id, error)
        state = JobState.QUEUED if job.attempts < MAX_ATTEMPTS else JobState.FAILED
        return _ended(job, state, f"{type(error).__name__}: {error}"[:2000])
    except Exception as error:
        logger.exception("job %s (%s) failed", job.id, job.kind)
        return _ended(job, JobState.FAILED, f"{type(error).__name__}: {error}"[:2000])
    else:
        return _ended(job, JobState.DONE)
    finally:
        lease.drop(job.holder)


def _ended(job: RunningJob, state: JobState, error: str = "", attempts: int | None = None) -> JobState | None:
    return state if _end(job, state, error=error, attempts=attempts) else None


def run_pending(limit: int | None = None, *, stop: threading.Event | None = None) -> int:
    """Run what waits, oldest first, until nothing is left, `limit` is reached or `stop` is set.

    Returns how many were run.
    """
    count = 0
    while (limit is None or count < limit) and not (stop and stop.is_set()):
        job = claim(stop=stop)
        if job is None:
            break
        run(job)
        count += 1
    return count


def run_now(job_id: int) -> Job:
    """Run one job in this process, for the command line; another process that has it keeps it.

    Gives the row afterwards.
    """
    taken = claim(job_id, by_hand=True)
    if taken is not None:
        run(taken)
    return Job.objects.get(pk=job_id)
