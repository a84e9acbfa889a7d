"""What the customer list can be asked of contacts with the customer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from math import ceil, floor
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from weixi.interactions.enums import Kind
from weixi.interactions.facts import midnight_after
from weixi.interactions.models import FollowUp, Interaction
from weixi.interactions.queries.records import BY_HAND, INCOMPLETE
from weixi.kernel import clock
from weixi.kernel.calendar.wall import add_months
from weixi.kernel.slices import FilterOp, ListFilter

GROUP = _("Interactions")


def _talks(days: int) -> QuerySet[Interaction]:
    """Records of one customer in the last days. Uses index: interaction_customer."""
    since = clock.now() - timedelta(days=days)
    return Interaction.objects.filter(customer=OuterRef("pk"), withdrawn_at=None, occurred_at__gte=since)


def _any(days: int) -> Q:
    return Q(Exists(_talks(days)))


def _of_kind(kind: str, days: int) -> Q:
    return Q(Exists(_talks(days).filter(kind=kind)))


def _lacking() -> QuerySet[Interaction]:
    """Records that lack a part the policy asks for; imported ones are not asked for. Uses index: interaction_incomplete."""
    return Interaction.objects.filter(INCOMPLETE, BY_HAND, withdrawn_at=None)


def _incomplete() -> Q:
    return Q(Exists(_lacking().filter(customer=OuterRef("pk"))))


def _quiet(days: int) -> Q:
    """None for so long, though the customer has been with us as long."""
    since = clock.now() - timedelta(days=days)
    return Q(last_contact_at__lt=since, last_contact_at__isnull=False) | Q(
        last_contact_at__isnull=True, created_at__lt=since
    )


def _kinds(_viewer: Any) -> Iterable[tuple[str, Any]]:
    return [(str(code), label) for code, label in Kind.choices]


def _of_year() -> QuerySet[Interaction]:
    """Contacts in the 12 months that end today, as the fact of that name counts them. Uses index: interaction_customer."""
    today = clock.today()
    return Interaction.objects.filter(
        customer=OuterRef("pk"), withdrawn_at=None, occurred_at__gte=midnight_after(add_months(today, -12)),
        occurred_at__lt=midnight_after(today),
    )  # fmt: skip


def _number_ops(rows: Callable[[], QuerySet[Interaction]]) -> tuple[FilterOp, ...]:
    """How many of the records a customer has. As soon as so many are seen, the rest need not be counted."""

    def more_than(number: int) -> Q:
        return Q(Exists(rows()[number:])) if number >= 0 else ~Q(pk__in=[])

    return (
        FilterOp("ge", _("at least"), _("at least %(a)s"), ("number",), lambda n: more_than(ceil(n) - 1),
                 counts=True),
        FilterOp("le", _("at most"), _("at most %(a)s"), ("number",), lambda n: ~more_than(floor(n)),
                 counts=True),
    )  # fmt: skip


def _not_since(days: int) -> Q:
    """The last contact is so many days of the calendar ago or more; who was never contacted has none."""
    return Q(last_contact_at__lt=midnight_after(clock.today() - timedelta(days=days)), last_contact_at__isnull=False)


def _since_day(days: int) -> Q:
    begin = midnight_after(clock.today() - timedelta(days=days + 1))
    return Q(last_contact_at__gte=begin, last_contact_at__isnull=False)


def _open_promise() -> Q:
    return Q(Exists(FollowUp.objects.filter(customer=OuterRef("pk"), done_at=None)))


FILTERS = (
    ListFilter("interaction", _("Interaction"), GROUP, (
        FilterOp("quiet", _("none for … days"), _("none for %(a)s days"), ("days",), _quiet),
        FilterOp("any", _("any in the last … days"), _("in the last %(a)s days"), ("days",), _any),
        FilterOp("kind", _("by … in the last … days"), _("%(a)s in the last %(b)s days"), ("choice", "days"), _of_kind),
        FilterOp("incomplete", _("a record is incomplete"), _("with an incomplete record"), (), _incomplete,
                 lambda: _lacking().order_by().values_list("customer_id", flat=True)),
        FilterOp("no_kind", _("none by … in the last … days"), _("no %(a)s in the last %(b)s days"),
                 ("choice", "days"), lambda kind, days: ~_of_kind(kind, days)),
    ), _kinds),
    ListFilter("contacts_3m", _("Contacts in 90 days"), GROUP, _number_ops(lambda: _talks(90))),
    ListFilter("contacts_12m", _("Contacts in 12 months"), GROUP, _number_ops(_of_year)),
    ListFilter("last_contact_days", _("Days since the last contact"), GROUP, (
        FilterOp("ge", _("at least"), _("at least %(a)s"), ("days",), _not_since),
        FilterOp("le", _("at most"), _("at most %(a)s"), ("days",), _since_day),
    ), field="last_contact_at"),
    ListFilter("promise", _("Follow-up"), GROUP, (
        FilterOp("open", _("is promised"), _("is promised"), (), _open_promise),
        FilterOp("none", _("none is promised"), _("none is promised"), (), lambda: ~_open_promise()),
    )),
)  # fmt: skip
