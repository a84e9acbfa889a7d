"""Making one customer of two, and taking that back. Each in one transaction.

The one that goes keeps its row, its number, its own values and its story; what hangs on it moves. Taking it back
brings home what moved and what the merge wrote, except what was changed since: that is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from weixi.customers.duplicates.models import DuplicatePair, PairState
from weixi.customers.merging.back import undo_fields, undo_person
from weixi.customers.merging.links import move_links, move_links_back
from weixi.customers.merging.moving import children, move, move_back
from weixi.customers.merging.people import check_people, merge_people
from weixi.customers.merging.plan import check_pair, chosen_values, field_choices, lost_lines
from weixi.customers.merging.queries import undo_until
from weixi.customers.models import Contact, Customer, CustomerTag, MergeRecord
from weixi.customers.people_map.services import part_people
from weixi.customers.services.customers import change_customer
from weixi.kernel.errors import Conflict
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.one_of import one_of
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

LINKS = "customers.CustomerLink"
# What was said of the people of both while they were one cannot stand between two.
TIES = "customers.ContactInfluence.contact"


def merge_customers(
    loser: Customer,
    winner: Customer,
    *,
    viewer: Viewer,
    values: Mapping[str, Any] | None = None,
    people: Mapping[int, int] | None = None,
    keep_lost: bool = True,
    versions: tuple[int | None, int | None] = (None, None),
) -> MergeRecord:
    """Make `loser` a part of `winner`. The caller has fetched both for the viewer.

    `values` are chosen by key of the field catalogue, else empty fields are filled from the loser; `people`
    {loser's contact: winner's contact} are made one; with `keep_lost` what gives way is written into the remark.
    `versions` are those the page was opened on, the loser's first. Raises as `check_pair`, and VersionConflict.
    """
    viewer.require(Right.CUSTOMERS_ARCHIVE)
    with unit_of_work(actor=viewer.actor) as work:
        loser, winner = _held(loser.pk, winner.pk)
        check_pair(loser, winner, viewer=viewer)
        for each, version in zip((loser, winner), versions, strict=True):
            if version is not None and version != each.version:
                raise Conflict(
                    _("%(name)s was changed meanwhile. Look at the two again.") % {"name": each.name},
                    code="version.conflict",
                )
        check_people(people or {}, loser.pk, winner.pk)
        choices = field_choices(loser, winner, viewer)
        wanted = chosen_values(choices, values or {})
        if keep_lost and (lines := lost_lines(choices, wanted)):
            head = _("From %(number)s, merged: %(lines)s") % {"number": loser.number, "lines": _("; ").join(lines)}
            wanted["remark"] = f"{winner.remark}\n{head}".strip()
        if winner.through_id == loser.pk:
            wanted["through"] = None if loser.through_id == winner.pk else loser.through
        before = _tags(winner.pk)
        joined = [merge_people(work, one, other, viewer) for one, other in (people or {}).items()]
        moved = move(children(), loser.pk, winner.pk)
        if links := move_links(loser.pk, winner.pk):
            moved[LINKS] = links  # type: ignore[assignment]
        mark = len(work.pending)
        change_customer(winner, viewer=viewer, values=wanted)
        changed = next((event.id for event in work.pending[mark:] if event.type == "customer.changed"), "")
        _record_tags(work, winner.pk, before)
        Customer.objects.filter(pk=loser.pk).update(
            merged_into=winner, archived_at=work.now, version=F("version") + 1, changed_at=work.now
        )
        event = work.record(
            "customer.merged", customer=loser.pk, subject=("customer", loser.pk), data={"into": str(winner.pk)}
        )
        _tell_winner(work, "customer.absorbed", loser, winner)
        record = MergeRecord.objects.create(
            loser=loser,
            winner=winner,
            at=work.now,
            by=viewer.user,
            event=event.id,
            changed_event=changed,
            moved=moved,
            contacts=joined,
        )
        _pairs(loser.pk, winner.pk, PairState.OPEN, PairState.MERGED, work, viewer)
    return record


def unmerge_customers(record: MergeRecord, *, viewer: Viewer) -> MergeRecord:
    """Take a merge back: the loser is a customer of its own again, with all that moved and is still there.

    What was changed since stays and is listed in `left`. Raises Conflict when it was taken back already, when
    the policy's time is over, or when one of the two was merged again since: that one first.
    """
    viewer.require(Right.CUSTOMERS_ARCHIVE)
    with unit_of_work(actor=viewer.actor) as work:
        loser, winner = _held(record.loser_id, record.winner_id)
        stored = MergeRecord.objects.select_for_update().get(pk=record.pk)
        _check_undo(stored, winner, work)
        left: list[list[Any]] = []
        before = _tags(winner.pk)
        moved = {code: keys for code, keys in stored.moved.items() if code != LINKS}
        left += [["rows", code, n] for code, n in move_back(children(), moved, loser.pk, winner.pk).items()]
        if lost := move_links_back(stored.moved.get(LINKS, []), loser.pk, winner.pk):
            left.append(["rows", f"{LINKS}.parent", lost])
        Customer.objects.filter(pk=loser.pk).update(
            merged_into=None, archived_at=None, version=F("version") + 1, changed_at=work.now
        )
        work.record(
            "customer.unmerged",
            customer=loser.pk,
            subject=("customer", loser.pk),
            data={"into": str(winner.pk), "merge": stored.event},
        )
        _tell_winner(work, "customer.parted", loser, winner)
        for entry in reversed(stored.contacts):
            left += undo_person(work, entry, loser.pk, viewer)
        left += _contacts_home(work, stored, loser.pk)
        if ties := part_people(loser.pk, winner.pk):
            left.append(["rows", TIES, ties])
        left += undo_fields(stored.changed_event, winner, viewer)
        _record_tags(work, winner.pk, before)
        stored.undone_at, stored.undone_by, stored.left = work.now, viewer.user, left
        stored.save(update_fields=["undone_at", "undone_by", "left"])
        _pairs(loser.pk, winner.pk, PairState.MERGED, PairState.OPEN, work, viewer)
    return stored


def _held(loser: int, winner: int) -> tuple[Customer, Customer]:
    """Both rows, locked in the order of their keys: of two merges at once the second waits and sees the first."""
    rows = Customer.objects.select_for_update(of=("self",)).select_related("owner", "through")
    held = {row.pk: row for row in rows.filter(pk__in=[loser, winner]).order_by("pk")}
    return held[loser], held[winner]


def _tell_winner(work: UnitOfWork, type: str, loser: Customer, winner: Customer) -> None:
    """The history of both says so."""
    work.record(
        type,
        customer=winner.pk,
        subject=("customer", winner.pk),
        data={"number": loser.number, "from": str(loser.pk)},
        personal={"name": loser.name},
    )


def _check_undo(record: MergeRecord, winner: Customer, work: UnitOfWork) -> None:
    if record.undone_at is not None:
        raise Conflict(_("This merge was taken back already."), code="merge.undone")
    if winner.merged_into_id is not None:
        raise Conflict(
            _("%(name)s was merged itself since; take that back first.") % {"name": winner.name}, code="merge.later"
        )
    until = undo_until(record)
    if until is not None and work.now > until:
        raise Conflict(_("The time in which the policy lets a merge be taken back is over."), code="merge.too_late")


def _tags(pk: int) -> list[str]:
    return sorted(CustomerTag.objects.filter(customer_id=pk).values_list("tag__name", flat=True))


def _record_tags(work: UnitOfWork, pk: int, before: list[str]) -> None:
    after = _tags(pk)
    if after != before:
        work.record(
            "customer.changed",
            customer=pk,
            subject=("customer", pk),
            data={"changes": {"tags": [before, after]}},
        )


def _contacts_home(work: UnitOfWork, record: MergeRecord, loser: int) -> list[list[Any]]:
    """People who went home: for those spoken of since, the log must say whose they are; they are listed."""
    keys = record.moved.get("customers.Contact.customer", [])
    rows = Contact.objects.filter(one_of("pk", keys), customer_id=loser, changed_at__gt=record.at)
    changed = list(rows.filter(removed_at=None))
    for contact in changed:
        work.record(
            "contact.changed",
            customer=loser,
            subject=("contact", contact.pk),
            data={"key_person": contact.key_person, "decision_maker": contact.decision_maker},
        )
    return [["person", contact.pk, 1] for contact in changed]


def _pairs(loser: int, winner: int, was: PairState, becomes: PairState, work: UnitOfWork, viewer: Viewer) -> None:
    one, other = sorted((loser, winner))
    DuplicatePair.objects.filter(Q(a_id=one, b_id=other), state=was).update(
        state=becomes, decided_at=work.now, decided_by=viewer.user
    )


def codes_left(record: MergeRecord) -> Iterable[tuple[str, str | int, int]]:
    """What did not go back: (`field`, its key, 1), (`rows`, the kind's code, how many), (`person`, key, 1)."""
    return ((kind, what, int(count)) for kind, what, count in record.left)
