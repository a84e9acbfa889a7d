"""Advancing time: only customers whose next change has come are looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.duties.models import DutyClock, TickRun, TickState
from weixi.duties.services.locks import hold_customers
from weixi.duties.services.project import Report, recompute
from weixi.duties.services.wake import wake_overlooked
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.kernel.errors import Conflict
from weixi.kernel.memory import uncollected
from weixi.kernel.one_of import one_of

# Customers per transaction: a tick never holds the database for long.
PORTION = 500
# Time that stood still for longer than this was downtime: what happened meanwhile is listed.
DOWNTIME = timedelta(minutes=15)


@dataclass
class TickReport:
    """What one advance of time did."""

    since: datetime | None
    until: datetime
    report: Report = field(default_factory=Report)
    downtime: bool = False

    def as_dict(self) -> dict[str, object]:
        return {
            "since": self.since.isoformat(timespec="seconds") if self.since else None,
            "until": self.until.isoformat(timespec="seconds"),
            "customers": self.report.customers,
            "opened": self.report.opened,
            "overdue": self.report.overdue,
            "missed": self.report.missed,
            "escalated": self.report.escalated,
            "downtime": self.downtime,
            "warnings": sorted(set(self.report.warnings)),
        }

    def sentence(self) -> str:
        return _(
            "up to %(until)s: %(opened)d opened, %(overdue)d overdue, %(missed)d missed, %(escalated)d reported."
        ) % (self.as_dict())


def tick(now: datetime | None = None) -> TickReport:
    """Bring all duties up to `now` (default: the clock).

    May overlap with another tick, be killed anywhere, be absent for a week: the next one catches up.
    Raises Conflict for a time before the last tick: the clock was set back.
    """
    moment = now or clock.now()
    with transaction.atomic():
        state, first = TickState.objects.get_or_create(pk=1, defaults={"until": moment})
        since = None if first else state.until
    if since is not None and moment < since:
        raise Conflict(
            _("%(now)s lies before the last tick, %(last)s: time does not go back. Check the clock of this machine.")
            % {"now": moment.isoformat(timespec="seconds"), "last": since.isoformat(timespec="seconds")},
            code="tick.clock_back",
        )
    outcome = TickReport(since, moment, downtime=bool(since and moment - since > DOWNTIME))
    started = clock.now()
    timeline = current_timeline()
    wake_overlooked(since, moment)
    while True:
        with transaction.atomic(), uncollected():
            ids = _due(moment)
            if not ids:
                break
            outcome.report.add(recompute(ids, moment, timeline=timeline, actor="system:tick"))
    _close(outcome, started)
    return outcome


def _due(moment: datetime) -> list[int]:
    """The customers whose time has come, a portion of them, theirs to us till the transaction ends. Whom another tick
    or a change holds is left to it: it brings him up to date as well, or the next tick does."""
    due = DutyClock.objects.filter(wake_at__lte=moment).order_by("wake_at", "pk")
    ids = list(due.values_list("pk", flat=True)[:PORTION])
    held = hold_customers(ids, skip_locked=True)
    if len(held) < len(ids):
        # Clocks that are nobody's (key 0) have no customer to hold.
        others = [pk for pk in ids if pk not in held]
        held |= set(others) - set(Customer.objects.filter(one_of("pk", others)).values_list("pk", flat=True))
    return [pk for pk in ids if pk in held]


def _close(outcome: TickReport, started: datetime) -> None:
    """Note how far time has come — never back — and, when anything happened, what."""
    with transaction.atomic():
        TickState.objects.filter(pk=1, until__lt=outcome.until).update(until=outcome.until)
        report = outcome.report
        if report.opened or report.overdue or report.missed or report.escalated or outcome.downtime:
            TickRun.objects.create(
                since=outcome.since,
                until=outcome.until,
                started_at=started,
                finished_at=clock.now(),
                customers=report.customers,
                opened=report.opened,
                overdue=report.overdue,
                missed=report.missed,
                escalated=report.escalated,
                downtime=outcome.downtime,
            )


def tick_if_due() -> None:
    """The worker's minute."""
    tick()
