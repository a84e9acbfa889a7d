"""Entering, changing and removing a day a customer has once. Each states what the rules listen to (decision 0017)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.merging.queries import now_of
from weixi.customers.models import Customer, Occasion
from weixi.customers.occasions.rules import announced_at, kind_titles
from weixi.customers.services.values import check, clean_values
from weixi.kernel import clock
from weixi.kernel.editing import expect_same, put_away_conflict
from weixi.kernel.errors import Conflict, Invalid, NotFound
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.one_of import one_of
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

TEXTS = ("title", "place", "remark")
_LIFE = frozenset({"customer.archived", "customer.created"})
# A slip of the year is meant.
FURTHEST = timedelta(days=3660)


def add_occasion(customer: Customer, *, viewer: Viewer, kind: str, day: date, **texts: str) -> Occasion:
    """Note a day the customer has. A day to come is announced to the rules; one that is past is history.

    Raises Invalid for a kind the policy does not have or an impossible day, Conflict for a customer put away.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    customer = now_of(customer)
    _expect_living(customer)
    cleaned = _clean(kind, day, texts)
    with unit_of_work(actor=viewer.actor) as work:
        made = Occasion(customer=customer, kind=kind, day=day, by=viewer.user, created_at=work.now, **cleaned)
        made.near_at = announced_at(kind, day, work.now)
        check(made, without=("customer", "by"))
        made.save()
        _state(work, "occasion.noted", made)
        _announce(work, made)
    return made


def change_occasion(
    pk: int, *, viewer: Viewer, kind: str, day: date, version: int | None = None, **texts: str
) -> Occasion:
    """Correct it; texts left out become empty. Another day or kind calls off what was announced and announces it anew.

    Raises NotFound outside the scope, Conflict when it was taken out, its customer was put away, or somebody else
    changed it meanwhile (VersionConflict).
    """
    return _change(pk, viewer, version, {"kind": kind, "day": day, **{name: texts.get(name, "") for name in TEXTS}})


def correct_occasion(pk: int, *, viewer: Viewer, version: int | None = None, **values: Any) -> Occasion:
    """The same for what is given alone: `kind`, `day` or texts; a value of None is left as it is."""
    return _change(pk, viewer, version, {name: value for name, value in values.items() if value is not None})


def _change(pk: int, viewer: Viewer, version: int | None, values: Mapping[str, Any]) -> Occasion:
    viewer.require(Right.CUSTOMERS_EDIT)
    get_occasion_for(viewer, pk)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Occasion.objects.select_for_update(of=("self",)).select_related("customer").get(pk=pk)
        expect_same(stored.version, version)
        _expect_living(stored.customer)
        if stored.removed_at is not None:
            raise Conflict(_("This day was taken out; bring it back first."))
        whole = {name: values.get(name, getattr(stored, name)) for name in ("kind", "day", *TEXTS)}
        kind, day = whole["kind"], whole["day"]
        cleaned = _clean(kind, day, whole)
        old_day, moved = stored.day, (stored.kind, stored.day) != (kind, day)
        changed = [
            name for name, value in {"kind": kind, "day": day, **cleaned}.items() if getattr(stored, name) != value
        ]
        if not changed:
            return stored
        if moved:
            _call_off(work, stored)
            stored.turn += 1
            stored.near_at = announced_at(kind, day, work.now)
        stored.kind, stored.day = kind, day
        for name, value in cleaned.items():
            setattr(stored, name, value)
        stored.version += 1
        check(stored, without=("customer", "by"))
        stored.save()
        _state(work, "occasion.changed", stored, {"fields": sorted(changed), "old_day": old_day.isoformat()})
        if moved:
            _announce(work, stored)
    return stored


def remove_occasion(pk: int, *, viewer: Viewer, version: int | None = None) -> Occasion:
    """It will not be, or was entered wrongly. Removing it again changes nothing.

    `version` is the one that was seen: raises VersionConflict when somebody changed it since."""
    viewer.require(Right.CUSTOMERS_EDIT)
    get_occasion_for(viewer, pk)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Occasion.objects.select_for_update().get(pk=pk)
        if stored.removed_at is None:
            if version is not None and version != stored.version:
                raise put_away_conflict(version=stored.version)
            _call_off(work, stored)
            stored.removed_at = work.now
            stored.save(update_fields=["removed_at"])
            _state(work, "occasion.removed", stored)
    return stored


def restore_occasion(pk: int, *, viewer: Viewer) -> Occasion:
    """The way back: it is announced anew. Raises Conflict where its customer was put away."""
    viewer.require(Right.CUSTOMERS_EDIT)
    get_occasion_for(viewer, pk)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Occasion.objects.select_for_update(of=("self",)).select_related("customer").get(pk=pk)
        if stored.removed_at is not None:
            _expect_living(stored.customer)
            stored.removed_at = None
            _again(work, stored)
            _state(work, "occasion.noted", stored)
            _announce(work, stored)
    return stored


def get_occasion_for(viewer: Viewer, pk: int) -> Occasion:
    """One of a customer in scope; raises NotFound for others."""
    found = Occasion.objects.filter(viewer.owned("customer__"), pk=pk).select_related("customer").first()
    if found is None:
        raise NotFound(_("There is no such day with one of your customers."), code="occasion.not_found")
    return found


def project_occasions(work: UnitOfWork) -> None:
    """The projection: with a customer put away, what is announced for a day to come is called off (an announcement that
    has occurred is taken back by the archiving itself); with one brought back it is announced anew. Uses index:
    occasion_customer."""
    touched = work.customers_of(_LIFE) - work.only_entered().keys()
    if not touched:
        return
    rows = Occasion.objects.filter(one_of("customer_id", touched), removed_at=None, day__gte=clock.today())
    for stored in rows.select_related("customer"):
        if stored.customer.archived_at is None:
            if stored.created_at < work.now:
                _again(work, stored)
                _announce(work, stored)
        elif stored.near_at is not None and stored.near_at > work.now:
            _call_off(work, stored)
    # The duties read it in the log.
    work.flush()


def _expect_living(customer: Customer) -> None:
    if customer.archived_at:
        raise Conflict(_("This customer was put away; bring it back first."))


def _again(work: UnitOfWork, stored: Occasion) -> None:
    stored.turn += 1
    stored.near_at = announced_at(stored.kind, stored.day, work.now)
    stored.save(update_fields=["turn", "near_at", "removed_at"])


def _clean(kind: str, day: date, texts: Mapping[str, Any]) -> dict[str, str]:
    faults = {}
    if kind not in kind_titles():
        faults["kind"] = _("Choose one of the list.")
    if abs(day - clock.today()) > FURTHEST:
        faults["day"] = _("Enter a day within ten years.")
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    cleaned: dict[str, Any] = clean_values({name: texts.get(name, "") for name in TEXTS})
    return cleaned


def _state(work: UnitOfWork, type: str, row: Occasion, more: Mapping[str, Any] | None = None) -> None:
    texts = {name: value for name in TEXTS if (value := getattr(row, name))}
    work.record(
        type, customer=row.customer_id, subject=("occasion", row.subject),
        data={"kind": row.kind, "day": row.day.isoformat(), **(more or {})}, personal=texts or None,
    )  # fmt: skip


def _announce(work: UnitOfWork, row: Occasion) -> None:
    """Known now, it occurs when the policy wants the day to be thought of."""
    if row.near_at is not None:
        work.record(
            "occasion.near", customer=row.customer_id, subject=("occasion", row.subject), occurred_at=row.near_at,
            data={"kind": row.kind, "day": row.day.isoformat()},
        )  # fmt: skip


def _call_off(work: UnitOfWork, row: Occasion) -> None:
    """A withdrawal counts from its anchor on: it occurs no earlier than what it calls off."""
    if row.near_at is not None:
        work.record(
            "occasion.called_off", customer=row.customer_id, subject=("occasion", row.subject),
            occurred_at=max(work.now, row.near_at), data={},
        )  # fmt: skip
