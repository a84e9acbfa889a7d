"""What this slice itself holds on a person (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.kernel.personal import Person, Source, Wiper
from weixi.privacy.models import PersonRequest
from weixi.privacy.queries.consents import all_consents, of_person


def collect_consents(person: Person) -> Iterator[dict[str, Any]]:
    for row in all_consents(person):
        yield {
            "purpose": row.purpose,
            "channel": row.get_channel_display(),
            "basis": row.get_basis_display(),
            "evidence": row.evidence,
            "given_at": row.given_at.isoformat(timespec="seconds"),
            **({"withdrawn_at": row.withdrawn_at.isoformat(timespec="seconds")} if row.withdrawn_at else {}),
        }


def erase_consents(person: Person, wiper: Wiper) -> int:
    """That there was a consent, and when it ended, is our proof and stays; its words about the person go."""
    rows = all_consents(person)
    for row in rows:
        row.evidence, row.withdrawal = wiper.text(row.evidence)[:300], wiper.text(row.withdrawal)[:300]
        row.save(update_fields=["evidence", "withdrawal"])
    return len(rows)


def collect_requests(person: Person) -> Iterator[dict[str, Any]]:
    for row in PersonRequest.objects.filter(of_person(person)):
        yield {
            "received_at": row.received_at.isoformat(timespec="seconds"),
            "what": row.get_kind_display(),
            "words": row.words,
            "answer": row.answer,
        }


def erase_requests(person: Person, wiper: Wiper) -> int:
    rows = list(PersonRequest.objects.filter(of_person(person)))
    for row in rows:
        row.words, row.identity, row.answer = "", "", wiper.text(row.answer)[:500]
        row.save(update_fields=["words", "identity", "answer"])
    return len(rows)


CONSENTS = Source("consents", _("Consents"), collect_consents, erase_consents, tables=("privacy.Consent",), order=60)
REQUESTS = Source(
    "requests", _("Requests about the data"), collect_requests, erase_requests, tables=("privacy.PersonRequest",),
    order=70,
)  # fmt: skip
