"""What the customer list can be asked of duties: by the next one, which every customer keeps, and by clause."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, IsNull, LessThan
from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Customer
from weixi.duties.enums import WAITING, DutyState
from weixi.duties.models import Duty
from weixi.kernel import clock
from weixi.kernel.slices import FilterOp, ListFilter
from weixi.kernel.walked import Walked

GROUP = _("Duties")
_KNOWN = Q(next_due_at__isnull=False)
_DUE = Walked(F("next_due_at"), output_field=DateTimeField())
_HAS_DUE = Q(IsNull(_DUE, False))


def _living(condition: Q) -> QuerySet[Any]:
    """Uses index: customer_due."""
    return Customer.objects.filter(condition, archived_at__isnull=True).order_by().values_list("pk", flat=True)


def _few_until(until: datetime, since: datetime | None = None) -> QuerySet[Any]:
    between = Q(next_due_at__lt=until)
    return _living(between if since is None else between & Q(next_due_at__gte=since))


def _overdue() -> Q:
    # Half of all may be: on the walk a customer's own due time is looked at, or each owner's late ones would be sorted.
    return Q(LessThan(_DUE, clock.now())) & _HAS_DUE


def _soon(days: int) -> Q:
    now = clock.now()
    return Q(GreaterThanOrEqual(_DUE, now)) & Q(LessThan(_DUE, now + timedelta(days=days))) & _HAS_DUE


def _waiting() -> QuerySet[Duty]:
    """Waiting duties of one customer. Uses index: duty_customer."""
    return Duty.objects.filter(customer=OuterRef("pk"), state__in=WAITING)


def _open() -> Q:
    """A duty or an open period waits, or one that is paused and so has no due time."""
    return _KNOWN | Q(Exists(_waiting().filter(due_at=None)))


def _of_clause(clause: str) -> Q:
    return Q(Exists(_waiting().filter(clause=clause)))


def _missed(days: int) -> Q:
    since = clock.now() - timedelta(days=days)
    rows = Duty.objects.filter(customer=OuterRef("pk"), state=DutyState.MISSED, due_at__gte=since)
    return Q(Exists(rows))


FILTERS = (
    ListFilter("duty", _("Duty"), GROUP, (
        FilterOp("overdue", _("is overdue"), _("overdue"), (), _overdue, lambda: _few_until(clock.now())),
        FilterOp("not_overdue", _("none is overdue"), _("none overdue"), (), lambda: ~_overdue()),
        FilterOp("soon", _("is due within … days"), _("due within %(a)s days"), ("days",), _soon,
                 lambda days: _few_until(clock.now() + timedelta(days=days), clock.now())),
        FilterOp("open", _("is open"), _("open"), (), _open),
        FilterOp("none", _("none is open"), _("none open"), (), lambda: ~_open()),
        FilterOp("clause", _("of clause … is open"), _("of clause %(a)s open"), ("text",), _of_clause),
        FilterOp("missed", _("was missed in the last … days"), _("missed in the last %(a)s days"), ("days",), _missed),
    )),
)  # fmt: skip
