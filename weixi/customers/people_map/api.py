"""The people map in the API: who stands where at a customer, and who has influence on whom."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext_noop
from ninja import Router
from pydantic import Field

from weixi.customers.people_map.enums import Attitude, BuyingPart
from weixi.customers.people_map.queries import Placed, map_of
from weixi.customers.people_map.services import NOTE_LENGTH, place_contact
from weixi.customers.queries import get_contact_for, get_customer_for
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.values import Given, Id, Taken
from weixi.organisation.requests import Asked

router = Router(tags=["contacts"])


class PlacedOut(Given):
    """Where one person stands. What was never said is empty; a field that the token's person does not see too."""

    contact_id: int
    name: str
    position: str
    part: str
    attitude: str
    note: str
    reports_to_id: int | None
    influences: list[int] = Field(description=gettext_noop("Ids of the people he has influence on."))
    version: int = Field(description=gettext_noop("0 when nothing was ever said of this person."))


class PeopleMapOut(Given):
    """Everybody who is at a customer now."""

    items: list[PlacedOut]


class PlaceContact(Taken):
    part: Annotated[BuyingPart, Field(strict=False)] | None = None
    attitude: Annotated[Attitude, Field(strict=False)] | None = None
    note: str = Field("", max_length=NOTE_LENGTH)
    reports_to_id: Id | None = None
    influences: list[Id] = Field(default_factory=list, max_length=200)
    version: int | None = Field(None, ge=0)

    def given(self) -> dict[str, Any]:
        values = super().given()
        if "reports_to_id" in values:
            values["reports_to"] = values.pop("reports_to_id")
        return values


@router.get(
    "/customers/{int:customer_id}/people-map", summary=gettext_noop("Who stands where, and who influences whom"),
    **read(PeopleMapOut),
)  # fmt: skip
def get_people_map(request: Asked, customer_id: int) -> PeopleMapOut:
    found = map_of(request.viewer, get_customer_for(request.viewer, customer_id))
    return PeopleMapOut(items=[_out(each) for each in found.people])


@router.patch(
    "/contacts/{int:contact_id}/place",
    summary=gettext_noop("Say where a person stands"),
    description=gettext_noop(
        "Only what is sent is changed; `influences` replaces all of them. With `version` an older state is refused "
        "(409 version.conflict) with the fields that differ."
    ),
    **write(PlacedOut),
)
def patch_place(request: Asked, contact_id: int, payload: PlaceContact) -> PlacedOut:
    viewer = request.viewer
    contact = get_contact_for(viewer, contact_id)
    values = payload.given()
    version = values.pop("version", None)
    place_contact(contact, viewer=viewer, version=version, whole=False, values=values)
    found = map_of(viewer, contact.customer)
    return next(_out(each) for each in found.people if each.pk == contact_id)


def _out(each: Placed) -> PlacedOut:
    return PlacedOut(
        contact_id=each.pk, name=each.name, position=each.position, part=each.part, attitude=each.attitude,
        note=each.note, reports_to_id=each.reports_to, influences=list(each.influences), version=each.version,
    )  # fmt: skip
