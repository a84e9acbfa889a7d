"""The page of backups and the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from weixi.kernel import clock
from weixi.kernel.events import seal
from weixi.kernel.events.models import Event, Seal
from weixi.kernel.jobs.models import UNFINISHED, Job
from weixi.kernel.outbox import holding
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.document.durations import Duration
from weixi.safekeeping.models import BackupRun, RestoreTest
from weixi.safekeeping.retention import Line, lines
from weixi.safekeeping.rules import BackupRules, backup_rules, kept_for, kept_since, sealed_every
from weixi.safekeeping.services import backup, trying

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Log:
    """The log as it stands: `waiting` events are not sealed yet; `head` is the last link, to be noted elsewhere."""

    events: int
    links: int
    waiting: int
    sealed_at: datetime | None
    head: str
    every: timedelta | None


@dataclass(frozen=True, slots=True)
class Page:
    rules: BackupRules | None
    runs: Sequence[BackupRun]
    last: BackupRun | None
    is_late: bool
    trial: RestoreTest | None
    trial_is_late: bool
    running: frozenset[str]
    place: str
    log: Log
    kept_for: Duration | None
    kept_since: datetime | None
    lines: Sequence[Line]
    held_since: datetime | None
    held_waiting: int

    @property
    def removable(self) -> int:
        return sum(line.over for line in self.lines if line.kind.may_go)


def build_page(viewer: Viewer) -> Page:
    """Raises Forbidden without the right; a fixed number of queries."""
    viewer.require(Right.SYSTEM_MANAGE)
    rules, now = backup_rules(), clock.now()
    runs = list(BackupRun.objects.select_related("made_by").order_by("-at")[:SHOWN])
    last = BackupRun.objects.filter(error="").order_by("-at").first()
    trial = RestoreTest.objects.order_by("-at").first()
    good = RestoreTest.objects.filter(error="").order_by("-at").first()
    held = holding.held_since()
    return Page(
        rules=rules,
        runs=runs,
        last=last,
        is_late=rules is not None and (last is None or now - last.at > rules.every),
        trial=trial,
        trial_is_late=rules is not None and (good is None or now - good.at > rules.tested_every),
        running=frozenset(
            Job.objects.filter(kind__in=(backup.JOB, trying.JOB), state__in=UNFINISHED).values_list("kind", flat=True)
        ),
        place=str(backup.folder()),
        log=_log(),
        kept_for=kept_for(),
        kept_since=kept_since(),
        lines=lines(viewer),
        held_since=held,
        held_waiting=holding.waiting() if held else 0,
    )


def _log() -> Log:
    last = Seal.objects.order_by("-pk").first()
    return Log(
        events=Event.objects.count(),
        links=Seal.objects.count(),
        waiting=Event.objects.filter(seq__gt=last.last_seq if last else 0).count(),
        sealed_at=last.sealed_at if last else None,
        head=last.digest if last else seal.START,
        every=sealed_every(),
    )
