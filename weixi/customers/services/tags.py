"""Tags on customers (A-8)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from weixi.customers.enums import TagGroup
from weixi.customers.models import Customer, CustomerTag, Tag
from weixi.customers.services.values import clean_values
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

LONGEST = 40


def tag_customer(customer: Customer, names: Iterable[str], *, viewer: Viewer, group: str = TagGroup.FREE) -> list[str]:
    """Add tags, making those that do not exist; returns those that were new on this customer."""
    viewer.require(Right.CUSTOMERS_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        before = _names(customer)
        added = set_tags(customer, names, work, group=group)
        if added:
            _record(work, customer, before)
    return added


def untag_customer(customer: Customer, name: str, *, viewer: Viewer) -> None:
    """Take a tag off; one that is not there is no fault."""
    viewer.require(Right.CUSTOMERS_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        before = _names(customer)
        if CustomerTag.objects.filter(customer=customer, tag__name=name).delete()[0]:
            _record(work, customer, before)


def set_tags(customer: Customer, names: Iterable[str], work: UnitOfWork, *, group: str = TagGroup.FREE) -> list[str]:
    """Put tags on a customer without stating it; returns those that were not there."""
    wanted = []
    for name in names:
        text = clean_values({"tag": name})["tag"]
        if len(text) > LONGEST:
            raise Invalid(
                _("A tag has at most %(count)d characters.") % {"count": LONGEST},
                fields={"tags": _("Shorten the tag.")},
            )
        if text and text not in wanted:
            wanted.append(text)
    added = []
    for name in wanted:
        tag, _made = Tag.objects.get_or_create(name=name, defaults={"group": group})
        _row, new = CustomerTag.objects.get_or_create(customer=customer, tag=tag, defaults={"added_at": work.now})
        if new:
            added.append(name)
    return added


def _names(customer: Customer) -> list[str]:
    return sorted(customer.tagged.values_list("tag__name", flat=True))


def _record(work: UnitOfWork, customer: Customer, before: list[str]) -> None:
    work.record(
        "customer.changed",
        customer=customer.pk,
        subject=("customer", customer.pk),
        data={"changes": {"tags": [before, _names(customer)]}},
    )
