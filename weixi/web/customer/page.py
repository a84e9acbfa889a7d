"""What the page of one customer shows, gathered from the slices; it has no rules of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.commerce import facts
from weixi.commerce.dates import company_today
from weixi.customers.cells import Cell
from weixi.customers.completeness import Gap, Standing
from weixi.customers.fields.own_values import OwnValues, ask_own_values
from weixi.customers.groups.queries import with_place
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.queries import get_customer_for
from weixi.customers.queries.archive import standing_of
from weixi.customers.queries.find import Owned
from weixi.customers.queries.people import contacts_of, registration_of, tag_names
from weixi.duties.lines import DutyLine
from weixi.duties.people import People
from weixi.duties.queries.of_customer import Kept, Promise, customers_with_clock, duties_kept
from weixi.grading.queries.falls import open_falls
from weixi.kernel import clock
from weixi.kernel.drawing import moments
from weixi.kernel.slices import Panel, registry
from weixi.kernel.together import Together
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.web.acts import Act, act_for
from weixi.web.customer.archive import Fact, archive_facts, gaps_of
from weixi.web.customer.bond import Bond, draw, first_month
from weixi.web.customer.head import Phrase, alerts_of, standing_sentence

SETTLED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Standing12:
    """How we stand: money of 12 months against the 12 before, promises kept, what is next."""

    amount: Decimal
    change_pct: int | None
    orders: int
    kept: int
    due: int
    missed: int
    next: DutyLine | None
    act: Act | None

    @property
    def late(self) -> bool:
        return self.next is not None and self.next.is_late


@dataclass(frozen=True, slots=True)
class Tab:
    code: str
    label: Any
    href: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The head's words: the grade with where it came from."""

    grade_label: str
    grade_rank: int
    trend: int
    trend_text: str
    basis: str
    paper: str
    sentence: Sequence[Phrase] = ()
    alerts: Sequence[Phrase] = ()


@dataclass(frozen=True, slots=True)
class CustomerPage:
    customer: Customer
    head: Head
    standing: Standing12
    bond: Bond
    waiting: Sequence[DutyLine]
    promises: Sequence[Promise]
    tabs: Sequence[Tab]
    people: Sequence[Contact]
    archive: Standing
    facts: Sequence[Fact]
    gaps: Sequence[tuple[Gap, Cell | None, str]]
    form: Registration
    tags: Sequence[str]
    own: OwnValues
    rights: Mapping[str, bool]
    duties: Kept
    settled: Mapping[str, tuple[Promise, ...]] = field(default_factory=dict)
    contact_names: Mapping[str, str] = field(default_factory=dict)
    people_names: Mapping[str, str] = field(default_factory=dict)


def find_customer(viewer: Viewer, pk: int) -> Customer:
    """The customer with everything of it that is one row; raises NotFound."""
    return get_customer_for(viewer, pk, among=_of_page)


def _of_page(owned: Owned) -> QuerySet[Customer]:
    return with_place(owned, customers_with_clock())


def year_began() -> datetime:
    """Since when the drawing and the promises of the page are."""
    return timezone.make_aware(datetime.combine(first_month(clock.today()), datetime.min.time()))


def build_page(
    viewer: Viewer,
    customer: Customer,
    tab: str,
    grades: Mapping[str, str],
    contacts: Sequence[tuple[datetime, str]],
) -> CustomerPage:
    """Gather the page. The customer is of `find_customer`; `contacts` are those since `year_began`."""
    now, today = clock.now(), company_today()
    company = People.load()
    duties = duties_kept(viewer, customer, year_began(), now, company)
    waiting, promises = duties.waiting, duties.promises
    asked = Together()
    known, falls = asked.objects(contacts_of(customer)), asked.objects(open_falls(customer))
    tags, own_values = asked.rows(tag_names(customer)), ask_own_values(customer.pk, asked)
    bought = asked.rows(facts.bought_before_and_now(customer.pk, today))
    everybody, own = known.found, own_values()
    people = [each for each in everybody if each.removed_at is None]
    form = registration_of(customer)
    judged = standing_of(customer, form, people, own)
    settled: dict[str, tuple[Promise, ...]] = {}
    for promise in promises:
        if promise.closed_by:
            settled[promise.closed_by] = (*settled.get(promise.closed_by, ()), promise)
    stand = _standing(customer, waiting, promises, bought.found, now)
    head = replace(
        _head(customer, grades),
        sentence=standing_sentence(
            customer, change_pct=stand.change_pct, amount=stand.amount, orders=stand.orders, missed=stand.missed,
            due=stand.due, now=now,
        ),
        alerts=alerts_of(customer, judged, waiting, falls.found, now),
    )  # fmt: skip
    return CustomerPage(
        customer=customer,
        head=head,
        standing=stand,
        bond=draw(contacts, promises, clock.today()),
        waiting=waiting,
        promises=promises,
        tabs=build_tabs(viewer, customer, tab, len(waiting), counted=False),
        people=people,
        archive=judged,
        facts=archive_facts(viewer, customer, form or Registration(customer=customer), own),
        gaps=gaps_of(viewer, customer, judged, people),
        form=form or Registration(customer=customer),
        tags=[name for (name,) in tags.found],
        own=own,
        rights=_rights(viewer, customer),
        settled=settled,
        duties=duties,
        contact_names={f"contact:{each.pk}": each.name for each in everybody},
        people_names={key: each.name for each in company.by_id.values() for key in (each.actor, each.username)},
    )


def _rights(viewer: Viewer, customer: Customer) -> dict[str, bool]:
    living = customer.archived_at is None
    return {
        "edit": living and viewer.may(Right.CUSTOMERS_EDIT),
        "assign": living and viewer.may(Right.CUSTOMERS_ASSIGN),
        "archive": viewer.may(Right.CUSTOMERS_ARCHIVE),
        "record": living and viewer.may(Right.INTERACTIONS_RECORD),
        "audit": viewer.may(Right.AUDIT_VIEW),
    }


def _head(customer: Customer, grades: Mapping[str, str]) -> Head:
    ranks = {code: place for place, code in enumerate(grades, 1)}
    rank, before = ranks.get(customer.grade, 9), ranks.get(customer.previous_grade)
    trend, text = 0, ""
    if before is not None and customer.grade and before != rank and customer.graded_at:
        trend = 1 if rank < before else -1
        words = {
            "old": grades[customer.previous_grade],
            "day": moments.near_day_text(timezone.localtime(customer.graded_at).date()),
        }
        text = _("up from %(old)s, %(day)s") % words if trend > 0 else _("down from %(old)s, %(day)s") % words
    basis = reverse("grading-evaluation", args=[customer.pk]) if customer.graded_at else ""
    return Head(grades.get(customer.grade, customer.grade), rank, trend, text, basis, "form")


def _standing(
    customer: Customer,
    waiting: Sequence[DutyLine],
    promises: Sequence[Promise],
    bought: Sequence[tuple[Any, ...]],
    now: datetime,
) -> Standing12:
    before, orders = facts.told_before_and_now(bought)
    change = int((customer.annual_amount - before) / before * 100) if before > 0 else None
    past = [each for each in promises if each.mark != "open" and (each.due_at or now) >= now - timedelta(days=365)]
    missed = sum(each.mark == "late" for each in past)
    upcoming = waiting[0] if waiting else None
    return Standing12(
        amount=customer.annual_amount,
        change_pct=change,
        orders=orders,
        kept=len(past) - missed,
        due=len(past),
        missed=missed,
        next=upcoming,
        act=act_for(upcoming) if upcoming else None,
    )


# --- tabs -------------------------------------------------------------------------------------------


def tab_panels() -> list[Panel]:
    return sorted((each for each in registry.panels.values() if each.place == "tab"), key=lambda each: each.order)


def build_tabs(viewer: Viewer, customer: Customer, active: str, waiting: int, *, counted: bool) -> list[Tab]:
    """The tabs; what the slices have to count is asked for once the page stands."""
    here = reverse("customer", args=[customer.pk])
    tabs = [
        Tab("timeline", _("Timeline"), here, active == "timeline"),
        Tab("archive", _("Archive"), f"{here}?tab=archive", active == "archive"),
        Tab("duties", _("Duties"), f"{here}?tab=duties", active == "duties", waiting or None),
    ]
    for panel in tab_panels():
        number = panel.count(viewer, customer) if counted and panel.count else None
        tabs.append(Tab(panel.code, panel.title, f"{here}?tab={panel.code}", active == panel.code, number or None))
    return [*tabs, Tab("history", _("History"), f"{here}?tab=history", active == "history")]
