"""What the kernel holds on a person: the personal side of the log, and what colleagues were told (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from weixi.kernel.events.models import Event, EventPersonal
from weixi.kernel.outbox.models import Notice
from weixi.kernel.personal import Person, Source, Wiper


def _about(person: Person) -> Q:
    """Events that are the person's own; of a customer that is a person, all of that customer's."""
    if person.kind == "customer":
        return Q(customer_id=person.customer_id)
    return Q(customer_id=person.customer_id, subject_type=person.kind, subject_id=str(person.pk))


def events_about(person: Person) -> QuerySet[Event]:
    """The person's own events in their order. Uses index: event_customer."""
    return Event.objects.filter(_about(person)).select_related("personal").order_by("seq")


def collect_events(person: Person) -> Iterator[dict[str, Any]]:
    """What happened with his data, by whom, and what was stored with it. Uses index: event_customer."""
    for event in events_about(person):
        stored = getattr(event, "personal", None)
        yield {
            "at": event.occurred_at.isoformat(timespec="seconds"),
            "what": event.type,
            "by": event.actor,
            **({"stored": stored.data} if stored is not None else {}),
        }


def erase_events(person: Person, wiper: Wiper) -> int:
    """The personal side goes: the person's own rows, and others of the customer that speak of him.

    The log itself stays as it is, and its chain still holds: it was sealed over digests.
    """
    own = EventPersonal.objects.filter(event__in=Event.objects.filter(_about(person)).values("pk"))
    gone = own.delete()[0]
    others = EventPersonal.objects.filter(event__customer_id=person.customer_id).select_related("event")
    speaking = [row.pk for row in others if wiper.value(row.data) != row.data]
    return gone + EventPersonal.objects.filter(pk__in=speaking).delete()[0]


def collect_notices(person: Person) -> Iterator[dict[str, Any]]:
    wiper = Wiper(person.marks)
    for notice in Notice.objects.filter(customer_id=person.customer_id).order_by("pk"):
        if wiper.value(notice.params) != notice.params:
            yield {"at": notice.created_at.isoformat(timespec="seconds"), "kind": notice.kind, "words": notice.params}


def erase_notices(person: Person, wiper: Wiper) -> int:
    return wiper.rows(Notice.objects.filter(customer_id=person.customer_id), "params")


EVENTS = Source(
    "events", _("What happened with the data"), collect_events, erase_events,
    tables=("kernel.Event", "kernel.EventPersonal"), order=900,
)  # fmt: skip
NOTICES = Source(
    "notices", _("What colleagues were told"), collect_notices, erase_notices, tables=("kernel.Notice",), order=800
)
