"""What the palette finds of the archive: customers, the people at them, and tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from weixi.customers.access import viewer_access
from weixi.customers.enums import TagGroup
from weixi.customers.grades import grade_labels
from weixi.customers.merging.queries import roots_of
from weixi.customers.models import Contact, Customer, CustomerTag, Tag
from weixi.customers.queries.matching import PHONES, seen_by
from weixi.kernel import search
from weixi.kernel.slices import Hit
from weixi.organisation.scope import Viewer


def customer_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Customers by name, sound, initials, number or telephone; exact names first. Two queries."""
    found = search.find(text, kinds=["customer"], within=seen_by(viewer), limit=limit, phones=_phones(viewer))
    hits = _customers(viewer, Q(pk__in=[hit.object_id for hit in found]))
    return [hits[key] for hit in found if (key := str(hit.object_id)) in hits]


def recall_customers(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The customers of these ids that are still in scope; for one that was merged the one it became part of. Two
    queries, one more for each step of a merge."""
    ids = [int(key) for key in keys]
    roots = roots_of(ids)
    wanted = {*ids, *roots.values()} - roots.keys()
    found = _customers(viewer, viewer.owned() & Q(pk__in=wanted, archived_at=None))
    hits: dict[str, Hit] = {}
    told: set[int] = set()
    for pk in ids:
        now = roots.get(pk, pk)
        # Both of a merge may have been opened: the one that is there is told once, where it stood first.
        if now not in told and str(now) in found:
            told.add(now)
            hits[str(pk)] = replace(found[str(now)], key=str(pk))
    return hits


def _customers(viewer: Viewer, where: Q) -> dict[str, Hit]:
    labels, access = grade_labels(), viewer_access(viewer)
    rows = Customer.objects.filter(where).order_by().values_list("pk", "name", "number", "grade", "owner__name")
    return {
        str(pk): Hit(
            title=access.present("name", name),
            url=reverse("customer", args=[pk]),
            icon="building",
            sub="　".join(filter(None, (labels.get(grade, ""), number, owner))),
            key=str(pk),
        )
        for pk, name, number, grade, owner in rows
    }


def contact_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """People by name or telephone; each leads to his customer. Two queries."""
    access = viewer_access(viewer)
    if not access.reads("contact_name"):
        # What is not read in full is not found by parts of it either.
        return []
    found = search.find(text, kinds=["contact"], within=seen_by(viewer), limit=limit, phones=_phones(viewer))
    hits = _contacts(viewer, Q(pk__in=[hit.object_id for hit in found]))
    return [hits[key] for hit in found if (key := str(hit.object_id)) in hits]


def recall_contacts(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The people of these ids at customers still in scope. One query."""
    return _contacts(viewer, viewer.owned("customer__") & Q(pk__in=[int(key) for key in keys]))


def _contacts(viewer: Viewer, where: Q) -> dict[str, Hit]:
    access = viewer_access(viewer)
    rows = Contact.objects.filter(where, removed_at=None).order_by()
    return {
        str(pk): Hit(
            title=access.present("contact_name", name),
            url=reverse("customer", args=[customer]),
            icon="person",
            sub=access.present("name", customer_name),
            key=str(pk),
        )
        for pk, name, customer, customer_name in rows.values_list("pk", "name", "customer_id", "customer__name")
    }


def _phones(viewer: Viewer) -> bool:
    """Whether telephones may be asked for: to find by one that is masked would be to read it."""
    return all(map(viewer_access(viewer).reads, PHONES))


def tag_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Tags by part of their name, each with the customers that carry it. One query over some hundred tags."""
    return _tags(viewer, Q(name__icontains=text), limit).values()


def recall_tags(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The tags of these ids. One query."""
    return _tags(viewer, Q(pk__in=[int(key) for key in keys]), len(keys))


def _tags(viewer: Viewer, where: Q, limit: int) -> dict[str, Hit]:
    rows = Tag.objects.filter(where)
    if not viewer.sees_all:
        # A free tag may name what only its own customers should know of. Asked from one's own customers: of a tag that
        # many carry none may be in reach.
        mine = Customer.objects.filter(viewer.owned()).values("pk")
        seen = CustomerTag.objects.filter(customer_id__in=mine).values("tag_id")
        rows = rows.filter(~Q(group=TagGroup.FREE) | Q(pk__in=seen))
    return {
        str(pk): Hit(
            title=name,
            url=f"{reverse('customers')}?{urlencode({'tag': name})}",
            icon="tag",
            sub=str(TagGroup(group).label),
            key=str(pk),
        )
        for pk, name, group in rows.order_by("group", "name").values_list("pk", "name", "group")[:limit]
    }
