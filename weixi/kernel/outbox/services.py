"""Telling people: a row per person and occasion, written in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from weixi.kernel import clock
from weixi.kernel.outbox.models import MailState, Notice
from weixi.kernel.outbox.registry import get_kind
from weixi.kernel.rows import blanks, insert_rows


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is to be told. `key` names the occasion: the same key tells nothing new.

    `params` are values JSON can hold, only those the sentences name; times and dates as ISO text. `url`
    is a path of this site.
    """

    person_id: int
    kind: str
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    customer_id: int | None = None


def tell(
    person: Any, kind: str, params: Mapping[str, Any], *, key: str, url: str = "", customer: int | None = None
) -> None:
    """Tell one person (a user or his id) once; see `Message`."""
    person_id = person if isinstance(person, int) else person.pk
    tell_many([Message(person_id, kind, key, params, url, customer)])


def tell_many(messages: Iterable[Message]) -> None:
    """Tell many at once, in a handful of statements. Keys told before are passed over.

    Raises ValueError for an unregistered kind, a parameter its sentences do not name, a key that is
    too long or a url that leads elsewhere: programming errors.
    """
    listed = list(messages)
    if not listed:
        return
    reachable = _reachable({message.person_id for message in listed})
    now = clock.now()
    rows, blank = [], blanks(Notice)
    for message in listed:
        kind = get_kind(message.kind)
        if extra := message.params.keys() - kind.places:
            raise ValueError(f"{kind.code} has no {', '.join(sorted(extra))}")
        if len(message.key) > 200 or (message.url and not _is_own_path(message.url)):
            raise ValueError(f"key too long or url not a path of this site: {message.key[:80]} {message.url[:80]}")
        by_mail = kind.mail and message.person_id in reachable
        row = blank()
        row.key, row.person_id, row.kind = message.key, message.person_id, message.kind
        row.params, row.url, row.customer_id = dict(message.params), message.url, message.customer_id
        row.created_at, row.mail_after = now, now if by_mail else None
        row.mail_state = MailState.WAITING if by_mail else MailState.NONE
        rows.append(row)
    with transaction.atomic():
        insert_rows(rows, pass_over_known=True)


def _is_own_path(url: str) -> bool:
    return url.startswith("/") and not url.startswith("//") and len(url) <= 300 and url.isprintable()


def _reachable(person_ids: set[int]) -> set[int]:
    """Those of these people who can be written to; none while no mail server is set."""
    if not settings.EMAIL_HOST:
        return set()
    people = get_user_model().objects.filter(pk__in=person_ids, is_active=True).exclude(email="")
    return set(people.values_list("pk", flat=True))


def mark_read(notice: Notice, *, viewer: Any) -> None:
    """Note that the viewer has read this notice of his; somebody else's stays as it is."""
    Notice.objects.filter(pk=notice.pk, person=viewer.user, read_at=None).update(read_at=clock.now())


def mark_all_read(*, viewer: Any) -> int:
    """Note that the viewer has read all his notices; gives how many were new to him."""
    return Notice.objects.filter(person=viewer.user, read_at=None).update(read_at=clock.now())
