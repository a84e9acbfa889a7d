"""Customers whose owner cannot log in any more and who have not been handed over (O-3)."""

from __future__ import annotations

from django.db.models import Count

from weixi.customers.models import Customer
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer


def left_behind(viewer: Viewer) -> list[tuple[User, int]]:
    """(who left, how many customers still stand under his name), within the viewer's scope."""
    gone = User.objects.filter(is_active=False)
    if not viewer.sees_all:
        gone = gone.filter(pk__in=viewer.owner_ids)
    people = {person.pk: person for person in gone}
    if not people:
        return []
    rows = Customer.objects.filter(owner_id__in=list(people), archived_at=None)
    counted = rows.order_by("owner_id").values_list("owner_id").annotate(n=Count("pk"))
    return [(people[pk], count) for pk, count in counted]
