"""服务计划: what a month or quarter asks of people, how it was carried out, and the lines behind each number (C-8)."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.exporting.files import TYPES
from weixi.customers.grades import grade_labels
from weixi.duties.lines import DutyLine
from weixi.duties.people import People
from weixi.duties.planning import asked
from weixi.duties.planning.asked import DONE, PLANNED, STATES, TOGETHER, Wanted, cycles, department_names, period_at
from weixi.duties.planning.figures import Figures, figures_of
from weixi.duties.planning.lines import PlanPage, plan_page
from weixi.duties.planning.periods import Period
from weixi.duties.planning.rows import Row, rows_of
from weixi.duties.planning.taking import write_plan
from weixi.duties.planning.words import all_state_words, cycle_words, state_words
from weixi.duties.timeline import current_timeline
from weixi.kernel.errors import NotFound
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.policy.queries import version_in_force
from weixi.web.acts import act_for

# More lines than this are no paper any more: the workbook holds them all.
PRINTED = 400
# Lines of one sheet.
ROWS = 22
GROUPS = ("person", "department", "grade", "clause")
# Of more people than these a plan shows its departments first.
FEW_PEOPLE = 60


@dataclass(frozen=True)
class Question:
    """What the address asks for, read with care: what it does not know is left out."""

    period: Period
    wanted: Wanted
    people: People
    figures: Figures
    person: int | None
    department: int | None
    grade: str | None
    clause: str | None
    state: str | None
    by: str

    @property
    def groups(self) -> tuple[str, ...]:
        """What the figures can be told apart by."""
        return _groups(self.wanted)


def service_plan(request: Asked) -> HttpResponse:
    question = _question(request)
    if question is None:
        return render(request, "web/service_plan/none.html")
    after = request.GET.get("after", "")[:60]
    page = plan_page(question.wanted, question.figures, question.people, state=question.state, after=after)
    context = _context(request, question, page)
    return render(request, "web/service_plan/page.html", {**context, "first_page": not after})


def service_plan_print(request: Asked) -> HttpResponse:
    """The same on paper."""
    question = _question(request)
    if question is None:
        return render(request, "web/service_plan/none.html")
    page = plan_page(question.wanted, question.figures, question.people, state=question.state, most=PRINTED)
    context = _context(request, question, page)
    return render(request, "web/service_plan/print.html", {**context, "sheets": _sheets(page, context["grades"])})


def _sheets(page: PlanPage, grades: Mapping[str, str]) -> list[list[tuple[str, str, DutyLine]]]:
    """(customer, grade, line) for each sheet of paper; a customer is named on its first line of a sheet."""
    flat = [(each, line) for each in page.customers for line in each.lines]
    sheets = [flat[place : place + ROWS] for place in range(0, len(flat), ROWS)] or [[]]
    return [
        [
            (each.name, grades.get(each.grade, each.grade), line)
            if not place or rows[place - 1][0] is not each
            else ("", "", line)
            for place, (each, line) in enumerate(rows)
        ]
        for rows in sheets
    ]


@require_POST
@needs(Right.CUSTOMERS_EXPORT)
def service_plan_xlsx(request: Asked) -> FileResponse:
    """The lines as a workbook; a form, because taking it is noted."""
    question = _question(request)
    if question is None:
        raise NotFound(_("The policy in force makes no service plans."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        write_plan(path, question.wanted, question.figures, question.people, state=question.state)
        # Open files outlive their folder.
        stream = path.open("rb")
    name = f"服务计划-{question.period.first}-{question.period.last}.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=TYPES["xlsx"])


def _question(request: Asked) -> Question | None:
    """None where the policy makes no plans. Raises NotFound for people outside the scope."""
    known = cycles()
    if not known:
        return None
    values = request.GET
    every = next((cycle for cycle in known if str(cycle) == values.get("cycle")), known[0])
    period = period_at(every, _day(values.get("start", "")))
    person, department = _number(values.get("person", "")), _number(values.get("department", ""))
    grade, clause, state = values.get("grade"), values.get("clause", "")[:40] or None, values.get("state")
    wanted = asked.wanted(request.viewer, period, person=person, department=department, grade=grade, clause=clause)
    people, groups = People.load(), _groups(wanted)
    by = values.get("by", "")
    by = by if by in groups else groups[0]
    figures = figures_of(wanted, people, graded=by == "grade")
    if by == "person" and "by" not in values and len(figures.by_person()) > FEW_PEOPLE:
        by = "department"
    state = state if state in STATES or state in TOGETHER else None
    return Question(period, wanted, people, figures, person, department, grade, clause, state, by)


def _groups(wanted: Wanted) -> tuple[str, ...]:
    """One person's figures are not told apart by person."""
    return GROUPS[2:] if wanted.persons is not None and len(wanted.persons) == 1 else GROUPS


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # Beyond these years there is no policy and no table of festivals.
    return found if 2000 <= found.year <= 2098 else None


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None


def _context(request: Asked, question: Question, page: PlanPage) -> dict[str, Any]:
    kept = {name: str(value) for name, value in request.GET.items() if name not in ("after", "state")}
    total = question.figures.total
    return {
        "question": question,
        "period": question.period,
        "total": total,
        "numbers": [(state, words, getattr(total, state)) for state, words in state_words().items()],
        "groups": [(code, words) for code, words in _group_words().items() if code in question.groups],
        "by": question.by,
        "rows": [_drawn(kept, question.by, row) for row in rows_of(question.figures, question.people, question.by)],
        "query": request.GET.urlencode(),
        "page": page,
        "lines": [(planned, [(line, act_for(line)) for line in planned.lines]) for planned in page.customers],
        "cycles": [(cycle, cycle_words(cycle)) for cycle in cycles()],
        "this": period_at(question.period.every),
        "metrics": _metrics(),
        "narrowed": _narrowed(question),
        "whose": _whose(question),
        "grades": grade_labels(),
        "states": state_words(),
        "stands": all_state_words().get(question.state or "", ""),
        "may_export": request.viewer.may(Right.CUSTOMERS_EXPORT),
    }


def _drawn(kept: Mapping[str, str], by: str, row: Row) -> dict[str, Any]:
    """A row of figures: each number leads to the lines behind it. `kept` is what the page was asked."""

    def address(**changes: Any) -> str:
        return f"?{urlencode({**kept, by: row.value, **changes})}"

    # A department and a clause open into their people; what a person or a grade has to do is told by clause.
    inner = {"department": "person", "clause": "person"}.get(by, "clause")
    words = all_state_words()
    numbers = [(PLANNED, row.sum.planned), *((state, getattr(row.sum, state)) for state in STATES)]
    return {
        "words": row.words,
        "depth": min(row.depth, 4),
        "url": address(by=inner),
        "cells": [(state, words[state], number, address(state=state)) for state, number in numbers],
        "planned_url": address(state=PLANNED),
        "done_url": address(state=DONE),
        "sum": row.sum,
    }


def _group_words() -> dict[str, str]:
    return {
        "person": _("By person"),
        "department": _("By department"),
        "grade": _("By grade"),
        "clause": _("By clause"),
    }


def _metrics() -> list[tuple[Any, str]]:
    """The figures the policy measures plans by, each with the clause that asks for it."""
    found = version_in_force()
    if found is None:
        return []
    policy = found.policy
    by_key = {metric.key: metric for metric in policy.metric}
    return [(by_key[key], by_key[key].basis or "") for key in policy.care.plan_metrics if key in by_key]


def _narrowed(question: Question) -> list[tuple[str, str]]:
    """(name in the address, words) of what the plan is narrowed to."""
    found = []
    if question.person is not None:
        person = question.people.by_id.get(question.person)
        found.append(("person", person.name if person else _("Nobody")))
    if question.department is not None:
        found.append(("department", department_names().get(question.department, _("No department"))))
    if question.grade is not None:
        found.append(("grade", grade_labels().get(question.grade, question.grade or _("Not graded"))))
    if question.clause is not None:
        title = current_timeline().title(question.clause)
        found.append(("clause", question.clause if title == question.clause else f"{question.clause} {title}"))
    if question.state is not None:
        found.append(("state", all_state_words()[question.state]))
    return found


def _whose(question: Question) -> str:
    viewer = question.wanted.viewer
    if question.wanted.persons is None:
        return _("the whole company")
    if len(question.wanted.persons) == 1:
        found = question.people.by_id.get(next(iter(question.wanted.persons)))
        return found.name if found else ""
    return str(viewer.user.data_scope.label) if viewer.user else ""
