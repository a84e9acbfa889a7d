"""Records of contacts: one of them, and those that lack what the policy asks for. Viewer first, already scoped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import CharField, Count, F, QuerySet, prefetch_related_objects
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.interactions.models import Interaction
from weixi.kernel import clock
from weixi.kernel.errors import NotFound
from weixi.kernel.keys import MOST_KEY
from weixi.kernel.literal import filled
from weixi.kernel.prepared import Prepared, plain, several
from weixi.kernel.walked import Walked
from weixi.organisation.scope import Viewer, owned_by

# As the conditions of the indexes say it.
INCOMPLETE = filled("lacking")
# SQLite would look up everything that was not imported: the index of these keys is unique, and so seems to hit one row.
BY_HAND = IsNull(Walked(F("source_key"), output_field=CharField()), True)


# What is said of a record with it, and what is read beside it.
_WITH, _BESIDE = ("customer", "contact", "recorded_by"), "followups__assignee"


def visible_interactions(viewer: Viewer) -> QuerySet[Interaction]:
    rows = Interaction.objects.select_related(*_WITH).prefetch_related(_BESIDE)
    return rows if viewer.sees_all else rows.filter(viewer.owned("customer__"))


_ANY = Prepared(lambda pk: Interaction.objects.select_related(*_WITH).filter(pk=pk).order_by(), plain)
_WITHIN = Prepared(
    lambda pk, people: (
        Interaction.objects.select_related(*_WITH).filter(owned_by(people, "customer__"), pk=pk).order_by()
    ),
    plain,
    several,
)


def get_interaction_for(viewer: Viewer, pk: int) -> Interaction:
    """Raises NotFound for a record out of scope as for none."""
    found: list[Interaction] = []
    if 0 < pk <= MOST_KEY:
        found = (_ANY(pk) if viewer.sees_all else _WITHIN(pk, viewer.owner_ids)).objects()
    if not found:
        raise NotFound(_("There is no such interaction with one of your customers."), code="interaction.not_found")
    prefetch_related_objects(found, _BESIDE)
    return found[0]


def incomplete_records(viewer: Viewer, person: int | None = None) -> QuerySet[Interaction]:
    """The latest first; what was imported is marked but not asked for. Uses index: interaction_incomplete."""
    rows = visible_interactions(viewer).filter(INCOMPLETE, BY_HAND, withdrawn_at=None)
    if person is not None:
        rows = rows.filter(recorded_by=person)
    return rows.order_by("-recorded_at", "-pk")


def month_begins() -> datetime:
    return timezone.localtime(clock.now()).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _incomplete_this_month() -> QuerySet[Interaction]:
    rows = Interaction.objects.filter(INCOMPLETE, BY_HAND, recorded_at__gte=month_begins(), withdrawn_at=None)
    return rows.order_by()


def incomplete_by(people: Sequence[int]) -> dict[int, int]:
    """How many records of this month lack a part, per person; nobody without. Uses index: interaction_unfinished."""
    rows = _incomplete_this_month().filter(recorded_by__in=people)
    return dict(rows.values_list("recorded_by").annotate(n=Count("pk")))


def incomplete_in_scope(viewer: Viewer) -> int:
    """Everybody's records of this month with the viewer's customers. Uses index: interaction_incomplete."""
    rows = _incomplete_this_month()
    return (rows if viewer.sees_all else rows.filter(viewer.owned("customer__"))).count()
