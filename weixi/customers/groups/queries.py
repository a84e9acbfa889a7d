"""Who belongs together with a customer, as far as the viewer sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from weixi.customers.groups.models import CustomerLink, LinkKind
from weixi.customers.models import Customer
from weixi.customers.queries.find import Owned, visible_customers
from weixi.kernel.errors import NotFound
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer


@dataclass(frozen=True, slots=True)
class Member:
    """A customer of the group; `depth` below its head. `link` is the one above it."""

    customer: Customer
    depth: int
    link: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    """The members the viewer sees, parents before their branches, and their sums; `hidden` says that there
    are others, not which."""

    members: tuple[Member, ...]
    amount: Decimal
    hidden: bool


def links_around(pk: int) -> list[CustomerLink]:
    """All links of the group a customer is in; a query for each step outwards. Uses index: the links' keys."""
    known: dict[int, CustomerLink] = {}
    seen: set[int] = set()
    ask = {pk}
    while ask:
        seen |= ask
        rows = CustomerLink.objects.filter(one_of("parent_id", ask) | one_of("child_id", ask))
        fresh = [row for row in rows if row.pk not in known]
        known |= {row.pk: row for row in fresh}
        ask = {end for row in fresh for end in (row.parent_id, row.child_id)} - seen
    return list(known.values())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer stands in its group, as far as the viewer sees it: the whole it is a part of, how many parts
    and partners it has."""

    whole: int | None
    whole_name: str
    parts: int
    partners: int


def with_place(owned: Owned, rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Customers with what `place_of` says of them, in the same query. Uses index: the links' keys."""
    links = CustomerLink.objects.order_by().filter(owned("parent__"), owned("child__"))

    def number(**given: Any) -> Coalesce:
        counted = links.filter(**given).values("kind").annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(counted[:1], output_field=IntegerField()), 0)

    whole = links.filter(child=OuterRef("pk"), kind=LinkKind.BRANCH)
    return rows.annotate(
        group_whole=Subquery(whole.values("parent_id")[:1]),
        group_whole_name=Subquery(whole.values("parent__name")[:1]),
        group_parts=number(parent=OuterRef("pk"), kind=LinkKind.BRANCH),
        group_partners=number(parent=OuterRef("pk"), kind=LinkKind.PARTNER)
        + number(child=OuterRef("pk"), kind=LinkKind.PARTNER),
    )


def place_of(customer: Customer) -> Place | None:
    """For the head of its page, of a customer read `with_place`; None when it stands alone."""
    read = vars(customer)
    place = Place(
        read.get("group_whole"),
        read.get("group_whole_name") or "",
        read.get("group_parts", 0),
        read.get("group_partners", 0),
    )
    return place if place.whole or place.parts or place.partners else None


def get_link_for(viewer: Viewer, pk: int) -> CustomerLink:
    """One link of which the viewer sees both ends; raises NotFound otherwise."""
    rows = CustomerLink.objects.select_related("parent", "child")
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("parent__"), viewer.owned("child__"))
    link = rows.filter(pk=pk).first()
    if link is None:
        raise NotFound(_("There is no such link among the customers you look after."), code="link.not_found")
    return link


def would_circle(parent: int, child: int) -> bool:
    """Whether `parent` already hangs below `child`."""
    seen: set[int] = set()
    ask = {child}
    while ask:
        if parent in ask:
            return True
        seen |= ask
        below = CustomerLink.objects.filter(one_of("parent_id", ask), kind=LinkKind.BRANCH)
        ask = set(below.values_list("child_id", flat=True)) - seen
    return False


def group_of(viewer: Viewer, customer: Customer) -> Group | None:
    """The group a customer belongs to; None when it stands alone."""
    links = links_around(customer.pk)
    if not links:
        return None
    ids = {end for link in links for end in (link.parent_id, link.child_id)}
    seen = visible_customers(viewer).select_related("owner").in_bulk(ids)
    members = tuple(_ordered(links, seen))
    amount = sum((member.customer.annual_amount for member in members), Decimal(0))
    return Group(members, amount, len(seen) < len(ids))


def _ordered(links: Iterable[CustomerLink], seen: dict[int, Customer]) -> Iterable[Member]:
    below: dict[int, list[CustomerLink]] = {}
    children = set()
    for each in links:
        below.setdefault(each.parent_id, []).append(each)
        children.add(each.child_id)
    done: set[int] = set()
    todo: list[tuple[int, int, CustomerLink | None]] = [
        (pk, 0, None) for pk in sorted(below.keys() - children, reverse=True)
    ]
    while todo:
        pk, depth, link = todo.pop()
        if pk in done:
            continue
        done.add(pk)
        if pk in seen:
            yield Member(seen[pk], depth, link.pk if link else None, link.kind if link else "")
        order = sorted(below.get(pk, ()), key=lambda each: -each.child_id)
        todo += [(each.child_id, depth + 1, each) for each in order]
