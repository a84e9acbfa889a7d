"""What the customer list can be asked of visits."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from weixi.customers.visiting.models import VisitChoice
from weixi.kernel import clock
from weixi.kernel.slices import FilterOp, ListFilter


def year_begins() -> Q:
    """The condition that a customer was visited in this year of the calendar."""
    first = timezone.localtime(clock.now()).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return Q(last_visit_at__gte=first, last_visit_at__isnull=False)


def _chosen() -> Q:
    """Uses index: visit_choice_once."""
    return Q(Exists(VisitChoice.objects.filter(customer=OuterRef("pk"), ended_at=None)))


def _within(days: int) -> Q:
    return Q(last_visit_at__gte=clock.now() - timedelta(days=days), last_visit_at__isnull=False)


VISITS = ListFilter("visit", _("Visit"), _("Interactions"), (
    FilterOp("chosen", _("is chosen for visits"), _("chosen for visits"), (), _chosen,
             lambda: VisitChoice.objects.filter(ended_at=None).order_by().values_list("customer_id", flat=True)),
    FilterOp("not_chosen", _("is not chosen for visits"), _("not chosen for visits"), (), lambda: ~_chosen()),
    FilterOp("year", _("was visited this year"), _("visited this year"), (), year_begins),
    FilterOp("not_year", _("was not visited this year"), _("not visited this year"), (), lambda: ~year_begins()),
    FilterOp("never", _("was never visited"), _("never visited"), (), lambda: Q(last_visit_at__isnull=True)),
    FilterOp("within", _("in the last … days"), _("visited in the last %(a)s days"), ("days",), _within),
    FilterOp("quiet", _("none for … days"), _("not visited for %(a)s days"), ("days",), lambda days: ~_within(days)),
), field="last_contact_at")  # fmt: skip
