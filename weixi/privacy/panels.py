"""Personal data on the customer page: who allows what, and the way to enter it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Customer
from weixi.kernel.personal import Person
from weixi.kernel.slices import Panel
from weixi.organisation.scope import Viewer
from weixi.privacy.enums import RequestState
from weixi.privacy.models import Consent, PersonRequest
from weixi.privacy.queries.consents import withdrawn_now
from weixi.privacy.queries.persons import persons_of


@dataclass(frozen=True, slots=True)
class Line:
    """A person with what holds now and what was withdrawn and not given again."""

    person: Person
    valid: tuple[Consent, ...]
    withdrawn: tuple[Consent, ...]


def lines_of(customer: Customer) -> list[Line]:
    """Two queries for any number of people."""
    rows = list(Consent.objects.filter(customer=customer))
    found = []
    for person in persons_of(customer):
        own = [row for row in rows if (row.contact_id or 0) == (person.pk if person.kind == "contact" else 0)]
        valid = [row for row in own if row.withdrawn_at is None]
        found.append(Line(person, tuple(valid), tuple(withdrawn_now(own))))
    return found


def privacy_data(viewer: Viewer, customer: Customer) -> Mapping[str, Any] | None:
    """None where the archive holds no natural person."""
    lines = lines_of(customer)
    if not lines:
        return None
    waiting = PersonRequest.objects.filter(customer=customer, state=RequestState.OPEN).select_related("contact")
    return {"customer": customer, "lines": lines, "requests": list(waiting)}


PRIVACY = Panel(
    code="privacy", title=_("Personal data"), template="privacy/panel.html", data=privacy_data, place="side", order=90
)
