"""A customer's story: its events as sentences, the newest first, and the history of every field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from weixi.customers.access import viewer_access
from weixi.customers.models import Contact, Customer
from weixi.customers.queries.filed import filed_as
from weixi.kernel import sentences
from weixi.kernel.events.models import Event
from weixi.kernel.sentences import Names, Sentence, Told
from weixi.kernel.together import Together
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

PAGE = 40
CONTACT = "interaction.recorded"
# Values of events that are log-in names.
_PERSON_KEYS = ("owner", "old", "co_owner", "assignee")


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the story. `id` is the event's, so that what it closed can stand beside it."""

    id: str
    type: str
    at: datetime
    recorded_at: datetime
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Story:
    """Lines, newest first; `before` continues with what is older (empty: that is all)."""

    lines: tuple[Line, ...]
    before: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What one query read: a page's events, the newest first, one more than the page holds if there are
    older ones; and (moment, kind of interaction) of each contact since a moment, in order of time."""

    events: tuple[Event, ...]
    contacts: tuple[tuple[datetime, str], ...]


def read_story(customer: Customer, since: datetime, *, kind: str = "", before: str = "") -> Read:
    """The events of a page of the story and the contacts since then. The caller has fetched the customer
    for the viewer. `kind` is one of `sentences.KINDS` or of `filed_kinds`; `before` the mark of the page above, a foreign one
    begins anew. Uses index: event_customer (customer_id, occurred_at)."""
    if (also := filed_as(kind)) is not None:
        return Read(
            tuple(page_of_events(customer.pk, None, before, PAGE + 1, also)), tuple(contact_moments(customer, since))
        )
    types = sentences.types_of(kind) if kind else None
    page = _matching(customer.pk, types, before).order_by("-occurred_at", "-seq")[: PAGE + 1]
    found = Event.objects.filter(
        Q(seq__in=page.values("seq")) | Q(type=CONTACT, occurred_at__gte=since), customer_id=customer.pk
    )
    place = _read_mark(before)
    events, contacts = [], []
    for event in found.select_related("personal").order_by("-occurred_at", "-seq"):
        if event.type == CONTACT and event.occurred_at >= since:
            contacts.append((event.occurred_at, event.data.get("kind", "")))
        if (types is None or event.type in types) and (place is None or (event.occurred_at, event.seq) < place):
            events.append(event)
    return Read(tuple(events[: PAGE + 1]), tuple(reversed(contacts)))


def customer_story(
    viewer: Viewer, events: Sequence[Event], *, contacts: Mapping[str, str], people: Mapping[str, str]
) -> Story:
    """A page of the story from its events (`read_story`), with values as the viewer sees them.

    `contacts` are names by `contact:7`, `people` by `user:3` and by log-in name.
    """
    size, rows = PAGE, list(events)
    more = len(rows) > size
    rows = rows[:size]
    lines = []
    for event, told in zip(rows, _told(rows, _names(viewer, people, contacts)), strict=True):
        if sentence := sentences.tell(told):
            lines.append(Line(event.id, event.type, event.occurred_at, event.recorded_at, sentence))
    return Story(tuple(lines), mark_of(rows[-1]) if more else "")


def _names(viewer: Viewer, people: Mapping[str, str], contacts: Mapping[str, str]) -> Names:
    access = viewer_access(viewer)
    called = {key: access.present("contact_name", name) for key, name in contacts.items()}
    return Names(people, called, access.present)


def page_of_events(customer_id: int, types: Sequence[str] | None, before: str, limit: int, also: Q) -> list[Event]:
    """Events of one customer, the newest first. Uses index: event_customer (customer_id, occurred_at), backwards."""
    rows = _matching(customer_id, types, before).filter(also).select_related("personal")
    return list(rows.order_by("-occurred_at", "-seq")[:limit])


def _matching(customer_id: int, types: Sequence[str] | None, before: str) -> QuerySet[Event]:
    rows = Event.objects.filter(customer_id=customer_id)
    if types is not None:
        rows = rows.filter(type__in=types)
    if place := _read_mark(before):
        at, seq = place
        rows = rows.filter(Q(occurred_at__lt=at) | Q(occurred_at=at, seq__lt=seq))
    return rows


def mark_of(event: Event) -> str:
    return f"{event.occurred_at.isoformat()}~{event.seq}"


def _read_mark(text: str) -> tuple[datetime, int] | None:
    at, _tilde, seq = text.partition("~")
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
    except ValueError:
        return None
    if timezone.is_naive(moment) or not (seq.isdecimal() and seq.isascii() and len(seq) < 19):
        return None
    return moment, int(seq)


def _values(event: Event) -> dict[str, Any]:
    personal = getattr(event, "personal", None)
    return {**event.data, **(personal.data if personal else {})}


def _told(rows: Sequence[Event], names: Names) -> list[Told]:
    values = [_values(event) for event in rows]
    details = sentences.details_for(event.subject for event in rows if event.subject)
    return [
        Told(
            event.id, event.type, given, event.actor, event.occurred_at, event.recorded_at, event.subject, names,
            details.get(event.subject),
        )
        for event, given in zip(rows, values, strict=True)
    ]  # fmt: skip


def names_in(viewer: Viewer, customer: Customer, rows: Iterable[Event]) -> Names:
    """Names of the people and contacts these events mention; one query."""
    ids: set[int] = set()
    logins: set[str] = set()
    for event in rows:
        kind, _colon, key = event.actor.partition(":")
        if kind == "user" and key.isdecimal():
            ids.add(int(key))
        logins |= {event.data[name] for name in _PERSON_KEYS if isinstance(event.data.get(name), str)}
    asked = Together()
    named = User.objects.filter(Q(pk__in=ids) | Q(username__in=logins)).order_by()
    users = asked.rows(named.values_list("pk", "username", "name"))
    known = asked.rows(Contact.objects.filter(customer=customer).order_by().values_list("pk", "name"))
    people: dict[str, str] = {}
    for pk, login, name in users.found:
        people[f"user:{pk}"] = people[login] = name
    return _names(viewer, people, {f"contact:{pk}": name for pk, name in known.found})


def told_lines(viewer: Viewer, customer: Customer, rows: Sequence[Event]) -> list[tuple[datetime, str]]:
    """(moment, sentence) of events of one customer, in their order, with values as the viewer sees them."""
    made = [(told.occurred_at, sentences.tell(told)) for told in _told(rows, names_in(viewer, customer, rows))]
    return [(at, sentence.text) for at, sentence in made if sentence is not None]


def contact_moments(customer: Customer, since: datetime) -> list[tuple[datetime, str]]:
    """When and how we were in touch since then, in order of time. Uses index: event_customer."""
    rows = Event.objects.filter(customer_id=customer.pk, type=CONTACT, occurred_at__gte=since)
    return [(at, data.get("kind", "")) for at, data in rows.order_by("occurred_at").values_list("occurred_at", "data")]
