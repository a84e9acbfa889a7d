"""What the customer list can be asked of duties: by the next one, which every customer keeps, and by clause."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Customer
from weixi.duties.enums import WAITING, DutyState
from weixi.duties.models import Duty
from weixi.kernel import clock
from weixi.kernel.slices import FilterOp, ListFilter

GROUP = _("Duties")
_KNOWN = Q(next_due_at__isnull=False)


def _living(condition: Q) -> QuerySet[Any]:
    """Uses index: customer_due."""
    return Customer.objects.filter(condition, archived_at__isnull=True).order_by().values_list("pk", flat=True)


def _overdue() -> Q:
    return Q(next_due_at__lt=clock.now()) & _KNOWN


def _soon(days: int) -> Q:
    now = clock.now()
    return Q(next_due_at__gte=now, next_due_at__lt=now + timedelta(days=days)) & _KNOWN


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
        FilterOp("overdue", _("is overdue"), _("overdue"), (), _overdue, lambda: _living(_overdue())),
        FilterOp("not_overdue", _("none is overdue"), _("none overdue"), (), lambda: ~_overdue()),
        FilterOp("soon", _("is due within … days"), _("due within %(a)s days"), ("days",), _soon,
                 lambda days: _living(_soon(days))),
        FilterOp("open", _("is open"), _("open"), (), _open),
        FilterOp("none", _("none is open"), _("none open"), (), lambda: ~_open()),
        FilterOp("clause", _("of clause … is open"), _("of clause %(a)s open"), ("text",), _of_clause),
        FilterOp("missed", _("was missed in the last … days"), _("missed in the last %(a)s days"), ("days",), _missed),
    )),
)  # fmt: skip
