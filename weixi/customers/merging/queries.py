"""Who a customer became part of, and the record of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weixi.customers.models import Customer, MergeRecord
from weixi.kernel.errors import NotFound
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer
from weixi.policy.document.durations import Duration
from weixi.policy.queries import policy_in_force
from weixi.policy.queries.spans import later


def roots_of(ids: Iterable[int]) -> dict[int, int]:
    """{customer: the one it is a part of now} for those of these that were merged; a query for each step."""
    found: dict[int, int] = {}
    ask = set(ids)
    links: dict[int, int] = {}
    while ask:
        rows = Customer.objects.filter(pk__in=ask, merged_into__isnull=False).values_list("pk", "merged_into_id")
        fresh = {pk: into for pk, into in rows if into is not None}
        links |= fresh
        ask = set(fresh.values()) - links.keys()
    for pk in links:
        root = pk
        while root in links:
            root = links[root]
        found[pk] = root
    return found


def now_of(customer: Customer) -> Customer:
    """The customer itself, or the one it became part of: what is entered for it is that one's. No query for a
    customer that was not merged."""
    if customer.merged_into_id is None:
        return customer
    return Customer.objects.select_related("owner").get(pk=roots_of([customer.pk])[customer.pk])


def parts_of(ids: Iterable[int]) -> dict[int, list[int]]:
    """{customer: all that were made part of it, through whatever steps}; a query for each step and one more."""
    parents: dict[int, int] = {}
    ask = set(ids)
    while ask:
        rows = Customer.objects.filter(one_of("merged_into", ask)).values_list("pk", "merged_into_id")
        fresh = {pk: into for pk, into in rows if into is not None and pk not in parents}
        parents |= fresh
        ask = set(fresh)
    found: dict[int, list[int]] = {}
    for pk in parents:
        root = pk
        while root in parents:
            root = parents[root]
        found.setdefault(root, []).append(pk)
    return found


def merges_seen(viewer: Viewer) -> QuerySet[MergeRecord]:
    """The merges of which the viewer sees both, the latest first."""
    rows = MergeRecord.objects.select_related("loser", "winner", "by", "undone_by")
    return rows if viewer.sees_all else rows.filter(viewer.owned("loser__"), viewer.owned("winner__"))


def get_merge_for(viewer: Viewer, pk: int) -> MergeRecord:
    """One merge; raises NotFound when the viewer does not see both customers."""
    record = merges_seen(viewer).filter(pk=pk).first()
    if record is None:
        raise NotFound(_("There is no such merge among the customers you look after."), code="merge.not_found")
    return record


def undo_until(record: MergeRecord) -> datetime | None:
    """Until when the policy lets this merge be taken back; None: for ever."""
    span = undo_within()
    return later(record.at, span) if span is not None else None


def undo_within() -> Duration | None:
    """For how long the policy in force lets a merge be taken back; None: for ever."""
    try:
        return policy_in_force().archive.merge_undo_within
    except NotFound:
        return None


def whole_of(viewer: Viewer, customer: Customer) -> Customer | None:
    """The customer that this one is a part of now, when the viewer sees it."""
    root = roots_of([customer.pk]).get(customer.pk)
    rows = Customer.objects.filter(pk=root) if root else Customer.objects.none()
    return rows.first() if viewer.sees_all else rows.filter(viewer.owned()).first()
