"""Whose data have been kept long enough (D-1): people who left, customers put away, after the policy's time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from weixi.customers.enums import CustomerKind
from weixi.customers.models import Contact, Customer
from weixi.kernel import clock
from weixi.kernel.calendar.wall import add_on_wall
from weixi.kernel.personal import Person
from weixi.organisation.scope import Viewer
from weixi.privacy.queries.consents import personal_rules
from weixi.privacy.queries.persons import person_of_contact, person_of_customer


@dataclass(frozen=True, slots=True)
class Due:
    """One person whose time is over: what a run would erase, and since when it could."""

    person: Person
    customer: Customer
    ended_at: datetime


def line() -> datetime | None:
    """Who ended before this instant is due; None where the policy keeps for ever."""
    kept = personal_rules().kept_after_end
    if kept is None:
        return None
    return add_on_wall(
        clock.now(), -kept.months, -kept.days, -kept.time, cast(ZoneInfo, timezone.get_default_timezone())
    )


def _contacts(until: datetime) -> QuerySet[Contact]:
    ended = Coalesce("removed_at", F("customer__archived_at"))
    rows = Contact.objects.annotate(ended_at=ended).filter(ended_at__lt=until, erasures=None)
    return rows.select_related("customer").order_by("ended_at", "pk")


def _customers(until: datetime) -> QuerySet[Customer]:
    rows = Customer.objects.filter(kind=CustomerKind.PERSON, archived_at__lt=until, merged_into=None)
    gone = Q(erasures__contact=None, erasures__isnull=False)
    return rows.exclude(pk__in=Customer.objects.filter(gone).values("pk")).order_by("archived_at", "pk")


def count_due(viewer: Viewer) -> int:
    """How many persons are due, within the viewer's scope."""
    until = line()
    if until is None:
        return 0
    return (
        _contacts(until).filter(viewer.owned("customer__")).count() + _customers(until).filter(viewer.owned()).count()
    )


def due(viewer: Viewer, *, limit: int) -> list[Due]:
    """The dry run: who would be erased, the longest ended first, at most `limit`; changes nothing."""
    until = line()
    if until is None:
        return []
    found = [
        Due(person_of_contact(each), each.customer, each.ended_at)  # type: ignore[attr-defined]
        for each in _contacts(until).filter(viewer.owned("customer__"))[:limit]
    ]
    for customer in _customers(until).filter(viewer.owned()).select_related("registration")[:limit]:
        assert customer.archived_at is not None
        found.append(Due(person_of_customer(customer), customer, customer.archived_at))
    return sorted(found, key=lambda each: each.ended_at)[:limit]
