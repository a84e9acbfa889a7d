"""The page of who looks after personal data: how many people, what they ask, what is due, what was erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weixi.customers.queries.matching import seen_by
from weixi.kernel import clock
from weixi.kernel.errors import NotFound
from weixi.kernel.literal import equal
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.privacy import retention
from weixi.privacy.enums import RequestState
from weixi.privacy.models import Erasure, Headcount, PersonRequest
from weixi.privacy.queries.consents import personal_rules

SHOWN = 50
TREND = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Desk:
    """`headcount` is the last one taken; `trend` those of ninety days, the oldest first; `next_alarm` the
    policy's mark above it; who ended before `line` is due (None: nobody ever)."""

    headcount: Headcount | None
    trend: Sequence[Headcount]
    next_alarm: int | None
    requests: Sequence[PersonRequest]
    line: datetime | None
    due_count: int
    due: Sequence[retention.Due]
    erasures: Sequence[Erasure]

    @property
    def since(self) -> date | None:
        """The day of the first count of the trend, where there is an earlier one than the last."""
        return self.trend[0].day if len(self.trend) > 1 else None

    @property
    def grown(self) -> int:
        """How many people more than then."""
        return self.trend[-1].persons - self.trend[0].persons

    @property
    def shrunk(self) -> int:
        return -self.grown


def build_desk(viewer: Viewer) -> Desk:
    """Raises Forbidden without the right; a fixed number of queries."""
    viewer.require(Right.PERSONAL_MANAGE)
    trend = list(Headcount.objects.filter(day__gte=clock.today() - TREND).order_by("day"))
    last = trend[-1] if trend else None
    alarms = personal_rules().alarms_at
    return Desk(
        headcount=last,
        trend=trend,
        next_alarm=next((each for each in alarms if last is None or each > last.persons), None),
        requests=requests_seen(viewer),
        line=retention.line(),
        due_count=retention.count_due(viewer),
        due=retention.due(viewer, limit=SHOWN),
        erasures=list(
            Erasure.objects.filter(viewer.owned("customer__")).select_related("by", "customer").order_by("-at")[:SHOWN]
        ),
    )


def open_requests(viewer: Viewer) -> QuerySet[PersonRequest]:
    """Of each request that is open its own customer is looked at: joined, the database would begin with all the customers
    of a scope. Uses index: person_request_open."""
    return PersonRequest.objects.filter(equal("state", RequestState.OPEN), seen_by(viewer))


def requests_seen(viewer: Viewer) -> list[PersonRequest]:
    """What is open, the oldest first."""
    rows = open_requests(viewer)
    return list(rows.select_related("customer", "contact", "entered_by").order_by("received_at")[:SHOWN])


def get_request_for(viewer: Viewer, pk: int) -> PersonRequest:
    """One request within the viewer's scope. Raises NotFound."""
    rows = PersonRequest.objects.filter(viewer.owned("customer__"))
    found = rows.select_related("customer", "contact").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such request among those of your customers."))
    return found
