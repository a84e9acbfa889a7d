"""Somebody leaves the company: out at once, or after a last day where the policy leaves room for one."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.managing import may_manage
from weixi.organisation.models import User
from weixi.organisation.passwords import rules
from weixi.organisation.scope import Viewer, system_viewer
from weixi.organisation.services import disable_user


def leave(person: User, *, viewer: Viewer, last_day: date | None = None, successor: User | None = None) -> User:
    """Enter that a person leaves. Without a last day, or with one that is not to come, he is out at once.

    `successor` takes his customers (the caller hands them over). Raises Invalid for a day to come where the policy
    ends the access of who leaves at once; else as `disable_user`.
    """
    if last_day is None or last_day < clock.today():
        return disable_user(person, viewer=viewer, successor=successor)
    viewer.require(Right.PEOPLE_MANAGE)
    may_manage(viewer, person)
    if rules().leavers_out_at_once:
        text = _("The policy ends the access of who leaves at once; leave the day empty.")
        raise Invalid(text, fields={"last_day": text})
    if viewer.user and viewer.user.pk == person.pk:
        raise Conflict(_("Nobody disables himself; ask another administrator."))
    with unit_of_work(actor=viewer.actor) as work:
        person.last_day = last_day
        person.save(update_fields=["last_day"])
        work.record("user.leaving", subject=("user", person.pk), data={"day": last_day.isoformat()})
    return person


def end_leavers() -> int:
    """Disable everybody whose last day is over; the worker's minute calls it. Returns how many.

    Somebody who cannot be disabled (he became the last administrator meanwhile) holds up nobody else; the worker
    shows the refusal until it is put right.
    """
    number, refused = 0, []
    for person in User.objects.filter(is_active=True, last_day__lt=clock.today()).order_by("pk"):
        try:
            disable_user(person, viewer=system_viewer("leaving"))
            number += 1
        except Conflict as refusal:
            refused.append(f"{person.username}: {refusal}")
    if refused:
        raise Conflict(" ".join(refused))
    return number
