"""Who looks after a customer, and handing customers over (O-3, D-2)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.kernel.errors import Invalid, NotFound
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

# Customers handed over in one transaction: large moves never hold the database for long.
CHUNK = 500


def assign_customers(customer_ids: Iterable[int], owner: User | None, *, viewer: Viewer, reason: str = "") -> list[int]:
    """Give customers to another owner; each hand-over opens the duty the policy asks for.

    All or none: raises NotFound when one of them is not in the viewer's scope. Returns the ids whose
    owner did change.
    """
    viewer.require(Right.CUSTOMERS_ASSIGN)
    if owner is not None:
        if not owner.is_active:
            raise Invalid(
                _("%(name)s is disabled.") % {"name": owner.name},
                fields={"owner": _("Choose somebody who works here.")},
            )
        if not viewer.sees_all and owner.pk not in viewer.owner_ids:
            raise Invalid(
                _("You can only give customers to people of your own scope."),
                fields={"owner": _("Choose somebody of your team or department.")},
            )
    wanted = sorted(set(customer_ids))
    with unit_of_work(actor=viewer.actor) as work:
        rows = Customer.objects.select_for_update(of=("self",)).select_related("owner").order_by("pk")
        if not viewer.sees_all:
            rows = rows.filter(viewer.owned())
        found = list(rows.filter(pk__in=wanted))
        if len(found) != len(wanted):
            raise NotFound(_("One of these customers is not among those you look after; nothing was changed."))
        moved = [customer for customer in found if customer.owner_id != (owner.pk if owner else None)]
        Customer.objects.filter(pk__in=[c.pk for c in moved]).update(
            owner=owner, version=F("version") + 1, changed_at=work.now
        )
        for customer in moved:
            work.record(
                "customer.owner_changed",
                customer=customer.pk,
                subject=("customer", customer.pk),
                data={
                    "owner": owner.username if owner else None,
                    "old": customer.owner.username if customer.owner else None,
                    "reason": reason,
                    "version": customer.version + 1,
                },
            )
    return [customer.pk for customer in moved]


def hand_over(leaver: User, to: User, *, viewer: Viewer, reason: str = "") -> int:
    """All customers of one person to another, in portions; safe to call again after an interruption.

    Returns how many customers moved. Second ownerships move too.
    """
    viewer.require(Right.CUSTOMERS_ASSIGN)
    if not viewer.sees_all and leaver.pk not in viewer.owner_ids:
        raise NotFound(_("There is no such person in your scope."))
    if leaver.pk == to.pk:
        raise Invalid(_("Choose another person than the one who leaves."), fields={"to": _("Choose somebody else.")})
    count = 0
    while True:
        ids = list(Customer.objects.filter(owner=leaver).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not ids:
            break
        moved = assign_customers(ids, to, viewer=viewer, reason=reason)
        if not moved:
            break
        count += len(moved)
    with unit_of_work(actor=viewer.actor) as work:
        second = list(Customer.objects.filter(co_owner=leaver).select_related("owner"))
        Customer.objects.filter(pk__in=[c.pk for c in second]).update(co_owner=to, version=F("version") + 1)
        for customer in second:
            work.record(
                "customer.owner_changed",
                customer=customer.pk,
                subject=("customer", customer.pk),
                data={
                    "owner": customer.owner.username if customer.owner else None,
                    "old": customer.owner.username if customer.owner else None,
                    "co_owner": to.username,
                    "reason": reason,
                    "version": customer.version + 1,
                },
            )
    return count
