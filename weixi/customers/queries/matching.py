"""What a typed text means: customers by name, number, sound, initials, telephone's tail, or a person of theirs."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from weixi.customers.access import viewer_access
from weixi.customers.models import Customer
from weixi.kernel import search
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer

KINDS = ("customer", "contact")
# Matches beyond which it may be quicker to look at the viewer's own customers, and the newest that are looked at
# before that is decided.
MANY, LOOKED_AT = 10_000, 500
PHONES = ("phone", "other_phone", "contact_mobile", "contact_phone")


def seen_by(viewer: Viewer) -> Q:
    """Condition on a search entry, or on another row of a customer: its customer is in the viewer's scope.

    One look by primary key per match, instead of a list of all the viewer's customers.
    """
    if viewer.sees_all:
        return Q()
    return Q(Exists(Customer.objects.filter(viewer.owned(), pk=OuterRef("customer_id"))))


def matching_customers(viewer: Viewer, text: str, *, limit: int, kinds: Sequence[str] = KINDS) -> list[int]:
    """Ids of at most `limit` customers in the viewer's scope that match, the latest entered first.

    What the viewer does not see in full finds nothing: neither a masked telephone nor a masked name of a contact.
    """
    kinds, phones = _findable(viewer, kinds)
    rows = search.newest(search.matching(text, kinds=kinds, phones=phones).filter(seen_by(viewer)))
    found = rows.values_list("customer_id", flat=True)[:limit]
    return list(dict.fromkeys(pk for pk in found if pk is not None))


def _findable(viewer: Viewer, kinds: Sequence[str]) -> tuple[Sequence[str], bool]:
    """The kinds of entries that may find something for the viewer, and whether telephones may."""
    access = viewer_access(viewer)
    if not access.reads("contact_name"):
        kinds = [kind for kind in kinds if kind != "contact"]
    return kinds, all(map(access.reads, PHONES))


def walked_by_text(viewer: Viewer, text: str, mine: Q, *, enough: int) -> Q | None:
    """The text as a condition to check customer by customer, where hardly any of very many matches are among the
    viewer's customers (`mine`); None where the matches are better gone through, as `matching_customers` does
    until it has `enough`.

    How many are the viewer's is guessed from the newest matches.
    """
    kinds, phones = _findable(viewer, KINDS)
    condition = search.of_customer(text, kinds=kinds, phones=phones, above=MANY)
    if condition is None:
        return None
    newest = search.newest(search.matching(text, kinds=kinds, phones=phones)).values_list("customer_id", flat=True)
    looked_at = set(newest[:LOOKED_AT])
    own = Customer.objects.filter(mine, one_of("pk", [pk for pk in looked_at if pk is not None])).count()
    return condition if own * MANY < LOOKED_AT * enough else None
