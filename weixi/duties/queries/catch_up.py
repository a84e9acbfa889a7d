"""What happened while nobody advanced time: the list after a downtime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import TickRun
from weixi.duties.queries.listing import visible_duties
from weixi.duties.timeline import current_timeline
from weixi.kernel.errors import NotFound
from weixi.kernel.prepared import Prepared, moment
from weixi.organisation.scope import Viewer

# After so long the list is history and no longer announced.
ANNOUNCED = timedelta(hours=24)
MOST = 500


@dataclass(frozen=True)
class CatchUp:
    """Between `since` and `until`: what opened, fell late or was missed, and what climbed."""

    run: TickRun
    opened: list[DutyLine]
    late: list[DutyLine]
    escalated: list[DutyLine]


_DOWNTIMES = Prepared(
    lambda since: TickRun.objects.filter(downtime=True, finished_at__gt=since).order_by("-id")[:1], moment
)


def latest_downtime(now: datetime) -> TickRun | None:
    """The last downtime, while it is still news."""
    return next(iter(_DOWNTIMES(now - ANNOUNCED).objects()), None)


def catch_up_of(viewer: Viewer, pk: int) -> CatchUp:
    """What a downtime meant for the viewer's duties. Raises NotFound for an unknown run."""
    run = TickRun.objects.filter(pk=pk, downtime=True).first()
    if run is None or run.since is None:
        raise NotFound(_("There was no such downtime."))
    rows, timeline = visible_duties(viewer), current_timeline()

    def lines(**where: object) -> list[DutyLine]:
        return lines_of(rows.filter(**where).order_by("due_at", "key").distinct()[:MOST], timeline, run.until, viewer)

    return CatchUp(
        run,
        opened=lines(opens_at__gt=run.since, opens_at__lte=run.until),
        late=lines(due_at__gt=run.since, due_at__lte=run.until, state__in=("overdue", "missed")),
        escalated=lines(escalations__at__gt=run.since, escalations__at__lte=run.until),
    )
