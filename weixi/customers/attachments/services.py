"""Attaching files and taking them off again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.customers.attachments import room
from weixi.customers.attachments.index import KIND, index_file
from weixi.customers.attachments.limits import file_limits
from weixi.customers.attachments.room import Exhausted
from weixi.customers.attachments.subjects import belongs
from weixi.customers.models import Attachment, Customer, PaperTemplate
from weixi.customers.services.values import clean_values
from weixi.kernel import clock, search
from weixi.kernel.calendar.wall import add_months
from weixi.kernel.errors import Conflict, Invalid, NotFound
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.files import store
from weixi.kernel.files.kinds import recognise
from weixi.kernel.files.names import shown_name
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.document.guard import Files

_CHUNK = 200


def attach(
    customer: Customer,
    name: str,
    blocks: Iterable[bytes],
    *,
    viewer: Viewer,
    about: str = "",
    together: Callable[[], None] = lambda: None,
) -> Attachment:
    """Keep a file on a customer, or on one of its people, talks or contracts (`about`, as `contact:7`).

    Raises Invalid for an empty, damaged or unknown kind of file, TooLarge and Exhausted beyond what the policy
    allows, NotFound for a thing that is not this customer's, Conflict for one put away. Nothing is left behind.
    `together` is called in the transaction that keeps it.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    if customer.archived_at:
        raise Conflict(_("This customer was put away; bring it back before changing it."))
    if about and not belongs(customer, about):
        raise NotFound(_("There is no such thing at this customer."), code="attachment.no_subject")
    limits = file_limits()
    _expect_room(viewer, customer, limits)
    kept = store.keep(blocks, most_bytes=limits.largest_mb * room.MEGA)
    try:
        kind = recognise(kept.path, most_pixels=limits.pixels_at_most)
        kept = store.measured(kept)
        with unit_of_work(actor=viewer.actor) as work:
            room.take(kept.size, limits.total_gb * room.GIGA)
            made = Attachment.objects.create(
                customer=customer, about=about, name=shown_name(name, kind.suffix), stored=kept.name, size=kept.size,
                sha256=kept.sha256, suffix=kind.suffix, media_type=kind.media_type, picture=kind.picture,
                added_at=work.now, added_by=viewer.user,
            )  # fmt: skip
            work.record(
                "file.attached",
                customer=customer.pk,
                subject=("file", made.pk),
                data={"about": about, "size": made.size, "type": made.media_type, "sha256": made.sha256},
                personal={"name": made.name},
            )
            index_file(made)
            together()
    except BaseException:
        store.drop(kept.name)
        raise
    return made


def remove(attachment: Attachment, *, viewer: Viewer, reason: str) -> None:
    """Take a file off; it can no longer be opened, and is destroyed when the policy's time has passed.

    Raises Invalid without a reason, Conflict when it was removed already.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    reason = clean_values({"reason": reason})["reason"][:200]
    if not reason:
        raise Invalid(_("Say why this file is removed."), fields={"reason": _("A reason is needed.")})
    with unit_of_work(actor=viewer.actor) as work:
        rows = Attachment.objects.filter(pk=attachment.pk, removed_at=None)
        if not rows.update(removed_at=work.now, removed_by=viewer.user, removed_reason=reason):
            raise Conflict(_("This file was removed already."))
        work.record(
            "file.removed",
            customer=attachment.customer_id,
            subject=("file", attachment.pk),
            data={"reason": reason},
            personal={"name": attachment.name},
        )
        search.remove(KIND, [attachment.pk])


def known_names(names: Collection[str]) -> set[str]:
    """Those of the store's names that a row still keeps."""
    rows = Attachment.objects.filter(stored__in=list(names), destroyed_at=None)
    layouts = PaperTemplate.objects.filter(stored__in=list(names), ended_at=None)
    return {*rows.values_list("stored", flat=True), *layouts.values_list("stored", flat=True)}


def tidy(now: datetime | None = None) -> int:
    """Destroy files whose time after removal has passed, and those no row ever came to name. Safe to repeat."""
    now = now or clock.now()
    span = file_limits().kept_after_removal
    before = add_months(now, -span.months) - timedelta(days=span.days)
    due = Attachment.objects.filter(removed_at__lt=before, destroyed_at=None).order_by("pk")
    gone = 0
    for pk, stored, size in list(due.values_list("pk", "stored", "size")[:_CHUNK]):
        store.drop(stored)
        with transaction.atomic():
            if Attachment.objects.filter(pk=pk, destroyed_at=None).update(destroyed_at=now):
                room.give_back(size)
                gone += 1
    return gone + store.sweep(known_names, now)


def _expect_room(viewer: Viewer, customer: Customer, limits: Files) -> None:
    """Before a byte is written. Uses indexes: attachment_person_day, attachment_customer."""
    per_day = limits.per_person_and_day
    since = clock.now() - timedelta(days=1)
    if viewer.user and Attachment.objects.filter(added_by=viewer.user, added_at__gt=since).count() >= per_day:
        raise Exhausted(_("You have attached %(n)d files within a day; go on tomorrow.") % {"n": per_day})
    if limits.per_customer_mb and room.taken_by(customer) >= limits.per_customer_mb * room.MEGA:
        raise room.customer_is_full(limits.per_customer_mb)
    if room.taken() >= limits.total_gb * room.GIGA:
        raise room.used_up()
