"""What talks and promises hold on a person (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from weixi.interactions.models import FollowUp, Interaction
from weixi.kernel.personal import Person, Source, Wiper

TEXTS = ("participants", "content", "need", "solution", "conclusion", "feedback")
PROMISE_TEXTS = ("text", "result")


def _own(person: Person) -> Q:
    """Talks with the person himself."""
    return Q(contact_id=person.pk) if person.kind == "contact" else Q(customer_id=person.pk)


def collect_interactions(person: Person) -> Iterator[dict[str, Any]]:
    """Talks with the person, and what others of the customer's say of him. Uses index: that of the customer's key."""
    wiper = Wiper(person.marks)
    own = set(Interaction.objects.filter(_own(person)).values_list("pk", flat=True))
    for row in _of_customer(person):
        texts = {name: value for name in TEXTS if (value := getattr(row, name))}
        if row.pk in own or any(wiper.holds(value) for value in texts.values()):
            yield {"at": row.occurred_at.isoformat(timespec="seconds"), "kind": row.get_kind_display(), **texts}


def erase_interactions(person: Person, wiper: Wiper) -> int:
    """Of talks with a customer who is the person the words go; elsewhere only the person's marks."""
    if person.kind == "customer":
        return _of_customer(person).update(**dict.fromkeys(TEXTS, ""))
    return wiper.rows(_of_customer(person), *TEXTS)


def collect_promises(person: Person) -> Iterator[dict[str, Any]]:
    wiper = Wiper(person.marks)
    for row in FollowUp.objects.filter(customer_id=person.customer_id).select_related("interaction").order_by("pk"):
        talk = row.interaction
        own = person.kind == "customer" or (talk is not None and talk.contact_id == person.pk)
        if own or wiper.holds(row.text) or wiper.holds(row.result):
            yield {"at": row.created_at.isoformat(timespec="seconds"), "text": row.text, "result": row.result}


def erase_promises(person: Person, wiper: Wiper) -> int:
    return wiper.rows(FollowUp.objects.filter(customer_id=person.customer_id), *PROMISE_TEXTS)


def _of_customer(person: Person) -> QuerySet[Interaction]:
    return Interaction.objects.filter(customer_id=person.customer_id).order_by("occurred_at", "pk")


INTERACTIONS = Source(
    "interactions", _("Interactions"), collect_interactions, erase_interactions,
    tables=("interactions.Interaction",), order=40,
)  # fmt: skip
PROMISES = Source(
    "followups", _("Follow-ups"), collect_promises, erase_promises, tables=("interactions.FollowUp",), order=50
)
