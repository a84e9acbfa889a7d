"""Working through a list one by one: from a customer to the next as the list stands, filter and order kept.

The place in the list travels in the address as a mark (`at`): the value by which the customer stood there when he
was opened. So the next one is right also when the customer has been worked on and has left the list, or moved in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from weixi.customers.list_frame import read_ask
from weixi.customers.lists.address import read_place
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.customers.queries.listing import (
    Ask,
    Count,
    count_before,
    count_customers,
    mark_of,
    matching_rows,
    neighbour,
)
from weixi.kernel.errors import WeixiError
from weixi.organisation.scope import Viewer

# The place is counted up to here; behind it the bar says "after more than".
COUNTED = 2_000
LONGEST = 6_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands in the list that is worked through. `inside` is False when he has left it meanwhile;
    `before` how many stand before him. The addresses are empty at the ends."""

    before: Count
    count: Count
    inside: bool
    next_href: str
    previous_href: str
    back_href: str
    name: str

    @property
    def position(self) -> int:
        return self.before.number + 1

    @property
    def left(self) -> int:
        return max(0, self.count.number - self.before.number - self.inside)


def ask_of(viewer: Viewer, text: str) -> tuple[Ask, str]:
    """What the list's address asks for, and the name of its view. Raises as `read_ask`."""
    place = read_place(viewer, QueryDict(text[:LONGEST]))
    return read_ask(viewer, place.query)[0], place.view.name if place.view else ""


def step(viewer: Viewer, text: str, *, at: str = "", backwards: bool = False, begin: int | None = None) -> str:
    """The address of the next customer of the list, of the one `begin` names, or of the first; the list's own at its
    end. Raises as `read_ask`, and NotFound for a `begin` out of the viewer's scope."""
    ask, _name = ask_of(viewer, text)
    if begin is not None:
        customer = get_customer_for(viewer, begin)
        return _address(customer.pk, text, mark_of(ask, customer))
    found = neighbour(viewer, ask, at, backwards=backwards)
    if found is None:
        return back_to(text)
    pk, mark = found
    return _address(pk, text, mark)


def _address(pk: int, text: str, mark: str) -> str:
    return f"{reverse('customer', args=[pk])}?{urlencode({'list': text, 'at': mark})}"


def back_to(text: str) -> str:
    return f"{reverse('customers')}?{text}" if text else reverse("customers")


def standing_of(viewer: Viewer, customer: Customer, given: QueryDict) -> Standing | None:
    """Where the customer stands in the list that his address names (`list`, `at`); None without one, and for one
    that cannot be read. A fixed number of queries."""
    if "list" not in given:
        return None
    text, at = given.get("list", ""), given.get("at", "")
    try:
        ask, name = ask_of(viewer, text)
    except WeixiError:
        return None
    at = at or mark_of(ask, customer)
    before = count_before(viewer, ask, at, stop=COUNTED)
    if before is None:
        at = mark_of(ask, customer)
        before = count_before(viewer, ask, at, stop=COUNTED) or Count(0)
    rows, _cut = matching_rows(viewer, ask)
    inside = rows.filter(pk=customer.pk).exists()
    count = count_customers(viewer, ask)
    further = before.more or count.more or before.number + inside < count.number
    return Standing(
        before=before,
        count=count,
        inside=inside,
        next_href=_way(text, at, "next") if further else "",
        previous_href=_way(text, at, "previous") if before.number else "",
        back_href=back_to(text),
        name=name,
    )


def _way(text: str, at: str, way: str) -> str:
    return f"{reverse('customers-through')}?{urlencode({'list': text, 'at': at, 'way': way})}"
