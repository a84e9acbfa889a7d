"""What a typed text means: customers by name, number, sound, initials, telephone's tail, or a person of theirs."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from weixi.customers.access import viewer_access
from weixi.customers.models import Customer
from weixi.kernel import search
from weixi.organisation.scope import Viewer

KINDS = ("customer", "contact")
PHONES = ("phone", "other_phone", "contact_mobile", "contact_phone")


def seen_by(viewer: Viewer) -> Q:
    """Condition on a search entry: its customer is in the viewer's scope.

    One look by primary key per match, instead of a list of all the viewer's customers.
    """
    if viewer.sees_all:
        return Q()
    return Q(Exists(Customer.objects.filter(viewer.owned(), pk=OuterRef("customer_id"))))


def matching_customers(viewer: Viewer, text: str, *, limit: int, kinds: Sequence[str] = KINDS) -> list[int]:
    """Ids of at most `limit` customers in the viewer's scope that match, the latest entered first.

    What the viewer does not see in full finds nothing: neither a masked telephone nor a masked name of a contact.
    """
    access = viewer_access(viewer)
    if not access.reads("contact_name"):
        kinds = [kind for kind in kinds if kind != "contact"]
    phones = all(map(access.reads, PHONES))
    rows = search.matching(text, kinds=kinds, phones=phones).filter(seen_by(viewer)).order_by("-pk")
    found = rows.values_list("customer_id", flat=True)[:limit]
    return list(dict.fromkeys(pk for pk in found if pk is not None))
