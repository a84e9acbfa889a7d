"""Keeping and reading who had a customer's record before him (A-11)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from weixi.customers.access.deciding import viewer_access
from weixi.customers.access.revealing import REVEALED, reveal_rules
from weixi.customers.enums import SeenBy
from weixi.customers.models import Contact, Customer, RecordView
from weixi.kernel import clock
from weixi.kernel.events.models import Event
from weixi.kernel.rows import insert_rows
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

log = logging.getLogger(__name__)
PAGE = 100


def note_views(viewer: Viewer, customer_ids: Iterable[int], way: SeenBy) -> None:
    """Keep that the viewer has these customers' records before him; within an hour once.

    For exports and prints call it in their transaction. Nothing is kept where the policy says so. The
    installation itself leaves no trace: what it
    does for a person is that person's.
    """
    if viewer.user is not None and keeps_views():
        _keep(viewer.user, customer_ids, way)


def _keep(person: User, customer_ids: Iterable[int], way: SeenBy) -> None:
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    insert_rows(
        [RecordView(person=person, customer_id=pk, way=way, hour=hour, at=now) for pk in customer_ids],
        pass_over_known=True,
    )


def keeps_views() -> bool:
    """Whether the policy in force has it kept who had whole records before him (`[security.personal]
    full_view_logged`). Masked values seen in full are on record in any case: the hour's limit counts them."""
    return reveal_rules().full_view_logged


def noted(response: HttpResponse, viewer: Viewer, customer_id: int, way: SeenBy = SeenBy.PAGE) -> HttpResponse:
    """The response, after which it is kept that the viewer has seen this record: nobody waits for the row.

    A database that is held just then is told in the program's log instead.
    """
    person = viewer.user
    if person is None or not keeps_views():
        return response

    def keep() -> None:
        try:
            _keep(person, [customer_id], way)
        except DatabaseError:
            log.warning("not kept in the table: %s saw customer %d (%s)", viewer.actor, customer_id, way, exc_info=True)

    closers: list[Callable[[], object]] = response._resource_closers  # type: ignore[attr-defined]
    closers.append(keep)
    return response


@dataclass(frozen=True, slots=True)
class Look:
    """One line of a customer's access log: somebody had the record before him, or saw masked fields in full."""

    at: datetime
    person: User | None
    way: str
    what: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AccessLog:
    """Lines, the newest first; `before` continues with what is older (empty: that is all)."""

    lines: tuple[Look, ...]
    before: str = ""


def access_log(viewer: Viewer, customer: Customer, *, before: datetime | None = None) -> AccessLog:
    """Who saw this customer's data. The caller has fetched the customer for the viewer.

    Raises Forbidden without the right to audit. Four queries for any number of lines. Uses index:
    record_view_once_an_hour, event_customer.
    """
    viewer.require(Right.AUDIT_VIEW)
    views = RecordView.objects.filter(customer_id=customer.pk)
    events = Event.objects.filter(customer_id=customer.pk, type=REVEALED)
    if before is not None:
        views, events = views.filter(at__lt=before), events.filter(occurred_at__lt=before)
    people = {f"user:{person.pk}": person for person in User.objects.select_related("department")}
    access = viewer_access(viewer)
    contacts = {
        str(pk): access.present("contact_name", name)
        for pk, name in Contact.objects.filter(customer=customer).values_list("pk", "name")
    }
    found = [
        Look(row.at, people.get(f"user:{row.person_id}"), str(SeenBy(row.way).label))
        for row in views.order_by("-hour", "-at")[: PAGE + 1]
    ]
    for event in events.order_by("-occurred_at", "-seq")[: PAGE + 1]:
        labels = _(", ").join(map(access.label, event.data.get("fields", ())))
        whose = contacts.get(event.subject_id, "") if event.subject_type == "contact" else ""
        what = f"{whose} {labels}".strip()
        found.append(
            Look(
                event.occurred_at,
                people.get(event.actor),
                _("Masked value in full"),
                what,
                event.data.get("reason", ""),
            )
        )
    found.sort(key=lambda look: look.at, reverse=True)
    more = len(found) > PAGE
    return AccessLog(tuple(found[:PAGE]), found[PAGE - 1].at.isoformat() if more else "")
