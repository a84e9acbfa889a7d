"""Many interactions at once, as an import brings them: one event each, no query per row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from weixi.customers.models import Contact, Customer
from weixi.customers.services.quick_check import faults_of
from weixi.customers.services.values import clean_values
from weixi.interactions.completeness import keep, lacking, required_parts, values_of
from weixi.interactions.enums import Depth, Direction, Kind, Purpose
from weixi.interactions.last_visit import keep_last_visits
from weixi.interactions.models import Interaction
from weixi.interactions.recording import is_late
from weixi.interactions.services.interactions import AHEAD, TEXT_FIELDS, state_interaction
from weixi.kernel.errors import Invalid, NotFound
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.rows import insert_rows
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

BATCH = 500
_CHOICES = {
    "kind": Kind.values,
    "direction": Direction.values,
    "depth": [*Depth.values, ""],
    "purpose": [*Purpose.values, ""],
}


@dataclass(frozen=True, slots=True)
class NewInteraction:
    """What happened with a customer; `texts` are the fields of words, `source_key` tells it from others of
    its source. Without `recorded_by` it is the person who imports."""

    customer_id: int
    kind: str
    occurred_at: datetime
    contact_id: int | None = None
    direction: str = Direction.OUT
    depth: str = ""
    purpose: str = ""
    minutes: int | None = None
    recorded_by_id: int | None = None
    source_key: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def record_interactions(rows: Sequence[NewInteraction], *, viewer: Viewer) -> list[Interaction]:
    """Record many interactions in one unit of work; returns them in the order given.

    They are entered now, so the policy's limit for records says which are late. No follow-ups are made.
    Raises Invalid with `fields` `{"3.kind": sentence}` for rows at fault (counted from 0), NotFound for a
    customer out of scope or put away, Forbidden for a record in the name of somebody else.
    """
    viewer.require(Right.INTERACTIONS_RECORD)
    if not rows:
        return []
    _require_scope(rows, viewer)
    faults: dict[str, str] = {}
    with unit_of_work(actor=viewer.actor) as work:
        made: list[Interaction] = []
        for place, row in enumerate(rows):
            texts = clean_values(row.texts)
            wrong = {name: _("There is no such field here.") for name in texts if name not in TEXT_FIELDS}
            wrong |= faults_of(Interaction, {name: text for name, text in texts.items() if name not in wrong})
            for name, known in _CHOICES.items():
                if getattr(row, name) not in known:
                    wrong[name] = _("Choose one of the list.")
            if row.occurred_at > work.now + AHEAD:
                wrong["occurred_at"] = _("This time lies in the future.")
            faults |= {f"{place}.{name}": text for name, text in wrong.items()}
            own = viewer.user.pk if viewer.user else None
            made.append(
                Interaction(
                    customer_id=row.customer_id,
                    kind=row.kind,
                    occurred_at=row.occurred_at,
                    contact_id=row.contact_id,
                    direction=row.direction,
                    depth=row.depth,
                    purpose=row.purpose,
                    minutes=row.minutes,
                    recorded_by_id=row.recorded_by_id or own,
                    recorded_at=work.now,
                    late=is_late(row.occurred_at, work.now),
                    source_key=row.source_key,
                    **{name: text for name, text in texts.items() if name in TEXT_FIELDS},
                )
            )
        for each in made:
            each.lacking = keep(lacking(values_of(each), required_parts(each.kind)))
        if faults:
            raise Invalid(" ".join(dict.fromkeys(faults.values())), fields=faults)
        insert_rows(made)
        for interaction in made:
            state_interaction(work, interaction)
        _keep_last_contacts(made)
    return made


def may_record_for(viewer: Viewer, person: User) -> bool:
    """Whether this viewer may enter what the person did: his own, or that of people he leads."""
    if viewer.user is None or person.pk == viewer.user.pk:
        return True
    return viewer.may(Right.CUSTOMERS_ASSIGN) and (viewer.sees_all or person.pk in viewer.owner_ids)


def _require_scope(rows: Sequence[NewInteraction], viewer: Viewer) -> None:
    ids = {row.customer_id for row in rows}
    if Customer.objects.filter(viewer.owned(), pk__in=ids, archived_at=None).count() != len(ids):
        raise NotFound(_("One of these customers is not among those you look after; nothing was recorded."))
    contacts = {row.contact_id: row.customer_id for row in rows if row.contact_id}
    known = dict(Contact.objects.filter(pk__in=contacts).values_list("pk", "customer_id"))
    if known != contacts:
        raise Invalid(_("This person does not belong to this customer."))
    people = {row.recorded_by_id for row in rows if row.recorded_by_id}
    for person in User.objects.filter(pk__in=people):
        if not may_record_for(viewer, person):
            raise NotFound(_("You cannot record in the name of %(name)s.") % {"name": person.name})


def _keep_last_contacts(made: Sequence[Interaction]) -> None:
    """Keep each customer's last contact; an older one changes nothing."""
    latest: dict[int, Interaction] = {}
    for each in made:
        known = latest.get(each.customer_id)
        if known is None or each.occurred_at >= known.occurred_at:
            latest[each.customer_id] = each
    stored = Customer.objects.filter(pk__in=latest).only("pk", "last_contact_at")
    moved = []
    for customer in stored:
        newest = latest[customer.pk]
        if customer.last_contact_at is None or customer.last_contact_at <= newest.occurred_at:
            customer.last_contact_at, customer.last_contact_kind = newest.occurred_at, newest.kind
            moved.append(customer)
    Customer.objects.bulk_update(moved, ["last_contact_at", "last_contact_kind"], batch_size=BATCH)
    visits: dict[int, datetime] = {}
    for each in made:
        if each.kind == Kind.VISIT:
            visits[each.customer_id] = max(each.occurred_at, visits.get(each.customer_id, each.occurred_at))
    keep_last_visits(visits)
