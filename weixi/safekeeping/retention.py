"""How long records about records are kept: at least as long as the policy says, and what may go afterwards.

Entries of the log never go: duties, the history of every field and the audit chain rest on them. What goes from it is the
personal side, when a person is erased. What is only noted beside it (who had which record before him, what people were
told, finished jobs) may go once the policy's time is over, and only when somebody says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from weixi.customers.models import RecordView
from weixi.kernel.errors import Conflict
from weixi.kernel.events import guard
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.jobs.models import UNFINISHED, Job
from weixi.kernel.jobs.services import RunningJob
from weixi.kernel.outbox.models import Notice
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer, system_viewer, viewer_of
from weixi.safekeeping.rules import kept_since

JOB = "safekeeping.retention"
PORTION = 1000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. `at` is the column that says of when it is; `guarded` names its table where the database
    itself refuses removal."""

    code: str
    label: Any
    rows: QuerySet[Any]
    at: str
    may_go: bool = True
    guarded: str = ""


KINDS = (
    Kind("log", _("Entries of the log"), Event.objects.all(), "recorded_at", may_go=False),
    Kind("views", _("Who had which record before him"), RecordView.objects.all(), "at", guarded="customers_recordview"),
    Kind("notices", _("What people were told"), Notice.objects.all(), "created_at"),
    Kind("jobs", _("Finished jobs"), Job.objects.exclude(state__in=UNFINISHED), "created_at"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """The dry run for one kind: how many there are, and how many of them the policy's time is over for."""

    kind: Kind
    count: int
    over: int


def lines(viewer: Viewer) -> Sequence[Line]:
    """What a run would remove; changes nothing. Two counts a kind."""
    viewer.require(Right.SYSTEM_MANAGE)
    before = kept_since()
    return [Line(kind, kind.rows.count(), _over(kind, before).count() if before else 0) for kind in KINDS]


def _over(kind: Kind, before: datetime) -> QuerySet[Any]:
    return kind.rows.filter(**{f"{kind.at}__lt": before})


def remove(viewer: Viewer, job: RunningJob | None = None) -> dict[str, int]:
    """Remove what may go and is older than the policy asks to keep; how many of each kind.

    In portions, each on record in the log; killed anywhere it goes on where it was. Raises Conflict where the policy
    names no time: then everything stays.
    """
    viewer.require(Right.SYSTEM_MANAGE)
    before = kept_since()
    if before is None:
        raise Conflict(_("The policy names no time after which records may go."), code="retention.no_time")
    gone: dict[str, int] = {}
    for kind in KINDS:
        while kind.may_go and (number := _portion(kind, before, viewer)):
            gone[kind.code] = gone.get(kind.code, 0) + number
            if job is not None:
                job.progress(sum(gone.values()))
                job.check()
    return gone


def _portion(kind: Kind, before: datetime, viewer: Viewer) -> int:
    with unit_of_work(actor=viewer.actor) as work:
        ids = list(_over(kind, before).order_by("pk").values_list("pk", flat=True)[:PORTION])
        if not ids:
            return 0
        rows = kind.rows.model.objects.filter(pk__in=ids)
        if kind.guarded:
            with guard.lifted(connection, kind.guarded, "DELETE"):
                rows.delete()
        else:
            rows.delete()
        work.record("records.removed", data={"kind": kind.code, "rows": len(ids), "before": before.isoformat()})
    return len(ids)


def run_job(job: RunningJob) -> None:
    starter = User.objects.filter(pk=job.created_by_id).first() if job.created_by_id else None
    remove(viewer_of(starter) if starter else system_viewer("retention"), job)
