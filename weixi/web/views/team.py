"""团队: who needs help, and what was reported to me."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from weixi.customers.grades import grade_labels
from weixi.duties.queries import team_of
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.web.acts import act_for


@needs(Right.TEAM_VIEW)
def team(request: Asked) -> HttpResponse:
    page = team_of(request.viewer)
    lanes = [
        {
            "lane": lane,
            "late": [(line, act_for(line)) for line in lane.late],
            "more_late": lane.late_count - len(lane.late),
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
        {"page": page, "lanes": lanes, "clauses": clauses, "grades": grade_labels()},
    )
