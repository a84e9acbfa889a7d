"""团队: who needs help, and what was reported to me."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from weixi.customers.queries.left_behind import left_behind
from weixi.duties.queries import Team, team_of
from weixi.duties.queries.team import IN_LINES, MOST_PEOPLE, REPORTED_COUNTED, REPORTED_SHOWN
from weixi.interactions.queries.records import incomplete_by
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.web.acts import act_for


@needs(Right.TEAM_VIEW)
def team(request: Asked) -> HttpResponse:
    page = team_of(
        request.viewer,
        in_lines=MOST_PEOPLE if request.GET.get("all") else IN_LINES,
        reported_shown=REPORTED_COUNTED if request.GET.get("reported") else REPORTED_SHOWN,
    )
    behind = f"{reverse('duties')}?person="
    incomplete = incomplete_by([lane.person.pk for lane in page.lanes])
    lanes = [
        {
            "lane": lane,
            "incomplete": incomplete.get(lane.person.pk, 0),
            "late": [(line, act_for(line)) for line in lane.late],
            "more_late": lane.late_count - len(lane.late),
            "url": f"{behind}{lane.person.pk}",
            "today": [(line, act_for(line)) for line in lane.today],
            "kept": lane.month.kept / lane.month.due if lane.month.due else None,
        }
        for lane in page.lanes
    ]
    most = max((count for _, _, count in page.clauses), default=1)
    clauses = [(clause, title, count, round(100 * count / most)) for clause, title, count in page.clauses]
    return render(
        request,
        "web/team/page.html",
        {
            "left": left_behind(request.viewer),
            "may_give": request.viewer.may(Right.CUSTOMERS_ASSIGN),
            "page": page,
            "lanes": lanes,
            "clauses": clauses,
            "in_numbers": _in_numbers(page),
        },
    )


def _in_numbers(page: Team) -> int:
    """How many people have their duties as numbers alone."""
    return sum(1 for lane in page.lanes if (lane.late_count or lane.today_count) and not (lane.late or lane.today))
