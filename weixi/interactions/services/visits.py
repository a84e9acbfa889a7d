"""Planning a visit: a promise with a day, which is a duty like any other (C-7, C-6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.interactions.enums import Kind
from weixi.interactions.models import FollowUp
from weixi.interactions.phrases import END_OF_DAY
from weixi.interactions.services.followups import Promise, promise_followup
from weixi.interactions.visit_systems import system_of_visit
from weixi.kernel import clock
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.editing import VersionConflict
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

# Further ahead nobody plans a visit; a slip of the year is meant.
FURTHEST = timedelta(days=730)


def plan_visit(
    customer: Customer,
    *,
    viewer: Viewer,
    day: date,
    purpose: str = "",
    system: str = "",
    assignee: User | None = None,
    version: int | None = None,
) -> FollowUp:
    """Promise a visit for a day of the calendar; it is a duty of `assignee` (default: the viewer) until that day's end.

    `version` is the latest plan a form was opened on (`latest_plan`). Raises VersionConflict when another visit was
    planned since, Invalid for a day that is past or far away, Conflict for a customer that was put away.
    """
    if customer.archived_at:
        raise Conflict(_("This customer was put away; bring it back first."))
    today = clock.today()
    if not today <= day <= today + FURTHEST:
        raise Invalid(
            _("A visit is planned for today or a later day."),
            fields={"day": _("Enter a day from today on, within two years.")},
        )
    visit = system_of_visit(customer, Kind.VISIT, system)
    due_at = datetime.combine(day, END_OF_DAY, tzinfo=timezone.get_default_timezone())
    text = _("Visit: %(purpose)s") % {"purpose": purpose.strip()} if purpose.strip() else _("Visit")
    # A visit planned for the evening of today is due when the day ends.
    if due_at <= clock.now():
        due_at = due_at.replace(hour=0, minute=0) + timedelta(days=1)
    with unit_of_work(actor=viewer.actor):
        # The row of the customer keeps two people from planning at once.
        Customer.objects.select_for_update().get(pk=customer.pk)
        _expect_latest(customer, version)
        return promise_followup(customer, viewer=viewer, promise=Promise(text, due_at, assignee), visit=visit)


def latest_plan(customer: Customer) -> int:
    """The key of the visit that was planned last and is not made; 0 without one."""
    last = _open_plans(customer).last()
    return last.pk if last else 0


def _open_plans(customer: Customer) -> QuerySet[FollowUp]:
    return customer.followups.filter(visit__isnull=False, done_at=None).order_by("pk")


def _expect_latest(customer: Customer, version: int | None) -> None:
    if version is None:
        return
    newer = _open_plans(customer).filter(pk__gt=version).select_related("assignee").last()
    if newer is None:
        return
    words = {"who": newer.assignee.name, "day": day_text(timezone.localtime(newer.due_at).date()), "what": newer.text}
    message = _(
        "Meanwhile a visit was planned: %(day)s, %(who)s, “%(what)s”. Your input is kept: save again to plan a second "
        "one, or close this."
    )
    raise VersionConflict(version=newer.pk, message=message % words)
