"""The desk of who looks after personal data."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from weixi.kernel.errors import WeixiError
from weixi.kernel.jobs.services import enqueue
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.privacy import retention, services
from weixi.privacy.forms import ReadmitForm
from weixi.privacy.queries.desk import build_desk
from weixi.privacy.queries.held_persons import held_persons


@needs(Right.PERSONAL_MANAGE)
def desk(request: Asked) -> HttpResponse:
    return render(request, "privacy/desk.html", {"desk": build_desk(request.viewer)})


@needs(Right.PERSONAL_MANAGE)
def held(request: Asked) -> HttpResponse:
    """The people behind the number."""
    found = held_persons(request.viewer, request.GET.get("kind", ""), request.GET.get("page"))
    return render(request, "privacy/held.html", {"found": found})


@needs(Right.PERSONAL_MANAGE)
def readmit(request: Asked) -> HttpResponse:
    form = ReadmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.readmit_person(viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("This person may be entered again."), to=reverse("privacy"), changed=["privacy"])
    context = {
        "form": form, "title": _("Admit an erased person again"), "button": _("Admit"),
        "action": reverse("person-readmit"),
    }  # fmt: skip
    return render(request, "privacy/act.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Right.PERSONAL_MANAGE)
def run_retention(request: Asked) -> HttpResponse:
    """Erase everybody whose time is over, in the background."""
    count = retention.count_due(request.viewer)
    if count and not request.POST.get("sure"):
        return done(
            request, _("Nobody was erased: tick first that it cannot be undone."), to=reverse("privacy"), stay=False
        )
    if count:
        enqueue("privacy.retention", None, viewer=request.viewer, note=_("Retention"))
    text = ngettext("%(n)d person is being erased.", "%(n)d people are being erased.", count)
    return done(request, text % {"n": count}, to=reverse("privacy"), stay=False)
