"""What people have allowed us."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.kernel.errors import NotFound
from weixi.kernel.one_of import one_of
from weixi.kernel.personal import Person
from weixi.policy.document.guard import Personal
from weixi.policy.queries import policy_in_force
from weixi.privacy.models import Consent, Erasure

# Persons asked for in one statement.
PORTION = 2000


def personal_rules() -> Personal:
    """The policy's section on personal data; its defaults where the company has none."""
    try:
        found = policy_in_force().security
    except NotFound:
        return Personal()
    return (found.personal if found else None) or Personal()


def of_person(person: Person) -> Q:
    """Condition on a row with `customer` and `contact` that it is about this person."""
    if person.kind == "contact":
        return Q(contact_id=person.pk)
    return Q(customer_id=person.pk, contact_id=None)


def valid_consents(person: Person) -> list[Consent]:
    """What holds now. Uses index: consent_person."""
    return list(Consent.objects.filter(of_person(person), withdrawn_at=None).select_related("entered_by"))


def all_consents(person: Person) -> list[Consent]:
    """What was ever given, the withdrawn ones included."""
    return list(Consent.objects.filter(of_person(person)).select_related("entered_by"))


def withdrawn_now(rows: Iterable[Consent]) -> list[Consent]:
    """Of these consents of one person the withdrawn ones that were not given again, one for each purpose and channel."""
    rows = list(rows)
    given = {(row.purpose, row.channel) for row in rows if row.withdrawn_at is None}
    gone = {(row.purpose, row.channel): row for row in rows if row.withdrawn_at is not None}
    return [row for key, row in gone.items() if key not in given]


def refusals_of(customer: Customer) -> list[Consent]:
    """What people of this customer no longer want, for whoever is about to talk to them. One query, by the
    index consent_person; each row comes with its `contact` (None: the customer himself). Who has left is left out."""
    people: dict[int | None, list[Consent]] = {}
    for row in Consent.objects.filter(customer=customer, contact__removed_at=None).select_related("contact"):
        people.setdefault(row.contact_id, []).append(row)
    return [row for rows in people.values() for row in withdrawn_now(rows)]


def erasure_of(person: Person) -> Erasure | None:
    """When and why this person's data were erased."""
    return Erasure.objects.filter(of_person(person)).select_related("by").first()


def permitted(persons: Iterable[Person], purpose: str, channel: str) -> Mapping[Person, str]:
    """For each person "" when he may be reached for this purpose through this channel, else the reason why not.

    Asked in the moment of sending, so that a withdrawal counts before the next message. What the person has
    withdrawn is refused; a purpose the policy names in `consent_for` needs a valid consent besides. A fixed number of queries per two thousand persons.
    """
    rules = personal_rules()
    needed = purpose in rules.consent_for
    answer: dict[Person, str] = {}
    everybody = list(persons)
    for place in range(0, len(everybody), PORTION):
        part = everybody[place : place + PORTION]
        valid, withdrawn = _states(part, purpose, channel, per_channel=rules.consent_per_channel)
        for person in part:
            key = (person.kind, person.pk)
            if key in valid:
                answer[person] = ""
            elif key in withdrawn:
                answer[person] = _("withdrawn by the person")
            else:
                answer[person] = _("no consent on record") if needed else ""
    return answer


def _states(
    persons: list[Person], purpose: str, channel: str, *, per_channel: bool
) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    contacts = [each.pk for each in persons if each.kind == "contact"]
    customers = [each.pk for each in persons if each.kind == "customer"]
    where = Q()
    if contacts:
        where |= Q(one_of("contact_id", contacts))
    if customers:
        where |= Q(Q(one_of("customer_id", customers)), contact_id=None)
    rows = Consent.objects.filter(where, purpose=purpose)
    if per_channel:
        rows = rows.filter(channel=channel)
    valid: set[tuple[str, int]] = set()
    withdrawn: set[tuple[str, int]] = set()
    for contact, customer, ended in rows.values_list("contact_id", "customer_id", "withdrawn_at"):
        key = ("contact", contact) if contact else ("customer", customer)
        (withdrawn if ended else valid).add(key)
    return valid, withdrawn
