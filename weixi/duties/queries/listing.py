from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.customers.queries import visible_customers
from weixi.duties.cadences import open_cadences
from weixi.duties.enums import WAITING, DutyState
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty, waits
from weixi.duties.queries.stream import PORTION, Stream
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.kernel.errors import NotFound
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, plain, several
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer


def visible_duties(viewer: Viewer) -> QuerySet[Duty]:
    """Duties of the viewer's customers, and his own whoever's customer it is."""
    rows = Duty.objects.all()
    if viewer.sees_all:
        return rows
    assert viewer.user is not None
    # By the customers' keys, not by their columns: each side is then looked up by its own index.
    theirs = Customer.objects.filter(viewer.owned()).values("pk")
    return rows.filter(Q(customer_id__in=theirs) | Q(assignee_id=viewer.user.pk))


def get_duty_for(viewer: Viewer, pk: int) -> DutyLine:
    """One stored duty; raises NotFound for a foreign one as for a missing one."""
    found = lines_of(visible_duties(viewer).filter(pk=pk), current_timeline(), clock.now(), viewer)
    if not found:
        raise NotFound(_("There is no such duty among those you see."), code="duty.not_found")
    return found[0]


def duties_of_customer(viewer: Viewer, customer: Customer, *, settled: int = 0) -> list[DutyLine]:
    """What waits with one customer by due time, open periods included, then the last `settled` settled."""
    now, timeline = clock.now(), current_timeline()
    waiting = lines_of(visible_duties(viewer).filter(customer=customer, state__in=WAITING), timeline, now, viewer)
    waiting += open_cadences(Customer.objects.filter(pk=customer.pk), now, timeline)
    waiting.sort(key=by_due)
    return waiting + settled_of(viewer, customer, settled) if settled else waiting


def settled_of(viewer: Viewer, customer: Customer, most: int) -> list[DutyLine]:
    """The last `most` duties of the customer that wait no longer, the latest first."""
    past = visible_duties(viewer).filter(customer=customer).exclude(state__in=WAITING)
    return lines_of(past.order_by("-closed_at", "-due_at", "key")[:most], current_timeline(), clock.now(), viewer)


_CLOSED_BY = Prepared(
    lambda customer, events: (
        Duty.objects.filter(one_of("closed_by", events), customer=customer)
        .exclude(one_of("anchor", events))
        .order_by()
        .values_list("pk")
    ),
    plain,
    several,
)


def settled_by_events(customer: Customer, event_ids: Iterable[str]) -> int:
    """How many duties that waited with the customer these events closed. One query; index: duty_customer."""
    return _CLOSED_BY(customer.pk, list(event_ids)).count()


def listed_duties(
    viewer: Viewer,
    *,
    customer_number: str | None = None,
    assignee: str | None = None,
    state: str | None = None,
) -> Stream:
    """Duties by due time, open cadence periods included, read as far as somebody looks; for the command line and
    the API.

    Raises NotFound for a customer number that is unknown or not in the viewer's scope.
    """
    now = clock.now()
    rows, customers, person = visible_duties(viewer), visible_customers(viewer), None
    whole = viewer.sees_all
    if customer_number:
        found = Customer.objects.filter(number=customer_number)
        if not viewer.sees_all:
            found = found.filter(viewer.owned())
        keys = list(found.values_list("pk", flat=True))
        if not keys:
            raise NotFound(_("There is no customer with the number %(number)s.") % {"number": customer_number})
        rows, customers, whole = rows.filter(customer_id__in=keys), customers.filter(pk__in=keys), False
    if assignee:
        person = User.objects.filter(username=assignee).first()
        rows, whole = rows.filter(assignee=person) if person else rows.none(), False
        customers = customers if person else customers.none()
    late = Q(due_at__lt=now)
    if state == DutyState.OPEN:
        rows = rows.filter(state=DutyState.OPEN).exclude(late)
    elif state == DutyState.OVERDUE:
        rows = rows.filter(Q(state=DutyState.OVERDUE) | Q(state=DutyState.OPEN) & late)
    elif state:
        rows = rows.filter(state=state)
    return Stream(
        viewer, current_timeline(), now, rows,
        customers if state in (None, DutyState.OPEN) else None,
        assignee=person, portion=PORTION if whole else None,
    )  # fmt: skip


def waiting_keys(subjects: Iterable[str]) -> dict[str, str]:
    """{subject: key of a duty on it that waits}, so that a form opened for the thing settles the duty. The caller has
    seen to the scope of the things."""
    listed = list(subjects)
    if not listed:
        return {}
    rows = Duty.objects.filter(waits(), one_of("subject", listed)).order_by()
    return dict(rows.values_list("subject", "key"))


def by_due(line: DutyLine) -> tuple[bool, float, str]:
    """Order by due time, then key; what is paused has none and stands last."""
    return (line.due_at is None, line.due_at.timestamp() if line.due_at else 0.0, line.key)
