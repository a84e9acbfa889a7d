"""Tags on customers (A-8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from weixi.customers.enums import TagGroup
from weixi.customers.models import Customer, CustomerTag, Tag
from weixi.customers.services.values import clean_values
from weixi.customers.taxonomy import ListedTag, listed_tags, rivals_of
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_missing
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


def retag_customer(customer: Customer, names: Iterable[str], *, viewer: Viewer) -> None:
    """Give a customer exactly these tags, stated as one change; the same tags again change nothing."""
    viewer.require(Right.CUSTOMERS_EDIT)
    wanted = list(names)
    with unit_of_work(actor=viewer.actor) as work:
        before = _names(customer)
        set_tags(customer, wanted, work)
        kept = {clean_values({"tag": name})["tag"] for name in wanted}
        CustomerTag.objects.filter(customer=customer).exclude(tag__name__in=kept).delete()
        if _names(customer) != before:
            _record(work, customer, before)


def make_tags(
    names: Iterable[str], work: UnitOfWork, *, group: str = TagGroup.FREE, listed: Mapping[str, ListedTag] | None = None
) -> dict[str, int]:
    """{name: id} of these tags, as they are spelt; those that nobody has used before are made and that is stated.

    A tag of the policy's taxonomy goes into its own group there, any other into `group`.
    """
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    listed = listed_tags() if listed is None else listed
    made = insert_missing(
        [Tag(name=name, group=listed[name].group if name in listed else group) for name in wanted], "name"
    )
    for tag in made:
        work.record("tag.created", subject=("tag", tag.pk), data={"name": tag.name, "group": str(tag.group)})
    known = dict(Tag.objects.filter(one_of("name", wanted)).order_by().values_list("name", "pk"))
    return {name: known[name] for name in wanted}


def set_tags(customer: Customer, names: Iterable[str], work: UnitOfWork, *, group: str = TagGroup.FREE) -> list[str]:
    """Put tags on a customer without stating it; returns those that were not there. A level of the taxonomy takes the
    place of the one there was."""
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
    listed = listed_tags() if wanted else {}
    for name, tag in make_tags(wanted, work, group=group, listed=listed).items():
        _row, new = CustomerTag.objects.get_or_create(customer=customer, tag_id=tag, defaults={"added_at": work.now})
        if new:
            added.append(name)
            if rivals := rivals_of(name, listed):
                CustomerTag.objects.filter(customer=customer, tag__name__in=rivals).delete()
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
