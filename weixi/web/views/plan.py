"""日历: what falls due in a month."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from weixi.customers.grades import grade_labels
from weixi.customers.occasions.rules import kind_titles
from weixi.duties.queries.plan import plan_of
from weixi.kernel import clock
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.requests import Asked
from weixi.web.acts import act_for


def plan(request: Asked) -> HttpResponse:
    """A month of one person: the asker, or with `person=` somebody of his scope."""
    month = _month(request.GET.get("month", ""))
    person = _person(request)
    page = plan_of(person, month)
    weeks = [[(day, [(line, act_for(line)) for line in day.lines]) for day in week] for week in page.weeks]
    return render(
        request,
        "web/plan/page.html",
        {
            "page": page,
            "weeks": weeks,
            "whose": person,
            "before": (month - timedelta(days=1)).replace(day=1),
            "after": (month + timedelta(days=32)).replace(day=1),
            "grades": grade_labels(),
            "kinds": kind_titles(),
            "may_team": request.viewer.may(Right.TEAM_VIEW),
        },
    )


def _month(text: str) -> date:
    """`2026-11` as its first day; anything else is this month."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = timezone.localtime(clock.now()).date().replace(day=1)
    return found if 2000 <= found.year <= 2098 else timezone.localtime(clock.now()).date().replace(day=1)


def _person(request: Asked) -> User:
    text = request.GET.get("person", "")
    if text.isdecimal() and len(text) < 10 and (request.viewer.sees_all or int(text) in request.viewer.owner_ids):
        return User.objects.filter(pk=int(text)).first() or request.user
    return request.user
