"""One duty: why it exists, what settles it, waiving it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers.grades import grade_labels
from weixi.duties.queries import get_duty_for
from weixi.duties.queries.catch_up import catch_up_of
from weixi.duties.queries.why import why_of
from weixi.duties.services.waive import waive_duty
from weixi.kernel import replies
from weixi.kernel.errors import Conflict, Invalid
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked
from weixi.web.acts import act_for


def duty(request: Asked, pk: int) -> HttpResponse:
    """Why this duty exists: its clause, its anchor, its times, who was told; POST waives it."""
    line = get_duty_for(request.viewer, pk)
    context = {
        "line": line,
        "act": act_for(line),
        "why": why_of(line),
        "grades": grade_labels(),
        "reason": "",
        "error": "",
    }
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            waive_duty(line, viewer=request.viewer, reason=reason)
        except (Invalid, Conflict) as error:
            context |= {"reason": reason, "error": str(error)}
        else:
            return replies.done(
                request,
                _("Waived: %(title)s") % {"title": line.title},
                to=reverse("today"),
                changed=("duties", "timeline"),
            )
    context["may_waive"] = request.viewer.may(Right.DUTIES_WAIVE) and (line.waits or line.state == "missed")
    return render(request, "web/duty/page.html", context, status=422 if context["error"] else 200)


def catch_up(request: Asked, pk: int) -> HttpResponse:
    """What happened while nobody advanced time."""
    return render(
        request, "web/duty/catch_up.html", {"page": catch_up_of(request.viewer, pk), "grades": grade_labels()}
    )
