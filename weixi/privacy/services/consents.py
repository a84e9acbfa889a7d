"""A person allows something, or no longer (D-1)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from weixi.customers.enums import Channel
from weixi.customers.models import Customer
from weixi.customers.services.values import check, clean_values
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.personal import Person
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.privacy.enums import Basis
from weixi.privacy.models import Consent
from weixi.privacy.queries.consents import of_person, personal_rules


def give_consent(
    person: Person,
    *,
    viewer: Viewer,
    purpose: str,
    channel: str,
    evidence: str,
    basis: str = Basis.CONSENT,
    notice_version: str = "",
    given_at: datetime | None = None,
) -> Consent:
    """Enter that this person allows one purpose through one channel.

    Raises Invalid naming fields at fault (a purpose the policy does not list, no evidence, a time to come),
    Conflict when it stands already.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    words = clean_values({"evidence": evidence, "notice_version": notice_version, "purpose": purpose})
    known = personal_rules().purposes
    faults: dict[str, str] = {}
    if words["purpose"] not in known:
        faults["purpose"] = _("Choose one of the policy's purposes: %(names)s.") % {"names": _(", ").join(known)}
    if channel not in Channel.values:
        faults["channel"] = _("Choose one of the list.")
    if basis not in Basis.values:
        faults["basis"] = _("Choose one of the list.")
    if not words["evidence"]:
        faults["evidence"] = _("Say what shows it: a signed form, a recorded call, a message.")
    with unit_of_work(actor=viewer.actor) as work:
        moment = given_at or work.now
        if moment > work.now:
            faults["given_at"] = _("This time lies in the future.")
        if faults:
            raise Invalid(" ".join(faults.values()), fields=faults)
        _living(person)
        if _valid(person, words["purpose"], channel) is not None:
            raise Conflict(_("This is on record already."))
        consent = Consent(
            customer_id=person.customer_id,
            contact_id=person.pk if person.kind == "contact" else None,
            channel=channel,
            basis=basis,
            given_at=moment,
            entered_by=viewer.user,
            entered_at=work.now,
            **words,
        )
        check(consent, without=("customer", "contact", "entered_by"))
        consent.save()
        _state(work, "consent.given", person, consent, moment, basis=basis)
    return consent


def withdraw_consent(
    person: Person, *, viewer: Viewer, purpose: str, channel: str, how: str, at: datetime | None = None
) -> Consent:
    """Enter that this person no longer allows it, or never did: from now on nothing is sent for it.

    Raises Invalid without a word on how it was said.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    how = clean_values({"how": how})["how"]
    if not how:
        raise Invalid(_("Say how it was withdrawn."), fields={"how": _("Say how it was withdrawn.")})
    if channel not in Channel.values:
        raise Invalid(_("Choose one of the list."), fields={"channel": _("Choose one of the list.")})
    with unit_of_work(actor=viewer.actor) as work:
        moment = at or work.now
        if moment > work.now:
            raise Invalid(_("This time lies in the future."), fields={"at": _("This time lies in the future.")})
        _living(person)
        consent = _valid(person, purpose, channel)
        if consent is None:
            # A refusal without a consent before is kept as well: it holds against every later guess.
            consent = Consent(
                customer_id=person.customer_id,
                contact_id=person.pk if person.kind == "contact" else None,
                purpose=purpose,
                channel=channel,
                evidence=how[:300],
                given_at=moment,
                entered_by=viewer.user,
                entered_at=work.now,
            )
        consent.withdrawn_at = max(moment, consent.given_at)
        consent.withdrawal = how
        check(consent, without=("customer", "contact", "entered_by"))
        consent.save()
        _state(work, "consent.withdrawn", person, consent, moment)
    return consent


def _living(person: Person) -> None:
    """Takes the customer's row, so that two who enter the same thing do it one after the other."""
    Customer.objects.select_for_update().get(pk=person.customer_id)


def _valid(person: Person, purpose: str, channel: str) -> Consent | None:
    return Consent.objects.filter(of_person(person), purpose=purpose, channel=channel, withdrawn_at=None).first()


def _state(work: UnitOfWork, type: str, person: Person, consent: Consent, at: datetime, **more: str) -> None:
    work.record(
        type,
        customer=person.customer_id,
        subject=(person.kind, person.pk),
        occurred_at=at,
        data={"purpose": consent.purpose, "channel": consent.channel, **more},
    )
