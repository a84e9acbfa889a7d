"""Who looks after a customer, alone or with a second owner, and handing customers over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.customers.services.rivals import expect_version
from weixi.kernel.errors import Conflict, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.one_of import one_of
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer
from weixi.policy.queries.spans import bulk_undo, later

# Customers handed over in one transaction: large moves never hold the database for long.
CHUNK = 500
_NOTHING: Mapping[Any, Any] = {}


def require_taker(viewer: Viewer, person: User, *, field: str = "owner") -> None:
    """Raises Forbidden without the right to give customers away, Invalid for a person who cannot be given any: he
    is disabled, or not of the viewer's own scope."""
    viewer.require(Right.CUSTOMERS_ASSIGN)
    if not person.is_active:
        raise Invalid(
            _("%(name)s is disabled.") % {"name": person.name}, fields={field: _("Choose somebody who works here.")}
        )
    if not viewer.sees_all and person.pk not in viewer.owner_ids:
        raise Invalid(
            _("You can only give customers to people of your own scope."),
            fields={field: _("Choose somebody of your team or department.")},
        )


def assign_customers(
    customer_ids: Iterable[int],
    owner: User | None,
    *,
    viewer: Viewer,
    reason: str = "",
    version: int | None = None,
    taking_back: bool = False,
) -> list[int]:
    """Give customers to another owner; each hand-over opens the duty the policy asks for.

    `taking_back` says that this is an undo: where it turns round the last hand-over, within the time the policy leaves
    for that, it asks for no hand-over and ends what the last one asked for.

    Who was the second owner and becomes the owner is the second one no longer. All or none: raises NotFound when
    one of them is not in the viewer's scope, VersionConflict when somebody else gave one away since `version`, the
    one the form of a single customer was opened on. Returns the ids whose owner did change.
    """
    viewer.require(Right.CUSTOMERS_ASSIGN)
    if owner is not None:
        require_taker(viewer, owner)
    wanted = sorted(set(customer_ids))
    with unit_of_work(actor=viewer.actor) as work:
        rows = Customer.objects.select_for_update(of=("self",)).select_related("owner", "co_owner").order_by("pk")
        if not viewer.sees_all:
            rows = rows.filter(viewer.owned())
        found = list(rows.filter(pk__in=wanted))
        if len(found) != len(wanted):
            raise NotFound(_("One of these customers is not among those you look after; nothing was changed."))
        for customer in found:
            expect_version(customer, version, viewer=viewer, of=("owner",))
        moved = [customer for customer in found if customer.owner_id != (owner.pk if owner else None)]
        _put(moved, "owner", owner, work, reason, _turned_round(moved, owner, work.now) if taking_back else {})
        if owner is not None:
            _put([c for c in moved if c.co_owner_id == owner.pk], "co_owner", None, work, reason)
    return [customer.pk for customer in moved]


def set_co_owner(
    customer: Customer, person: User | None, *, viewer: Viewer, reason: str = "", version: int | None = None
) -> Customer:
    """Give the customer a second owner, or with None take him away; returns it as stored.

    He sees and works on it as the owner does, and so does everybody who sees his customers; duties stay the
    owner's. Raises NotFound when the customer is not in the viewer's scope, Invalid for the owner himself and for
    somebody who cannot be given customers, Conflict for a customer that nobody owns, VersionConflict when somebody
    else changed the second owner since `version`, the one the form was opened on.
    """
    viewer.require(Right.CUSTOMERS_ASSIGN)
    if person is not None:
        require_taker(viewer, person, field="co_owner")
    with unit_of_work(actor=viewer.actor) as work:
        rows = Customer.objects.select_for_update(of=("self",)).select_related("owner", "co_owner")
        stored = rows.filter(viewer.owned(), pk=customer.pk).first()
        if stored is None:
            raise NotFound(_("There is no such customer among those you look after."), code="customer.not_found")
        expect_version(stored, version, viewer=viewer, of=("co_owner",))
        if person is not None and stored.owner_id is None:
            raise Conflict(_("Nobody looks after this customer yet: give it an owner first."))
        if person is not None and stored.owner_id == person.pk:
            raise Invalid(
                _("%(name)s is the owner already.") % {"name": person.name},
                fields={"co_owner": _("Choose somebody else.")},
            )
        if stored.co_owner_id != (person.pk if person else None):
            _put([stored], "co_owner", person, work, reason)
    stored.refresh_from_db()
    return stored


def _put(
    customers: list[Customer],
    field: Literal["owner", "co_owner"],
    person: User | None,
    work: UnitOfWork,
    reason: str,
    takes_back: Mapping[int, str] = _NOTHING,
) -> None:
    """Write the owner or the second one of customers at hand, read with him, and say so of each."""
    Customer.objects.filter(pk__in=[c.pk for c in customers]).update(
        **{field: person}, version=F("version") + 1, changed_at=work.now
    )
    for customer in customers:
        customer.version += 1
        before: User | None = getattr(customer, field)
        work.record(
            f"customer.{field}_changed",
            customer=customer.pk,
            subject=("customer", customer.pk),
            data={
                field: person.username if person else None,
                "old": before.username if before else None,
                "reason": reason,
                "version": customer.version,
                **({"takes_back": takes_back[customer.pk]} if customer.pk in takes_back else {}),
            },
        )


def _turned_round(customers: list[Customer], owner: User | None, now: datetime) -> dict[int, str]:
    """{customer: its last hand-over} of those that the new owner turns round in time. Uses index: event_customer."""
    rows = Event.objects.filter(one_of("customer_id", [customer.pk for customer in customers]))
    # The types are told apart here: asked for in the query, they would lead SQLite through the whole log.
    last: dict[int, tuple[str, Mapping[str, Any], datetime]] = {
        pk: (key, data, at)
        for key, pk, kind, data, at in rows.order_by("recorded_at", "id").values_list(
            "id", "customer_id", "type", "data", "recorded_at"
        )
        if kind == "customer.owner_changed" and pk is not None
    }
    found = {}
    for customer in customers:
        key, data, at = last.get(customer.pk, ("", _NOTHING, now))
        before, after = customer.owner.username if customer.owner else None, owner.username if owner else None
        turned = key and (data.get("owner"), data.get("old")) == (before, after)
        if turned and "takes_back" not in data and later(at, bulk_undo()) >= now:
            found[customer.pk] = key
    return found


def hand_over(leaver: User, to: User, *, viewer: Viewer, reason: str = "") -> int:
    """All customers of one person to another, in portions; safe to call again after an interruption.

    Returns how many customers moved. Second ownerships move too; where the other is the owner already they end.
    """
    viewer.require(Right.CUSTOMERS_ASSIGN)
    if not viewer.sees_all and leaver.pk not in viewer.owner_ids:
        raise NotFound(_("There is no such person in your scope."))
    if leaver.pk == to.pk:
        raise Invalid(_("Choose another person than the one who leaves."), fields={"to": _("Choose somebody else.")})
    require_taker(viewer, to, field="to")
    count = 0
    while ids := _portion(Customer.objects.filter(owner=leaver)):
        moved = assign_customers(ids, to, viewer=viewer, reason=reason)
        if not moved:
            break
        count += len(moved)
    while ids := _portion(Customer.objects.filter(co_owner=leaver)):
        with unit_of_work(actor=viewer.actor) as work:
            rows = Customer.objects.select_for_update(of=("self",)).select_related("co_owner")
            second = list(rows.filter(pk__in=ids, co_owner=leaver).order_by("pk"))
            _put([c for c in second if c.owner_id == to.pk], "co_owner", None, work, reason)
            _put([c for c in second if c.owner_id != to.pk], "co_owner", to, work, reason)
    return count


def _portion(rows: QuerySet[Customer]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
