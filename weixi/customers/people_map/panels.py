"""The map as a tab of the customer page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Customer
from weixi.customers.people_map.drawing import Drawing, Spot, draw
from weixi.customers.people_map.queries import PeopleMap, Placed, map_of
from weixi.kernel.slices import Panel
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Line:
    """A person in the list below the drawing, his ties by name; `spot` is where he stands on it."""

    person: Placed
    above: str
    influences: tuple[str, ...]
    below: tuple[str, ...]
    spot: Spot


def people_map(viewer: Viewer, customer: Customer) -> Mapping[str, Any]:
    found = map_of(viewer, customer)
    drawn = drawing_of(found)
    return {
        "customer": customer,
        "map": found,
        "drawing": drawn,
        "lines": list(_lines(found, drawn)),
        "may_edit": viewer.may(Right.CUSTOMERS_EDIT) and customer.archived_at is None,
    }


def drawing_of(found: PeopleMap) -> Drawing:
    return draw(
        [each.pk for each in found.people],
        {each.pk: each.reports_to for each in found.people if each.reports_to is not None},
        [(each.pk, other) for each in found.people for other in each.influences],
    )


def _lines(found: PeopleMap, drawn: Drawing) -> Sequence[Line]:
    names = {each.pk: each.name for each in found.people}
    return [
        Line(
            each,
            names.get(each.reports_to, "") if each.reports_to else "",
            tuple(names[pk] for pk in each.influences),
            tuple(other.name for other in found.people if other.reports_to == each.pk),
            drawn.spots[each.pk],
        )
        for each in found.people
    ]


MAP = Panel("people", _("People map"), "customers/people_map/map.html", people_map, order=20)
