"""Waking clocks because the rules changed, not because a customer did: a version of the policy takes
effect, or a year's holidays are entered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from weixi.duties.models import Duty, DutyClock
from weixi.duties.timeline import current_timeline
from weixi.kernel.events.work import UnitOfWork
from weixi.policy.document.rules import Deadline
from weixi.policy.queries import versions_in_force

# How long a transaction may last that enters customers.
LONGEST = timedelta(hours=1)


def wake_for_new_rules(work: UnitOfWork) -> None:
    """The projection: for a version put in force every customer is looked at when it takes effect; for
    holidays entered those whose clocks run on working time are looked at by the next tick."""
    for event in work.written:
        if event.type == "policy.activated":
            wake_for(len(current_timeline().versions), datetime.fromisoformat(event.data["effective_at"]))
        elif event.type == "holidays.changed":
            wake(_on_working_time(), work.now)


def wake_for(versions: int, at: datetime) -> int:
    """Let every clock that does not know of so many versions wake at `at` unless it wakes before, and know of them.
    One statement; returns how many there were."""
    sooner = Case(When(Q(wake_at__isnull=True) | Q(wake_at__gt=at), then=Value(at)), default=F("wake_at"))
    return DutyClock.objects.filter(versions__lt=versions).update(wake_at=sooner, versions=versions)


def wake_overlooked(since: datetime | None, until: datetime) -> int:
    """Wake the clocks that an activation could not see: those of customers entered in a transaction that had begun
    before it and ended after it (PostgreSQL). For the tick from `since` (None: the first one) to `until`.

    No index says which these are, so they are only looked for in the hour behind an activation and in the one
    behind the version's taking effect: no transaction runs longer.
    """
    moved = 0
    # In the order of activation a version's place is the number that a clock knows when it knows of it.
    timeline, known = current_timeline(), {version.pk: version for version in versions_in_force()}
    for number, pk in enumerate(timeline.versions, 1):
        version = known.get(pk)
        if version is None:
            continue
        moments = (version.activated_at or version.effective_at, version.effective_at)
        if since is None or any(since - LONGEST <= moment <= until for moment in moments):
            moved += wake_for(number, version.effective_at)
    return moved


def wake(clocks: QuerySet[DutyClock], at: datetime) -> int:
    """Let these clocks wake at `at` unless they wake before. One statement; returns how many were moved.

    A change of a customer that runs at the same time holds its clock's row: this waits for it and comes
    after, or comes before and is seen by it (it reads the versions again once it holds the row).
    """
    return clocks.filter(Q(wake_at__isnull=True) | Q(wake_at__gt=at)).update(wake_at=at)


def _on_working_time() -> QuerySet[DutyClock]:
    """The clocks of customers with a duty of a rule on the working clock; all clocks where such a rule
    opens its duties later, for what has not opened yet has no row."""
    rules = [rule for policy in current_timeline().policies for rule in policy.deadline if _counts_working(rule)]
    if any(rule.after is not None for rule in rules):
        return DutyClock.objects.all()
    duties = Duty.objects.filter(clause__in={rule.clause for rule in rules})
    # Duties without a customer hang on the clock with key 0.
    alone = Exists(duties.filter(customer__isnull=True))
    return DutyClock.objects.filter(Exists(duties.filter(customer_id=OuterRef("pk"))) | (Q(pk=0) & alone))


def _counts_working(rule: Deadline) -> bool:
    return rule.clock == "working"
