"""Customers of people who leave: handed over with the leaving, or those who have to see to it are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from weixi.customers.models import Customer
from weixi.customers.services.owners import hand_over, require_taker
from weixi.kernel import doctor
from weixi.kernel.errors import Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import UnitOfWork
from weixi.kernel.outbox.registry import register_kind
from weixi.kernel.outbox.services import Message, tell_many
from weixi.organisation import leaving
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.passwords import rules
from weixi.organisation.scope import Viewer, viewer_of

NOTICE = "leaver.customers"


@dataclass(frozen=True, slots=True)
class Holding:
    """How many customers a person owns, and at how many he is the second owner."""

    own: int
    second: int

    @property
    def any(self) -> bool:
        return bool(self.own or self.second)


def holding_of(person: User) -> Holding:
    """What somebody would leave behind. Two counts, each by index."""
    return Holding(Customer.objects.filter(owner=person).count(), Customer.objects.filter(co_owner=person).count())


def leave(person: User, *, viewer: Viewer, to: User | None = None, last_day: date | None = None) -> int:
    """End a person's access and give his customers to another; returns how many went over.

    The access ends first; who asks again after an interruption goes on with the hand-over. Raises what
    `organisation.leaving.leave` and `hand_over` raise, before anything is done.
    """
    if to is not None:
        require_taker(viewer, to, field="to")
        if to.pk == person.pk:
            text = _("Choose another person than the one who leaves.")
            raise Invalid(text, fields={"to": text})
    leaving.leave(person, viewer=viewer, last_day=last_day, successor=to)
    return hand_over(person, to, viewer=viewer, reason=_("left the company")) if to is not None else 0


def ask_for_hand_over(work: UnitOfWork, event: Event) -> None:
    """Reacts to `user.disabled`: where the policy wants customers of leavers handed over and nobody is named who takes
    them, the leaver's superiors are told, or whoever can give all customers away when they cannot."""
    person = User.objects.select_related("leader", "department__head").filter(pk=int(event.subject_id)).first()
    if person is None or event.data.get("successor") or not rules().leavers_hand_over:
        return
    held = holding_of(person)
    if not held.any:
        return
    url = f"{reverse('customers-hand-over')}?from={person.pk}"
    params = {"name": person.name, "count": held.own + held.second}
    tell_many(
        Message(each.pk, NOTICE, f"{NOTICE}:{person.pk}:{event.id}:{each.pk}", params, url) for each in _who_can(person)
    )


def _who_can(person: User) -> list[User]:
    """Who can hand the person's customers over: his superior and head of department; else all who see every customer."""
    near = {each.pk: each for each in (person.leader, person.department and person.department.head) if each}
    found = [each for each in near.values() if each.pk != person.pk and _can(each, person)]
    if found:
        return found
    people = User.objects.filter(is_active=True).select_related("department").order_by("pk")
    return [each for each in people if each.pk != person.pk and viewer_of(each).sees_all and _can(each, person)]


def _can(each: User, person: User) -> bool:
    viewer = viewer_of(each)
    return viewer.may(Right.CUSTOMERS_ASSIGN) and (viewer.sees_all or person.pk in viewer.owner_ids)


def _left_behind() -> Iterator[str]:
    """Customers of people who left, where the policy wants them handed over."""
    if not rules().leavers_hand_over:
        return
    for person in User.objects.filter(is_active=False).order_by("pk"):
        held = holding_of(person)
        if number := held.own + held.second:
            yield ngettext(
                "%(name)s has left, and %(n)d customer is not handed over.",
                "%(name)s has left, and %(n)d customers are not handed over.",
                number,
            ) % {"name": person.name, "n": number}


def register() -> None:
    register_kind(
        NOTICE,
        gettext_lazy("%(name)s has left: %(count)s customers wait to be handed over"),
        gettext_lazy("The policy asks that customers of people who leave are handed over. Choose who takes them."),
    )
    doctor.check("customers.leavers", gettext_lazy("Customers of people who left are handed over"), _left_behind)
