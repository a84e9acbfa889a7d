"""What must hold of duties at any instant: lines of `weixi doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.duties.engine.evaluate import evaluate
from weixi.duties.enums import WAITING, DutyState
from weixi.duties.log import engine_events
from weixi.duties.models import Duty, DutyClock, Escalation
from weixi.duties.services.project import NO_CUSTOMER, is_untouched, merged_groups
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock, doctor

# A tick that is on its way may leave clocks behind it for so long.
UNDER_WAY = timedelta(minutes=5)
# So many customers are evaluated anew and compared with what is stored; all of them would take too long.
SAMPLE = 200


def stopped_clocks() -> Iterator[str]:
    """Customers whose next change has passed and who were not looked at."""
    late = DutyClock.objects.filter(wake_at__lt=clock.now() - UNDER_WAY).order_by("wake_at")
    for pk, wake_at in late.values_list("pk", "wake_at"):
        if wake_at is None:
            continue
        yield _("The duties of customer %(customer)s should have been looked at by %(at)s. Is the worker running?") % {
            "customer": pk, "at": wake_at.isoformat(timespec="seconds"),
        }  # fmt: skip


def reports_without_reader() -> Iterator[str]:
    """Late duties that climbed to a role nobody holds."""
    rows = Escalation.objects.filter(person=None, duty__state__in=WAITING).values_list("role", flat=True).distinct()
    for role in rows.order_by("role"):
        yield _("Late duties are reported to “%(role)s”, but nobody holds this role.") % {"role": role}


def settled_without_evidence() -> Iterator[str]:
    """Done is what an event closed, and nothing else."""
    done = Duty.objects.filter(state=DutyState.DONE)
    for key in done.filter(closed_by="").values_list("key", flat=True):
        yield _("%(key)s is done without evidence.") % {"key": key}
    for key in done.filter(closed_at__gt=F("due_at"), late_seconds=0).values_list("key", flat=True):
        # Less than a second late is no second late.
        row = Duty.objects.get(key=key)
        if row.closed_at and row.due_at and row.closed_at - row.due_at >= timedelta(seconds=1):
            yield _("%(key)s was done late and does not say so.") % {"key": key}


def stored_as_derived() -> Iterator[str]:
    """The stored duties of the customers looked at last are what policy and events give."""
    clocks = {row.pk: row for row in DutyClock.objects.exclude(evaluated_at=None).order_by("-evaluated_at")[:SAMPLE]}
    timeline = current_timeline()
    for group in merged_groups(sorted(clocks)):
        if not all(pk in clocks for pk in group):
            continue
        moment = max(at for pk in group if (at := clocks[pk].evaluated_at))
        result = evaluate(timeline.engine, engine_events([pk or None for pk in group], timeline.types), moment)
        derived = {duty.key: str(duty.state) for duty in result.duties if not is_untouched(duty)}
        stored = dict(Duty.objects.filter(customer_id__in=group).values_list("key", "state"))
        if group == [NO_CUSTOMER]:
            stored = dict(Duty.objects.filter(customer=None).values_list("key", "state"))
        for key in sorted(stored.keys() | derived.keys()):
            if stored.get(key) != derived.get(key):
                yield _("%(key)s is stored as %(stored)s and derived as %(derived)s.") % {
                    "key": key, "stored": stored.get(key, "-"), "derived": derived.get(key, "-"),
                }  # fmt: skip


def register() -> None:
    doctor.check("duties.clocks", gettext_lazy("No customer's clock stands still"), stopped_clocks)
    doctor.check("duties.evidence", gettext_lazy("What is done has evidence"), settled_without_evidence)
    doctor.check("duties.reports", gettext_lazy("Whoever is told exists"), reports_without_reader)
    doctor.check("duties.derived", gettext_lazy("Stored duties are what policy and events give"), stored_as_derived)
