"""What a typed text means: customers by name, number, sound, initials, telephone's tail, or a person of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from weixi.customers.access import viewer_access
from weixi.customers.models import Customer
from weixi.kernel import search
from weixi.kernel.search.models import SearchEntry
from weixi.kernel.search.text import digits_of
from weixi.organisation.scope import Viewer

KINDS = ("customer", "contact")
PHONES = ("phone", "contact_mobile", "contact_phone")
# So many matches are looked at when those by a masked telephone have to be left out.
LOOKED_AT = 1000


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
    access, digits = viewer_access(viewer), digits_of(text)
    if not access.reads("contact_name"):
        kinds = [kind for kind in kinds if kind != "contact"]
    rows = search.matching(text, kinds=kinds).filter(seen_by(viewer)).order_by("-pk")
    if digits and not all(map(access.reads, PHONES)):
        return _by_what_is_shown(rows[: max(limit, LOOKED_AT)], digits)[:limit]
    found = rows.values_list("customer_id", flat=True)[:limit]
    return list(dict.fromkeys(pk for pk in found if pk is not None))


def _by_what_is_shown(rows: Iterable[SearchEntry], digits: str) -> list[int]:
    """Those whose name or number has the digits: the others were found by a telephone."""
    found = [(entry.kind, entry.customer_id, entry.title) for entry in rows if entry.customer_id is not None]
    numbers = dict(Customer.objects.filter(pk__in={pk for _kind, pk, _title in found}).values_list("pk", "number"))
    told = (
        pk
        for kind, pk, title in found
        if digits in digits_of(title) or (kind == "customer" and digits in digits_of(numbers.get(pk, "")))
    )
    return list(dict.fromkeys(told))
