"""The log of facts, as far as the viewer sees the customers it speaks of."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop
from ninja import Query, Router
from pydantic import Field

from weixi.customers.access import FieldAccess, viewer_access
from weixi.customers.access.events import data_seen
from weixi.customers.models import Customer
from weixi.kernel.api.answers import read
from weixi.kernel.api.values import LARGEST_ID, Asked, Given, Moment, MomentIn
from weixi.kernel.events.models import Event
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked as Request
from weixi.organisation.scope import Viewer

router = Router(tags=["events"])


class EventsAsked(Asked):
    after: int = Field(
        0, ge=0, le=LARGEST_ID, description=gettext_noop("Only events behind this seq: the `next` of the page before.")
    )
    limit: int = Field(100, ge=1, le=200)
    customer_id: int | None = Field(None, ge=1, le=LARGEST_ID)
    type: str | None = Field(None, max_length=48, description=gettext_noop("As order.placed."))
    since: MomentIn | None = Field(None, description=gettext_noop("Occurred at this time or later."))
    until: MomentIn | None = Field(None, description=gettext_noop("Occurred before this time."))


class EventOut(Given):
    """One fact. Personal values are not part of it; they stand with the customer."""

    seq: int
    id: str
    type: str
    customer_id: int | None
    subject: str
    actor: str
    occurred_at: Moment
    recorded_at: Moment
    data: dict[str, Any]


class EventsOut(Given):
    """Events in the order they were written. `next` is the `after` of the following page; a reader that
    must miss nothing asks again from some time back, as transactions end in any order, and knows an
    event by its `id`."""

    items: list[EventOut]
    next: int
    more: bool


@router.get("/events", summary=gettext_noop("What happened, in the order it was written"), **read(EventsOut))
def list_events(request: Request, asked: Query[EventsAsked]) -> EventsOut:
    rows = visible_events(request.viewer).filter(seq__gt=asked.after)
    if asked.customer_id is not None:
        rows = rows.filter(customer_id=asked.customer_id)
    if asked.type is not None:
        rows = rows.filter(type=asked.type)
    if asked.since is not None:
        rows = rows.filter(occurred_at__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(occurred_at__lt=asked.until)
    found = list(rows.order_by("seq")[: asked.limit + 1])
    page, access = found[: asked.limit], viewer_access(request.viewer)
    return EventsOut(
        items=[_out(access, row) for row in page],
        next=page[-1].seq if page else asked.after,
        more=len(found) > asked.limit,
    )


def _out(access: FieldAccess, row: Event) -> EventOut:
    given = EventOut.model_validate(row)
    given.data = data_seen(access, row.type, row.data)
    return given


def visible_events(viewer: Viewer) -> QuerySet[Event]:
    """Events of customers in the viewer's scope; those of the company itself only with the right to audit."""
    rows = Event.objects.all()
    if viewer.sees_all:
        return rows if viewer.may(Right.AUDIT_VIEW) else rows.exclude(customer_id=None)
    seen = Q(customer_id__in=Customer.objects.filter(viewer.owned()).values("pk"))
    return rows.filter(seen | Q(customer_id=None)) if viewer.may(Right.AUDIT_VIEW) else rows.filter(seen)
