"""Taking a person out of everything we hold (D-1).

One unit of work empties every source's rows and leaves a tombstone; the files that speak of the person were
found before it and are destroyed after it, by whoever comes first: this process or the worker's minute.
"""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from weixi.customers.models import Contact, Customer
from weixi.customers.services.intake import Newcomer
from weixi.customers.services.values import clean_values
from weixi.kernel import clock, personal
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.personal import Person, Wiper
from weixi.kernel.search import store
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.privacy import files
from weixi.privacy.enums import ErasureCause
from weixi.privacy.models import Erasure, Tombstone
from weixi.privacy.queries.consents import of_person
from weixi.privacy.tombstones import digest, marks_of, matching, typed_marks

LONGEST = 300


def erase_person(person: Person, *, viewer: Viewer, reason: str, cause: str = ErasureCause.REQUEST) -> Erasure:
    """Erase a person: rows emptied, history's personal side removed, index and notices cleared, files destroyed.

    What stays: that somebody was there, what was agreed with the customer, orders, and who did what when;
    free text about others loses the person's name and numbers. The person is not entered again: a
    tombstone refuses it. It cannot be undone. Raises Invalid without a reason, Conflict when it was done.
    """
    viewer.require(Right.PERSONAL_MANAGE)
    reason = clean_values({"reason": reason})["reason"]
    if not reason or len(reason) > LONGEST:
        text = _("Say why, in at most %(count)d characters.") % {"count": LONGEST}
        raise Invalid(text, fields={"reason": text})
    wiper = Wiper(person.marks)
    reason = wiper.text(reason)
    # Looked through before the transaction: reading a large file must hold nobody up.
    doomed = files.speaking_of(person)
    with unit_of_work(actor=viewer.actor) as work:
        customer = Customer.objects.select_for_update().get(pk=person.customer_id)
        if Erasure.objects.filter(of_person(person)).exists():
            raise Conflict(_("This person's data were erased already."))
        doomed += [path for each in personal.sources() if each.files for path in each.files(person)]
        newcomer = _as_newcomer(person, customer)
        _state_end(work, person, customer)
        erasure = Erasure.objects.create(
            customer=customer,
            contact_id=person.pk if person.kind == "contact" else None,
            cause=cause,
            reason=reason,
            by=viewer.user,
            at=work.now,
            files=doomed,
        )
        marks = {digest(mark): mark.kind for mark in marks_of(newcomer)}
        known = set(Tombstone.objects.filter(digest__in=marks).values_list("digest", flat=True))
        Tombstone.objects.bulk_create(
            [Tombstone(digest=key, kind=kind, erasure=erasure) for key, kind in marks.items() if key not in known]
        )
        # Reversed: what hangs on a person goes before the person.
        erasure.counts = {each.code: each.erase(person, wiper) for each in reversed(personal.sources())}
        erasure.save(update_fields=["counts"])
        work.record(
            "person.erased",
            customer=customer.pk,
            subject=(person.kind, person.pk),
            data={"cause": cause, "rows": sum(erasure.counts.values())},
        )
        work.after_commit.append(destroy_waiting_files)
    return erasure


def readmit_person(text: str, *, viewer: Viewer, evidence: str) -> int:
    """A person that was erased agrees to be entered again: `text` is the number or address that is refused.

    Returns how many tombstones were taken away. Raises Invalid when none fits or without evidence.
    """
    viewer.require(Right.PERSONAL_MANAGE)
    evidence = clean_values({"evidence": evidence})["evidence"]
    if not evidence:
        raise Invalid(_("Say what shows it."), fields={"evidence": _("Say what shows it.")})
    with unit_of_work(actor=viewer.actor) as work:
        found = matching(typed_marks(text))
        if not found:
            sentence = _("Nobody was erased who is found by this.")
            raise Invalid(sentence, fields={"text": sentence})
        # All of that person's, the name at the customer included.
        erasures = {each.erasure_id for each in found}
        gone, _each = Tombstone.objects.filter(erasure_id__in=erasures).delete()
        for erasure in Erasure.objects.filter(pk__in=erasures):
            work.record(
                "person.readmitted",
                customer=erasure.customer_id,
                subject=("erasure", erasure.pk),
                personal={"evidence": evidence},
            )
    return gone


def destroy_waiting_files() -> None:
    """Destroy the files of erasures whose files are not done, then what the database kept of old pages.

    After each erasure, and every minute for what a process that ended left behind. Safe to run twice: a file
    that is gone is gone.
    """
    finished = 0
    # Uses index: erasure_files
    for erasure in Erasure.objects.filter(files_done_at=None):
        files.destroy(erasure.files)
        finished += Erasure.objects.filter(pk=erasure.pk, files_done_at=None).update(
            files_done_at=clock.now(), files=[]
        )
    if finished:
        store.forget_deleted(connection)


def _state_end(work: UnitOfWork, person: Person, customer: Customer) -> None:
    """Who was there until now leaves: the engine reads it in the log."""
    if person.kind == "customer" and customer.archived_at is None:
        work.record("customer.archived", customer=customer.pk, subject=("customer", customer.pk), data={"reason": ""})
    if person.kind == "contact" and Contact.objects.filter(pk=person.pk, removed_at=None).exists():
        work.record("contact.removed", customer=customer.pk, subject=("contact", person.pk), data={"reason": ""})


def _as_newcomer(person: Person, customer: Customer) -> Newcomer:
    if person.kind == "contact":
        row = Contact.objects.get(pk=person.pk)
        return Newcomer(row.name, (row.mobile, row.phone), row.email, row.wechat, customer.number)
    form = getattr(customer, "registration", None)
    phones, wechat = ((customer.phone, form.other_phone), form.wechat) if form else ((customer.phone,), "")
    return Newcomer(customer.name, phones, customer.email, wechat, customer.number)
