"""Who is visited, who is to be, and whose turn it is (C-7). Viewer first, already scoped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from weixi.customers.grades import grade_labels
from weixi.customers.models import Customer, VisitChoice
from weixi.customers.visiting.filters import year_begins
from weixi.interactions.models import FollowUp, PlannedVisit
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer

PAGE = 50


@dataclass(frozen=True, slots=True)
class Coverage:
    """Customers of one grade: how many there are, were visited this year, and never at all."""

    grade: str
    customers: int
    visited: int
    never: int

    @property
    def part(self) -> float:
        return self.visited / self.customers if self.customers else 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A page of patrol visits; `after` says where the next begins, empty on the last."""

    customers: list[Customer]
    after: str


def chosen_customers(viewer: Viewer) -> QuerySet[VisitChoice]:
    """The customers chosen for visits, those not visited for longest first. Uses index: visit_choice_once."""
    rows = VisitChoice.objects.filter(viewer.owned("customer__"), ended_at=None, customer__archived_at=None)
    rows = rows.select_related("customer__owner", "by")
    return rows.order_by(F("customer__last_visit_at").asc(nulls_first=True), "pk")


def whose_turn(viewer: Viewer, after: str = "", *, most: int = PAGE) -> Turn:
    """All customers in scope, whoever was never visited first, then by the time since the last visit.

    Uses index: customer_visited, customer_owner_visited. `after` is a mark this function gave.
    """
    stretch, _, key = after.partition("-")
    last = int(key) if key.isdecimal() and len(key) < 19 else 0
    rows = Customer.objects.filter(viewer.owned(), archived_at=None).select_related("owner")
    found: list[Customer] = []
    if stretch != "v":
        found = list(rows.filter(last_visit_at=None, pk__gt=last).order_by("pk")[: most + 1])
        if len(found) > most:
            return Turn(found[:most], f"n-{found[most - 1].pk}")
        last = 0
    visited = rows.filter(last_visit_at__isnull=False).order_by("last_visit_at", "pk")
    if last:
        at = Customer.objects.filter(pk=last).values_list("last_visit_at", flat=True).first()
        if at is None:
            return Turn(found, "")
        visited = visited.filter(Q(last_visit_at__gt=at) | Q(last_visit_at=at, pk__gt=last))
    found += visited[: most + 1 - len(found)]
    if len(found) > most:
        kept = found[:most]
        mark = f"v-{kept[-1].pk}" if kept[-1].last_visit_at is not None else f"n-{kept[-1].pk}"
        return Turn(kept, mark)
    return Turn(found, "")


def coverage(viewer: Viewer) -> list[Coverage]:
    """How far the patrol has come this year, by grade, the most important first. One statement."""
    rows = Customer.objects.filter(viewer.owned(), archived_at=None).order_by().values_list("grade")
    counted = {
        grade: Coverage(grade, *numbers)
        for grade, *numbers in rows.annotate(
            n=Count("pk"), visited=Count("pk", filter=year_begins()), never=Count("pk", filter=Q(last_visit_at=None))
        )
    }
    known = [grade for grade in grade_labels() if grade in counted]
    return [counted[grade] for grade in [*known, *sorted(counted.keys() - set(known))]]


def planned_visits(customers: Iterable[int]) -> Mapping[int, FollowUp]:
    """{customer: the next visit that is promised and not made}. One statement."""
    rows = PlannedVisit.objects.filter(one_of("followup__customer_id", list(customers)), followup__done_at=None)
    found: dict[int, FollowUp] = {}
    for visit in rows.select_related("followup__assignee").order_by("followup__due_at", "pk"):
        found.setdefault(visit.followup.customer_id, visit.followup)
    return found
