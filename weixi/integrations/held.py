"""Answers kept for requests that may be sent again: they repeat what was written (D-1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.integrations.models import IdempotencyRecord
from weixi.kernel.personal import Person, Source, Wiper

PORTION = 200


def _speaking(wiper: Wiper) -> Iterator[IdempotencyRecord]:
    """They live a day, so there are few."""
    for row in IdempotencyRecord.objects.exclude(body="").iterator(PORTION):
        if wiper.holds(row.body) or wiper.value(_read(row.body)) != _read(row.body):
            yield row


def _read(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def collect(person: Person) -> Iterator[dict[str, Any]]:
    for row in _speaking(Wiper(person.marks)):
        yield {"at": row.claimed_at.isoformat(timespec="seconds"), "answer": _read(row.body)}


def erase(person: Person, wiper: Wiper) -> int:
    """Gone altogether: sent again, such a request is a new one."""
    keys = [row.pk for row in _speaking(wiper)]
    return IdempotencyRecord.objects.filter(pk__in=keys).delete()[0]


ANSWERS = Source("answers", _("Kept answers of the API"), collect, erase, tables=("integrations.IdempotencyRecord",))
