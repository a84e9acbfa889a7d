"""What the palette finds of the archive: customers, the people at them, and tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from weixi.customers.access import viewer_access
from weixi.customers.enums import TagGroup
from weixi.customers.grades import grade_labels
from weixi.customers.models import Contact, Customer, CustomerTag, Tag
from weixi.customers.queries.matching import seen_by
from weixi.kernel import search
from weixi.kernel.search.text import digits_of
from weixi.kernel.slices import Hit
from weixi.organisation.scope import Viewer


def customer_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Customers by name, sound, initials, number or telephone; exact names first. Two queries."""
    found = search.find(text, kinds=["customer"], within=seen_by(viewer), limit=limit)
    hits = _customers(viewer, Q(pk__in=[hit.object_id for hit in found]))
    told = [hits[key] for hit in found if (key := str(hit.object_id)) in hits]
    return told if viewer_access(viewer).reads("phone") else [hit for hit in told if _says(hit, text)]


def recall_customers(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The customers of these ids that are still in scope. One query."""
    return _customers(viewer, viewer.owned() & Q(pk__in=[int(key) for key in keys], archived_at=None))


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
    found = search.find(text, kinds=["contact"], within=seen_by(viewer), limit=limit)
    hits = _contacts(viewer, Q(pk__in=[hit.object_id for hit in found]))
    told = [hits[key] for hit in found if (key := str(hit.object_id)) in hits]
    return told if access.reads("contact_mobile") else [hit for hit in told if _says(hit, text)]


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


def _says(hit: Hit, text: str) -> bool:
    """Whether a hit can have been found by what it shows: digits that stand nowhere in it are a masked phone's, and
    to find by them would be to read it."""
    asked, shown = digits_of(text), digits_of(f"{hit.title} {hit.sub}")
    return not asked or asked in shown


def tag_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Tags by part of their name, each with the customers that carry it. One query over some hundred tags."""
    return _tags(viewer, Q(name__icontains=text), limit).values()


def recall_tags(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, Hit]:
    """The tags of these ids. One query."""
    return _tags(viewer, Q(pk__in=[int(key) for key in keys]), len(keys))


def _tags(viewer: Viewer, where: Q, limit: int) -> dict[str, Hit]:
    rows = Tag.objects.filter(where)
    if not viewer.sees_all:
        # A free tag may name what only its own customers should know of; it is asked per tag, up to the first customer.
        seen = Exists(CustomerTag.objects.filter(viewer.owned("customer__"), tag=OuterRef("pk")))
        rows = rows.filter(~Q(group=TagGroup.FREE) | seen)
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
