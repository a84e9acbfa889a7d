"""Recording what happened with a customer (C-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.merging.queries import now_of
from weixi.customers.models import Contact, Customer
from weixi.customers.services.values import check, clean_values
from weixi.interactions.completeness import keep, lacking, required_parts, still_lacking, values_of
from weixi.interactions.enums import Depth, Direction, Kind, Purpose
from weixi.interactions.last_visit import keep_last_visits
from weixi.interactions.models import Interaction
from weixi.interactions.recording import is_late
from weixi.interactions.services.followups import Promise, complete_followup, promise_followup
from weixi.interactions.services.rivals import expect_version
from weixi.interactions.visit_systems import system_of_visit
from weixi.kernel.asked import asked_once
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

# A clock of a phone may run a little ahead of the server's.
AHEAD = timedelta(minutes=10)
TEXT_FIELDS = ("participants", "content", "need", "solution", "conclusion", "feedback")
# Evidence that a talk with the customer can be, beside being a talk.
PROVABLE = (
    "callback.completed",
    "callback.half_year_completed",
    "callback.year_completed",
    "callback.not_reached",
    "followup.done",
    "occasion.kept",
)
# Calls of the timetable after a purchase. One order opens several of them: each has evidence of its own,
# or the first call would settle them all. Every one of them is a callback as well.
TIMETABLE = ("callback.half_year_completed", "callback.year_completed")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A further fact that this interaction proves, as the rule of a duty asks for it."""

    type: str
    subject: tuple[str, str] | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def record_interaction(
    customer: Customer,
    *,
    viewer: Viewer,
    kind: str,
    occurred_at: datetime | None = None,
    contact: Contact | None = None,
    direction: str = Direction.OUT,
    depth: str = "",
    purpose: str = "",
    minutes: int | None = None,
    visit_system: str = "",
    followups: Iterable[Promise] = (),
    evidence: Iterable[Evidence] = (),
    source_key: str | None = None,
    **texts: str,
) -> Interaction:
    """Record a call, visit, meeting or message; each follow-up becomes a duty with its date.

    `visit_system` is the policy's visit system a visit belonged to (default: the one of the customer).
    `occurred_at` is when it happened (default: now); what is entered later than the policy's limit is
    marked late. `evidence` are the further facts it proves (a callback, a follow-up done). Raises
    Invalid naming fields at fault, Conflict for a customer that was put away.
    """
    viewer.require(Right.INTERACTIONS_RECORD)
    customer = now_of(customer)
    if customer.archived_at:
        raise Conflict(_("This customer was put away; bring it back before recording."))
    cleaned = clean_values(texts)
    with unit_of_work(actor=viewer.actor) as work:
        moment = occurred_at or work.now
        _check_choices(kind, direction, depth, purpose)
        if unknown := set(cleaned) - set(TEXT_FIELDS):
            raise Invalid(_("These fields cannot be set here: %(names)s.") % {"names": ", ".join(sorted(unknown))})
        if moment > work.now + AHEAD:
            raise Invalid(
                _("This time lies in the future. What is still to come is a follow-up."),
                fields={"occurred_at": _("Enter when it happened.")},
            )
        if contact is not None and contact.customer_id != customer.pk:
            raise Invalid(
                _("This person does not belong to this customer."),
                fields={"contact": _("Choose one of its contacts.")},
            )
        # One version of the policy says what the record lacks, how late it is, which visits there are.
        with asked_once():
            interaction = Interaction(
                customer=customer,
                kind=kind,
                occurred_at=moment,
                contact=contact,
                direction=direction,
                depth=depth,
                purpose=purpose,
                minutes=minutes,
                visit_system=system_of_visit(customer, kind, visit_system),
                recorded_by=viewer.user,
                recorded_at=work.now,
                late=is_late(moment, work.now),
                source_key=source_key,
                **cleaned,
            )
            followups = list(followups)
            interaction.lacking = keep(lacking(values_of(interaction, len(followups)), required_parts(kind)))
        check(interaction, without=("customer", "contact", "recorded_by"))
        interaction.save()
        state_interaction(work, interaction)
        keep_last_contact(customer, interaction)
        for promise in followups:
            promise_followup(customer, viewer=viewer, promise=promise, interaction=interaction)
        for proof in evidence:
            _prove(work, viewer, interaction, proof)
    return interaction


def state_interaction(work: UnitOfWork, interaction: Interaction) -> None:
    """Record the event the engine's cadences and nodes look at."""
    data: dict[str, Any] = {"kind": interaction.kind, "direction": interaction.direction}
    for name in ("depth", "purpose"):
        if value := getattr(interaction, name):
            data[name] = value
    if interaction.contact_id:
        data["contact"] = f"contact:{interaction.contact_id}"
    if interaction.minutes is not None:
        data["minutes"] = interaction.minutes
    if interaction.late:
        data["late"] = True
    if interaction.visit_system:
        data["system"] = interaction.visit_system
    work.record(
        "interaction.recorded",
        customer=interaction.customer_id,
        subject=("interaction", interaction.pk),
        occurred_at=interaction.occurred_at,
        data=data,
    )


def keep_last_contact(customer: Customer, interaction: Interaction) -> None:
    """Keep the customer's last contact, which the list sorts by; an older one changes nothing."""
    rows = Customer.objects.filter(pk=customer.pk)
    newer = rows.filter(last_contact_at=None) | rows.filter(last_contact_at__lte=interaction.occurred_at)
    newer.update(last_contact_at=interaction.occurred_at, last_contact_kind=interaction.kind)
    if interaction.kind == Kind.VISIT:
        keep_last_visits({customer.pk: interaction.occurred_at})


def require_amending(interaction: Interaction, viewer: Viewer) -> None:
    """Raises Forbidden for somebody else's record unless one may waive duties."""
    viewer.require(Right.INTERACTIONS_RECORD)
    if viewer.user and interaction.recorded_by_id != viewer.user.pk and not viewer.may(Right.DUTIES_WAIVE):
        raise Forbidden(_("Only the person who recorded it, or his supervisor, can correct a record."))


def amend_interaction(
    interaction: Interaction, *, viewer: Viewer, texts: Mapping[str, str], version: int | None = None
) -> Interaction:
    """Correct the words of a record. Kind, time and person stay: they are what duties were closed by. Raises as
    `require_amending`, VersionConflict when `version`, the one that was read, is no longer the stored one."""
    require_amending(interaction, viewer)
    cleaned = clean_values({name: texts[name] for name in TEXT_FIELDS if name in texts})
    with unit_of_work(actor=viewer.actor) as work:
        stored = Interaction.objects.select_for_update().get(pk=interaction.pk)
        expect_version(stored, version)
        changed = [name for name, value in cleaned.items() if getattr(stored, name) != value]
        if not changed:
            return stored
        for name in changed:
            setattr(stored, name, cleaned[name])
        stored.lacking = still_lacking(stored, changed)
        stored.version += 1
        check(stored)
        stored.save(update_fields=[*changed, "lacking", "version"])
        work.record(
            "interaction.amended",
            customer=stored.customer_id,
            subject=("interaction", stored.pk),
            data={"fields": sorted(changed), "version": stored.version},
        )
    return stored


def _prove(work: UnitOfWork, viewer: Viewer, interaction: Interaction, proof: Evidence) -> None:
    if proof.type not in PROVABLE:
        raise Invalid(_("An interaction cannot prove %(type)s.") % {"type": proof.type})
    if proof.type == "followup.done" and proof.subject:
        complete_followup(int(proof.subject[1]), viewer=viewer, interaction=interaction)
        return
    work.record(
        proof.type,
        customer=interaction.customer_id,
        subject=proof.subject or ("interaction", interaction.pk),
        occurred_at=interaction.occurred_at,
        data={**proof.data, "interaction": interaction.pk},
    )
    if proof.type in TIMETABLE:
        work.record(
            "callback.completed",
            customer=interaction.customer_id,
            subject=("interaction", interaction.pk),
            occurred_at=interaction.occurred_at,
            data={"interaction": interaction.pk},
        )


def _check_choices(kind: str, direction: str, depth: str, purpose: str) -> None:
    faults = {
        name: _("Choose one of the list.")
        for name, value, known in (
            ("kind", kind, Kind.values),
            ("direction", direction, Direction.values),
            ("depth", depth, [*Depth.values, ""]),
            ("purpose", purpose, [*Purpose.values, ""]),
        )
        if value not in known
    }
    if faults:
        raise Invalid(_("A value is not in its list: %(names)s.") % {"names": ", ".join(faults)}, fields=faults)
