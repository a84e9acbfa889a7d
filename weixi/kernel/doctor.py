"""What must hold at any instant, and whether it does: `weixi doctor`.

A slice adds its own invariants in `slice.py`: `doctor.check("duties.overdue", _("..."), find)`, where
`find()` gives a sentence per thing that is wrong, and nothing when all is well. Checks only read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from weixi.kernel import clock
from weixi.kernel.events import guard, seal
from weixi.kernel.jobs import lease
from weixi.kernel.jobs.models import Heartbeat, Job, JobState
from weixi.kernel.outbox.models import MailState, Notice
from weixi.kernel.search import store

logger = logging.getLogger(__name__)

Find = Callable[[], Iterable[str]]

SHOWN = 20
QUEUE_WAIT = timedelta(minutes=10)
NO_PROGRESS = timedelta(hours=1)
MAIL_WAIT = timedelta(hours=3)
SILENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    label: Any
    find: Find


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `detail` says what is wrong, one sentence per line."""

    name: str
    label: str
    ok: bool
    detail: str = ""


_checks: dict[str, Check] = {}


def check(name: str, label: Any, find: Find) -> None:
    """Register an invariant; the same name twice is refused."""
    if name in _checks:
        raise ValueError(f"the check {name} is registered twice")
    _checks[name] = Check(name, label, find)


def names() -> list[str]:
    """The checks there are, by name."""
    return sorted(_checks)


def examine(names: Iterable[str] = ()) -> list[Finding]:
    """Run the checks (those named, or all) in the order of their names. One that breaks counts as bad."""
    chosen = set(names) or set(_checks)
    return [_run(_checks[name]) for name in sorted(chosen)]


def _run(each: Check) -> Finding:
    try:
        found = iter(each.find())
        lines = list(islice(found, SHOWN))
        rest = sum(1 for _line in found)
    except Exception as error:
        logger.exception("the check %s broke", each.name)
        lines, rest = [_("This check could not be made: %(error)s") % {"error": error}], 0
    if rest:
        lines.append(ngettext("... and %(count)s more", "... and %(count)s more", rest) % {"count": rest})
    return Finding(each.name, str(each.label), not lines, "\n".join(lines))


# --- the kernel's own -------------------------------------------------------------------------------


def _database() -> Iterator[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check(20)")
            yield from (str(row[0]) for row in cursor.fetchall() if row[0] != "ok")
            cursor.execute("PRAGMA foreign_key_check")
            for table, row, parent, _place in cursor.fetchall():
                yield _("Row %(row)s of %(table)s points to nothing in %(parent)s.") % {
                    "row": row, "table": table, "parent": parent,
                }  # fmt: skip
        else:
            cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
            for (name,) in cursor.fetchall():
                yield _("The index %(name)s is not valid.") % {"name": name}
            cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
            for (name,) in cursor.fetchall():
                yield _("The constraint %(name)s was never checked.") % {"name": name}


def _log_protection() -> Iterator[str]:
    for name in guard.missing(connection):
        yield _("The log's protection %(name)s is missing; it is put back when the server starts.") % {"name": name}


def _audit_chain() -> Iterator[str]:
    verdict = seal.verify()
    yield from (fault.sentence() for fault in verdict.faults)


def _search_index() -> Iterator[str]:
    for name in store.faults(connection):
        yield _("The search index does not agree with its entries: %(name)s") % {"name": name}


def _jobs() -> Iterator[str]:
    now = clock.now()
    running = list(Job.objects.filter(state=JobState.RUNNING))
    alive = lease.living(job.holder for job in running)
    for job in running:
        words = {"kind": job.kind, "number": job.pk}
        if job.holder not in alive:
            yield _("Job %(number)s (%(kind)s) was left by a process that ended; a worker will take it.") % words
        elif job.progressed_at and now - job.progressed_at > NO_PROGRESS:
            yield _("Job %(number)s (%(kind)s) has made no progress for over an hour.") % words
    for job in Job.objects.filter(state=JobState.QUEUED, created_at__lt=now - QUEUE_WAIT):
        yield _("Job %(number)s (%(kind)s) has waited for over ten minutes; is the worker running?") % {
            "kind": job.kind, "number": job.pk,
        }  # fmt: skip
    for job in Job.objects.filter(state=JobState.PARKED):
        yield _("Job %(number)s (%(kind)s) was given up after %(count)s tries.") % {
            "kind": job.kind, "number": job.pk, "count": job.attempts,
        }  # fmt: skip


def _mail() -> Iterator[str]:
    now = clock.now()
    sending = list(Notice.objects.filter(mail_state=MailState.SENDING))
    alive = lease.living(notice.mail_holder for notice in sending)
    for notice in sending:
        if notice.mail_holder not in alive:
            yield _("The mail of notice %(number)s was being sent when its process ended.") % {"number": notice.pk}
    unknown = Notice.objects.filter(mail_state=MailState.UNKNOWN, mail_after=None).count()
    if unknown:
        yield ngettext(
            "%(count)s mail may or may not have arrived.", "%(count)s mails may or may not have arrived.", unknown
        ) % {"count": unknown}
    if settings.EMAIL_HOST:
        late = Notice.objects.filter(mail_state=MailState.WAITING, mail_after__lt=now - MAIL_WAIT).count()
        if late:
            yield ngettext(
                "%(count)s mail has waited for over three hours.",
                "%(count)s mails have waited for over three hours.",
                late,
            ) % {"count": late}


def _heartbeats() -> Iterator[str]:
    """Nothing to say before the first worker has run: a new installation is in order."""
    now = clock.now()
    for beat in Heartbeat.objects.order_by("name"):
        words = {"name": beat.name, "error": beat.error}
        if beat.began_at > now + SILENCE:
            yield _("%(name)s last ran in the future: was the clock set back?") % words
        elif now - beat.began_at > SILENCE:
            yield _("%(name)s has not run for over five minutes; is the worker running?") % words
        elif beat.error:
            yield _("%(name)s fails: %(error)s") % words


check("kernel.database", gettext_lazy("The database file and its references"), _database)
check("kernel.log", gettext_lazy("The log cannot be changed"), _log_protection)
check("kernel.audit", gettext_lazy("The audit trail is whole"), _audit_chain)
check("kernel.search", gettext_lazy("The search index agrees with its entries"), _search_index)
check("kernel.jobs", gettext_lazy("No job is stuck"), _jobs)
check("kernel.mail", gettext_lazy("No mail is stuck"), _mail)
check("kernel.heartbeat", gettext_lazy("The worker does its rounds"), _heartbeats)
