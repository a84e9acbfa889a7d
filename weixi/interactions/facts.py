"""What contacts say of a customer as of a date. Withdrawn records do not count; days are the company's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Customer
from weixi.interactions.models import Interaction
from weixi.kernel.calendar.wall import add_months
from weixi.kernel.slices import Fact

CHUNK = 5000
Ids = Iterable[int] | None


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone())


def _parts(ids: Ids) -> list[QuerySet[Interaction]]:
    """The living records, in stretches that one query takes. Uses index: interaction_customer."""
    rows = Interaction.objects.filter(withdrawn_at=None)
    if ids is None:
        return [rows]
    if isinstance(ids, range) and ids.step == 1:
        return [rows.filter(customer_id__gte=ids.start, customer_id__lt=ids.stop)]
    listed = list(ids)
    return [rows.filter(customer_id__in=listed[place : place + CHUNK]) for place in range(0, len(listed), CHUNK)]


def last_contact_days(ids: Ids, as_of: date) -> dict[int, int]:
    """Days since the last contact; who was never contacted has none."""
    zone = timezone.get_default_timezone()
    found: dict[int, int] = {}
    for rows in _parts(ids):
        last = rows.filter(occurred_at__lt=midnight_after(as_of)).values_list("customer_id")
        for pk, moment in last.annotate(last=Max("occurred_at")).order_by():
            found[pk] = (as_of - moment.astimezone(zone).date()).days
    return found


def _contacts(months: int) -> Callable[[Ids, date], Mapping[int, Any]]:
    def count(ids: Ids, as_of: date) -> dict[int, int]:
        """Contacts in the months that end on the day; nobody's record is a known nothing."""
        begin, end = midnight_after(add_months(as_of, -months)), midnight_after(as_of)
        found: dict[int, int] = {}
        for rows in _parts(ids):
            counted = rows.filter(occurred_at__gte=begin, occurred_at__lt=end).values_list("customer_id")
            found.update(counted.annotate(n=Count("pk")).order_by())
        everybody = Customer.objects.values_list("pk", flat=True).iterator(CHUNK) if ids is None else ids
        return {pk: found.get(pk, 0) for pk in everybody}

    return count


FACTS = (
    Fact("last_contact_days", "days", _("Days since the last contact"), last_contact_days, "last_contact_at"),
    Fact("contacts_3m", "times", _("Contacts in 3 months"), _contacts(3)),
    Fact("contacts_12m", "times", _("Contacts in 12 months"), _contacts(12)),
)
