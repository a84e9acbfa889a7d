"""今日: what I have to do, in order of urgency."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from weixi.customers.grades import grade_labels
from weixi.duties.lines import DutyLine
from weixi.duties.queries import today_of
from weixi.duties.queries.catch_up import latest_downtime
from weixi.duties.queries.team import REPORTED_COUNTED, reported_to
from weixi.kernel.calendar.lunar_words import lunar_day_in_words
from weixi.organisation.enums import Right
from weixi.organisation.factor.services import is_wanted
from weixi.organisation.requests import Asked
from weixi.web.acts import act_for
from weixi.web.customer.falls import changes_of

# Lines drawn per group; the rest is a number that shows them all.
SHOWN = 30
# What climbed to the reader, while there is something of his own.
REPORTED_BESIDE = 5


def today(request: Asked) -> HttpResponse:
    everything = bool(request.GET.get("all"))
    page = today_of(request.user, shown=None if everything else SHOWN)
    here = REPORTED_COUNTED if everything else SHOWN
    local = timezone.localtime(page.now)
    # Who has nothing to do himself sees in the middle what climbed to him.
    reported = reported_to(request.user, shown=here if page.is_empty else REPORTED_BESIDE)
    context = {
        "page": page,
        "focus_group": ("late" if page.focus.is_late else "today") if page.focus else "",
        "focus_act": act_for(page.focus) if page.focus else None,
        "groups": [
            (code, _with_acts(lines), len(lines) + page.more[code], page.more[code])
            for code, lines in (("late", page.late), ("today", page.today), ("week", page.week))
        ],
        "axis": _axis(page.today, page.now),
        "lunar": lunar_day_in_words(local.date()),
        "reported": reported,
        "reported_here": [(item, act_for(item.line)) for item in reported.items] if page.is_empty else [],
        "may_team": request.viewer.may(Right.TEAM_VIEW),
        "changes": changes_of(request.user, everything=everything),
        "grades": grade_labels(),
        "factor_wanted": is_wanted(request.user),
        "downtime": latest_downtime(page.now),
    }
    # Anew: the lines, what stands beside them, and the numbers of the menu.
    template = "web/today/fresh.html" if request.headers.get("HX-Target") == "wx-today" else "web/today/page.html"
    return render(request, template, context)


def _with_acts(lines: list[DutyLine]) -> list[tuple[DutyLine, object]]:
    return [(line, act_for(line)) for line in lines]


def _axis(lines: list[DutyLine], now: object) -> dict[str, object]:
    """Today's clocks on a line from 08:00 to 22:00 (wider when one runs out outside it), in per cent."""
    local = timezone.localtime(now)  # type: ignore[arg-type]
    start = local.replace(hour=min(8, local.hour), minute=0, second=0, microsecond=0)
    end = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    span = (end - start).total_seconds()

    def place(moment: object) -> float:
        seconds = (timezone.localtime(moment) - start).total_seconds()  # type: ignore[arg-type]
        return round(100 * max(0.0, min(1.0, seconds / span)), 2)

    marks: list[dict[str, object]] = []
    for line in lines:
        if line.due_at is None:
            continue
        at = place(line.due_at)
        soon = line.due_at - local < timedelta(hours=6)
        if marks and at - float(marks[-1]["at"]) < 4:  # type: ignore[arg-type]
            marks[-1]["more"] = int(marks[-1]["more"]) + 1  # type: ignore[call-overload]
            continue
        marks.append({"at": at, "due": line.due_at, "soon": soon, "more": 0, "anchor": _anchor(at)})
    at = place(local)
    return {"now": at, "marks": marks, "anchor": _anchor(at), "roomy": at > 12}


def _anchor(at: float) -> str:
    """Near its ends the axis has no room for a text centred under its place."""
    return "start" if at < 6 else "end" if at > 94 else "middle"
