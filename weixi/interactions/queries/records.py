"""Records of contacts: one of them, and those that lack what the policy asks for. Viewer first, already scoped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.interactions.models import Interaction
from weixi.kernel import clock
from weixi.kernel.errors import NotFound
from weixi.organisation.scope import Viewer

INCOMPLETE = ~Q(lacking="")


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person recorded this month: all of it, and what lacks a part the policy asks for."""

    records: int = 0
    incomplete: int = 0


def visible_interactions(viewer: Viewer) -> QuerySet[Interaction]:
    rows = Interaction.objects.select_related("customer", "contact", "recorded_by")
    rows = rows.prefetch_related("followups__assignee")
    return rows if viewer.sees_all else rows.filter(viewer.owned("customer__"))


def get_interaction_for(viewer: Viewer, pk: int) -> Interaction:
    """Raises NotFound for a record out of scope as for none."""
    row = visible_interactions(viewer).filter(pk=pk).first()
    if row is None:
        raise NotFound(_("There is no such interaction with one of your customers."), code="interaction.not_found")
    return row


def incomplete_records(viewer: Viewer, person: int | None = None) -> QuerySet[Interaction]:
    """The latest first; what was imported is marked but not asked for. Uses index: interaction_incomplete."""
    rows = visible_interactions(viewer).filter(INCOMPLETE, withdrawn_at=None, source_key=None)
    if person is not None:
        rows = rows.filter(recorded_by=person)
    return rows.order_by("-recorded_at", "-pk")


def month_begins() -> datetime:
    return timezone.localtime(clock.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def entered_by(people: Sequence[int]) -> dict[int, Entered]:
    """Per person, this month. Uses index: interaction_recorder."""
    rows = Interaction.objects.filter(
        recorded_by__in=people, recorded_at__gte=month_begins(), withdrawn_at=None, source_key=None
    )
    counted = (
        rows.order_by()
        .values_list("recorded_by")
        .annotate(records=Count("pk"), incomplete=Count("pk", filter=INCOMPLETE))
    )
    return {person: Entered(*numbers) for person, *numbers in counted}


def entered_in_scope(viewer: Viewer) -> Entered:
    """Of everybody's records with the viewer's customers, this month."""
    rows = Interaction.objects.filter(recorded_at__gte=month_begins(), withdrawn_at=None, source_key=None)
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("customer__"))
    found = rows.aggregate(records=Count("pk"), incomplete=Count("pk", filter=INCOMPLETE))
    return Entered(found["records"], found["incomplete"])
