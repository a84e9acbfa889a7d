"""The gap analysis (G-9): what the policy asks for customers of a grade, and who lacks it.

What is asked stands in the policy: the contact that its cadences want, nothing overdue, the archive as complete as its
target, no key field missing. Each is a filter of the customer list, so that every number opens the customers behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers.filtering.meaning import Reader
from weixi.customers.filtering.text import to_text
from weixi.customers.filtering.tree import Test, all_of
from weixi.customers.list_frame import read_ask
from weixi.customers.models import Customer
from weixi.customers.queries.listing import Asker, Count, count_customers
from weixi.grading.sections import grade_titles, grading_in_force
from weixi.kernel.errors import NotFound
from weixi.organisation.scope import Viewer
from weixi.policy.document.grading import Grade, Grading, ServiceStandard
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import Cadence
from weixi.policy.queries import policy_in_force, version_in_force

# Days of a period without contact, at most: its longest form.
_DAYS = {"P1W": 7, "P2W": 14, "P1M": 31, "P2M": 62, "P3M": 92, "P6M": 184, "P1Y": 366}


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing the policy asks: what (`wanted`), what it is called where it lacks, its clause, the list's test."""

    code: str
    wanted: str
    lacking: str
    clause: str
    test: Test


@dataclass(frozen=True, slots=True)
class Line:
    """The demands for one grade; `standard` is its row of the service standard table."""

    code: str
    title: str
    grade: Grade | None
    standard: ServiceStandard | None
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A demand with those who lack it."""

    demand: Demand
    count: Count
    url: str


def lines() -> list[Line]:
    """The grades of the policy in force in its order, with what is asked for each. Raises NotFound without grading."""
    policy = policy_in_force()
    section = grading_in_force()
    if section is None:
        raise NotFound(_("The policy in force has no grading section."))
    rows = {row.grade: row for row in section.grade}
    standards = {row.grade: row for row in section.service_standard}
    return [
        Line(code, title, rows.get(code), standards.get(code), tuple(_demands(policy, code)))
        for code, title in grade_titles(section).items()
    ]


def line_of(code: str) -> Line:
    """One grade's line. Raises NotFound."""
    for line in lines():
        if line.code == code:
            return line
    raise NotFound(_("The policy in force has no such grade."))


def gaps_of(viewer: Viewer, line: Line) -> tuple[Count, list[Gap]]:
    """How many customers of the grade the viewer sees, and who lacks what. Counts stop where those of the list do."""
    own = Test("grade", "in", (line.code,))
    found = []
    for demand in line.demands:
        where = to_text(all_of(own, demand.test))
        ask, _grades = read_ask(viewer, QueryDict(urlencode({"where": where})))
        found.append(Gap(demand, count_customers(viewer, ask), _list_url(where)))
    whole, _grades = read_ask(viewer, QueryDict(urlencode({"where": to_text(all_of(own))})))
    return count_customers(viewer, whole), found


def gaps_at(viewer: Viewer, customer: Customer, section: Grading) -> list[Demand]:
    """What this customer lacks of what his grade asks; the caller has fetched it for the viewer. A query per demand."""
    version = version_in_force()
    if version is None:
        return []
    asker = Asker(viewer, grade_titles(section))
    return [
        demand
        for demand in _demands(version.policy, customer.grade)
        if Customer.objects.filter(Reader(asker, demand.test).meaning(demand.test).where, pk=customer.pk).exists()
    ]


def _demands(policy: Policy, grade: str) -> Sequence[Demand]:
    found: list[Demand] = []
    for rule in policy.cadence:
        days = _DAYS.get(rule.every.text)
        if days is not None and _binds(rule, grade):
            wanted = _("%(title)s (within %(n)d days)") % {"title": rule.title, "n": days}
            lacking = _("no contact for %(n)d days") % {"n": days}
            test = Test("interaction", "quiet", (str(days),))
            found.append(Demand(f"contact.{rule.clause}", wanted, lacking, str(rule.clause), test))
    # Of several cadences the closest one asks for the contact of the others as well.
    found = sorted(found, key=lambda each: int(each.test.values[0]))[:1]
    found.append(Demand("duty", _("nothing overdue"), _("something overdue"), "", Test("duty", "overdue", ())))
    target = policy.archive.target
    if target is not None and target.completeness_pct is not None:
        percent = int(target.completeness_pct)
        found.append(
            Demand(
                "archive", _("archive at least %(n)d%% complete") % {"n": percent}, _("archive not complete"), target.clause or "",
                Test("completeness", "lt", (str(percent),)),
            )
        )  # fmt: skip
    if target is not None and target.missing_key_fields == 0:
        found.append(
            Demand(
                "key",
                _("no key field missing"),
                _("key fields missing"),
                target.clause or "",
                Test("quality", "in", ("missing",)),
            )
        )
    return found


def _binds(rule: Cadence, grade: str) -> bool:
    wanted: Any = rule.where.get("grade")
    return wanted is None or grade == wanted or (not isinstance(wanted, str) and grade in wanted)


def _list_url(where: str) -> str:
    return f"{reverse('customers')}?{urlencode({'where': where})}"
