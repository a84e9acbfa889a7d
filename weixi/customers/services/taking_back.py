"""What an import had entered leaves the archive again; its history says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, Substr

from weixi.customers.models import Contact, Customer, CustomerTag, Tag
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.one_of import one_of
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

# Beside its own id there is room for so much of the number.
_STEM = 26


def take_back_customers(ids: Sequence[int], *, viewer: Viewer, reason: str) -> int:
    """Put these customers away and free their numbers for the next file; returns how many there were.

    They keep what was known of them; who brings one back finds it under `K-00217~31`. The caller has
    looked whether they are the viewer's.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    if not ids:
        return 0
    with unit_of_work(actor=viewer.actor) as work:
        rows = Customer.objects.select_for_update(of=("self",)).filter(one_of("pk", ids), archived_at=None)
        found = sorted(rows.values_list("pk", flat=True))
        Customer.objects.filter(one_of("pk", found)).update(
            archived_at=work.now,
            archive_reason=reason[:200],
            number=Concat(Substr("number", 1, _STEM), Value("~"), Cast("pk", CharField())),
            version=F("version") + 1,
            changed_at=work.now,
        )
        for pk in found:
            work.record("customer.archived", customer=pk, subject=("customer", pk), data={"reason": reason})
    return len(found)


def take_back_contacts(ids: Sequence[int], *, viewer: Viewer, reason: str) -> int:
    """Remove these people; returns how many there were."""
    viewer.require(Right.CUSTOMERS_EDIT)
    if not ids:
        return 0
    with unit_of_work(actor=viewer.actor) as work:
        found = list(Contact.objects.filter(one_of("pk", ids), removed_at=None).values_list("pk", "customer_id"))
        Contact.objects.filter(one_of("pk", [pk for pk, _customer in found])).update(removed_at=work.now)
        for pk, customer in sorted(found):
            work.record("contact.removed", customer=customer, subject=("contact", pk), data={"reason": reason})
    return len(found)


def take_off_tags(tags: Mapping[int, Iterable[str]], *, viewer: Viewer) -> int:
    """Take tags off customers, where they are still on them; returns how many were."""
    viewer.require(Right.CUSTOMERS_EDIT)
    wanted = {(pk, name) for pk, names in tags.items() for name in names}
    if not wanted:
        return 0
    with unit_of_work(actor=viewer.actor) as work:
        before: dict[int, set[str]] = defaultdict(set)
        gone: list[int] = []
        rows = CustomerTag.objects.filter(one_of("customer_id", tags)).values_list("pk", "customer_id", "tag__name")
        for key, customer, name in rows:
            before[customer].add(name)
            if (customer, name) in wanted:
                gone.append(key)
        CustomerTag.objects.filter(one_of("pk", gone)).delete()
        for customer, names in sorted(before.items()):
            left = names - set(tags[customer])
            if left != names:
                change = [sorted(names), sorted(left)]
                work.record(
                    "customer.changed",
                    customer=customer,
                    subject=("customer", customer),
                    data={"changes": {"tags": change}},
                )
    return len(gone)


def used_tags(ids: Iterable[int]) -> set[int]:
    """Those of these tags that a customer carries: one that was taken back with its import carries nothing."""
    carried = CustomerTag.objects.filter(one_of("tag_id", ids)).exclude(customer__in=_taken_back())
    return set(carried.order_by().values_list("tag_id", flat=True).distinct())


def take_back_tags(ids: Sequence[int], *, viewer: Viewer, reason: str) -> int:
    """Remove these tags; customers that were taken back with their import lose them and their history says so.
    Returns how many tags there were.

    The caller has looked that no other customer carries one (`used_tags`).
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    if not ids:
        return 0
    with unit_of_work(actor=viewer.actor) as work:
        tags = {tag.pk: tag for tag in Tag.objects.select_for_update().filter(one_of("pk", ids)).order_by("pk")}
        off: dict[int, set[str]] = defaultdict(set)
        left = CustomerTag.objects.filter(one_of("tag_id", tags)).filter(customer__in=_taken_back())
        for customer, key in left.values_list("customer_id", "tag_id"):
            off[customer].add(tags[key].name)
        take_off_tags(off, viewer=viewer)
        Tag.objects.filter(one_of("pk", tags)).delete()
        for pk, tag in tags.items():
            work.record("tag.removed", subject=("tag", pk), data={"name": tag.name, "reason": reason})
    return len(tags)


def _taken_back() -> QuerySet[Customer]:
    """Customers that were put away with the import that had brought them; their number tells."""
    return Customer.objects.filter(
        archived_at__isnull=False, number__endswith=Concat(Value("~"), Cast("pk", CharField()))
    ).order_by()
