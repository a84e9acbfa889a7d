"""The group's links of a customer that is merged: they go along where that makes sense."""

from __future__ import annotations

from weixi.customers.groups.models import CustomerLink, LinkKind
from weixi.customers.groups.queries import would_circle


def move_links(loser: int, winner: int) -> list[list[int]]:
    """Move the links, one by one; returns [[link, 0 as parent | 1 as child], ...] of those moved. A link that
    the winner has, that would lead to itself or in a circle, or give it a second parent, stays where it is."""
    moved: list[list[int]] = []
    for link in CustomerLink.objects.filter(parent_id=loser).order_by("pk"):
        known = CustomerLink.objects.filter(parent_id=winner, child_id=link.child_id).exists()
        if link.child_id != winner and not known and not would_circle(winner, link.child_id):
            CustomerLink.objects.filter(pk=link.pk).update(parent_id=winner)
            moved.append([link.pk, 0])
    for link in CustomerLink.objects.filter(child_id=loser).order_by("pk"):
        known = CustomerLink.objects.filter(parent_id=link.parent_id, child_id=winner).exists()
        second = (
            link.kind == LinkKind.BRANCH and CustomerLink.objects.filter(child_id=winner, kind=LinkKind.BRANCH).exists()
        )
        if link.parent_id != winner and not known and not second and not would_circle(link.parent_id, winner):
            CustomerLink.objects.filter(pk=link.pk).update(child_id=winner)
            moved.append([link.pk, 1])
    return moved


def move_links_back(moved: list[list[int]], loser: int, winner: int) -> int:
    """Bring them back; returns how many were changed meanwhile."""
    back = 0
    for pk, side in moved:
        name = ("parent_id", "child_id")[side]
        back += CustomerLink.objects.filter(pk=pk, **{name: winner}).update(**{name: loser})
    return len(moved) - back
