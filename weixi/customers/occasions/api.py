"""Days a customer has once in the API: an exhibition, an opening, a launch (C-4)."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_noop
from ninja import Query, Router, Status
from pydantic import Field

from weixi.customers.api_values import Version
from weixi.customers.models import Occasion
from weixi.customers.occasions import services
from weixi.customers.occasions.queries import occasions_for
from weixi.customers.occasions.rules import kind_titles
from weixi.customers.queries import get_customer_for
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.paging import Page, Paged, page_of
from weixi.kernel.api.values import Day, DayIn, Given, Id, Moment, Ref, Taken
from weixi.organisation.requests import Asked

router = Router(tags=["occasions"])

_KIND = gettext_noop("Its code in the policy ([[care.occasion]]).")


class OccasionsAsked(Paged):
    customer_id: Id | None = None
    kind: Annotated[str, Field(max_length=20)] | None = None
    from_day: DayIn | None = None
    until_day: DayIn | None = None


class CreateOccasion(Taken):
    customer_id: Id
    kind: str = Field(max_length=20, description=_KIND)
    day: DayIn
    title: str = Field("", max_length=80)
    place: str = Field("", max_length=120)
    remark: str = Field("", max_length=300)


class ChangeOccasion(Taken):
    version: int | None = Field(None, ge=1)
    kind: Annotated[str, Field(max_length=20, description=_KIND)] | None = None
    day: DayIn | None = None
    title: Annotated[str, Field(max_length=80)] | None = None
    place: Annotated[str, Field(max_length=120)] | None = None
    remark: Annotated[str, Field(max_length=300)] | None = None


class OccasionOut(Given):
    """A day a customer has once. `announced_at` is when its duty opens; empty for a day that was past already."""

    id: int
    customer: Ref
    kind: str
    kind_title: str
    day: Day
    title: str
    place: str
    remark: str
    announced_at: Moment | None
    called_off_at: Moment | None
    version: int


@router.get("/occasions", summary=gettext_noop("List days of customers, by day"), **read(Page[OccasionOut]))
def list_occasions(request: Asked, asked: Query[OccasionsAsked]) -> Page[OccasionOut]:
    viewer = request.viewer
    customer = None if asked.customer_id is None else get_customer_for(viewer, asked.customer_id).pk
    rows = occasions_for(viewer, customer=customer, kind=asked.kind, first=asked.from_day, last=asked.until_day)
    return Page[OccasionOut](**page_of(rows, asked, occasion_out))


@router.get("/occasions/{int:occasion_id}", summary=gettext_noop("One day of a customer"), **read(OccasionOut))
def get_occasion(request: Asked, occasion_id: int) -> OccasionOut:
    return occasion_out(services.get_occasion_for(request.viewer, occasion_id))


@router.post(
    "/occasions",
    summary=gettext_noop("Enter a day a customer has once"),
    description=gettext_noop(
        "So long before it as the policy says it becomes a duty; a day that is past is history and asks for nothing."
    ),
    **write(OccasionOut, 201),
)
def create_occasion(request: Asked, payload: CreateOccasion) -> Status[OccasionOut]:
    values = payload.given()
    customer = get_customer_for(request.viewer, values.pop("customer_id"))
    made = services.add_occasion(customer, viewer=request.viewer, **values)
    return Status(201, _told(request, made.pk))


@router.patch(
    "/occasions/{int:occasion_id}",
    summary=gettext_noop("Change a day of a customer"),
    description=gettext_noop(
        "Only what is sent is changed; another day moves its duty. With `version` an older state is refused (409 "
        "version.conflict)."
    ),
    **write(OccasionOut),
)
def patch_occasion(request: Asked, occasion_id: int, payload: ChangeOccasion) -> OccasionOut:
    services.correct_occasion(occasion_id, viewer=request.viewer, **payload.given())
    return _told(request, occasion_id)


@router.delete(
    "/occasions/{int:occasion_id}",
    summary=gettext_noop("Call a day off"),
    description=gettext_noop("It will not be, or was entered wrongly: its duty is withdrawn. It can be brought back."),
    **write(None, 204),
)
def call_off_occasion(request: Asked, occasion_id: int, version: Version | None = None) -> Status[None]:
    services.remove_occasion(occasion_id, viewer=request.viewer, version=version)
    return Status(204, None)


@router.post(
    "/occasions/{int:occasion_id}/restore", summary=gettext_noop("Bring a day back that was called off"),
    **write(OccasionOut),
)  # fmt: skip
def restore_occasion(request: Asked, occasion_id: int) -> OccasionOut:
    services.restore_occasion(occasion_id, viewer=request.viewer)
    return _told(request, occasion_id)


def _told(request: Asked, pk: int) -> OccasionOut:
    return occasion_out(services.get_occasion_for(request.viewer, pk))


def occasion_out(row: Occasion) -> OccasionOut:
    customer = row.customer
    return OccasionOut(
        id=row.pk, customer=Ref(id=customer.pk, number=customer.number, name=customer.name), kind=row.kind,
        kind_title=kind_titles().get(row.kind, row.kind), day=row.day, title=row.title, place=row.place,
        remark=row.remark, announced_at=row.near_at, called_off_at=row.removed_at, version=row.version,
    )  # fmt: skip
