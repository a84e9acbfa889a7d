"""Making one person of two, when their customers are made one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.merging.moving import move, people_children
from weixi.customers.models import Contact
from weixi.customers.services.contacts import CONTACT_FIELDS, change_contact
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import UnitOfWork
from weixi.organisation.scope import Viewer

REASON = "merged"


def check_people(people: Mapping[int, int], loser: int, winner: int) -> None:
    """Raises Invalid unless each one is a person of the loser and goes into one of the winner."""
    if not people:
        return
    at = dict(
        Contact.objects.filter(pk__in=[*people, *people.values()], removed_at=None).values_list("pk", "customer_id")
    )
    if any(at.get(one) != loser or at.get(other) != winner for one, other in people.items()):
        raise Invalid(_("One of these people is not at the two customers."), fields={"people": _("Choose again.")})


def merge_people(work: UnitOfWork, one: int, into: int, viewer: Viewer) -> dict[str, Any]:
    """What was recorded with `one` goes to `into`, whose empty fields are filled; `one` is then gone."""
    gone, stays = (Contact.objects.select_for_update().get(pk=pk) for pk in (one, into))
    filled = {name: getattr(gone, name) for name in CONTACT_FIELDS if not getattr(stays, name) and getattr(gone, name)}
    mark = len(work.pending)
    if filled:
        change_contact(stays, viewer=viewer, values=filled)
    changed = next((event.id for event in work.pending[mark:] if event.type == "contact.changed"), "")
    moved = move(people_children(), one, into)
    Contact.objects.filter(pk=one).update(removed_at=work.now)
    work.record("contact.removed", customer=gone.customer_id, subject=("contact", one), data={"reason": REASON})
    return {"from": one, "into": into, "event": changed, "moved": moved}
