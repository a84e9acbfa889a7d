"""Linking customers that belong together."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.customers.duplicates.models import DuplicatePair, PairState
from weixi.customers.groups.models import CustomerLink, LinkKind
from weixi.customers.groups.queries import would_circle
from weixi.customers.models import Customer
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def link_customers(parent: Customer, child: Customer, *, viewer: Viewer, kind: str = LinkKind.BRANCH) -> CustomerLink:
    """`child` is a part of `parent` (or its partner). The caller has fetched both for the viewer.

    Raises Invalid for a link to itself or in a circle, Conflict when the part has a whole already.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    if kind not in LinkKind.values:
        raise Invalid(_("There is no such link."), fields={"kind": _("Choose one of the list.")})
    if parent.pk == child.pk:
        raise Invalid(_("A customer is no part of itself."), fields={"parent": _("Choose another customer.")})
    with unit_of_work(actor=viewer.actor) as work:
        # Both rows are held: two links made at once cannot make a circle of two.
        list(Customer.objects.select_for_update().filter(pk__in=[parent.pk, child.pk]).order_by("pk").values("pk"))
        if kind == LinkKind.BRANCH and would_circle(parent.pk, child.pk):
            raise Invalid(
                _("%(parent)s is itself a part of %(child)s.") % {"parent": parent.name, "child": child.name},
                fields={"parent": _("Choose another customer.")},
            )
        above = CustomerLink.objects.filter(child=child, kind=LinkKind.BRANCH).first()
        if above is not None and kind == LinkKind.BRANCH and above.parent_id != parent.pk:
            raise Conflict(_("%(name)s is part of another company already.") % {"name": child.name})
        link, made = CustomerLink.objects.get_or_create(
            parent=parent, child=child, defaults={"kind": kind, "made_at": work.now, "made_by": viewer.user}
        )
        if made:
            data = {"parent": str(parent.pk), "kind": kind}
            work.record("customer.linked", customer=child.pk, subject=("customer", child.pk), data=data)
        _settle(parent, child, viewer)
    return link


def unlink_customers(link: CustomerLink, *, viewer: Viewer) -> None:
    """Take a link off; the caller has seen that the viewer sees both."""
    viewer.require(Right.CUSTOMERS_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        if CustomerLink.objects.filter(pk=link.pk).delete()[0]:
            data = {"parent": str(link.parent_id), "kind": link.kind}
            work.record("customer.unlinked", customer=link.child_id, subject=("customer", link.child_id), data=data)


def _settle(parent: Customer, child: Customer, viewer: Viewer) -> None:
    """A pair that was found of the two is done with."""
    one, other = sorted((parent.pk, child.pk))
    with transaction.atomic():
        DuplicatePair.objects.filter(a_id=one, b_id=other, state=PairState.OPEN).update(
            state=PairState.RELATED, decided_at=clock.now(), decided_by=viewer.user
        )
