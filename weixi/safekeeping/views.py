"""The page of backups and the log, and what can be begun there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from weixi.kernel.jobs.services import enqueue
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.safekeeping import retention
from weixi.safekeeping.queries import build_page
from weixi.safekeeping.services import backup, trying
from weixi.safekeeping.services.restore import release_outgoing


@needs(Right.SYSTEM_MANAGE)
def page(request: Asked) -> HttpResponse:
    return render(request, "safekeeping/page.html", {"keeping": build_page(request.viewer)})


@require_POST
@needs(Right.SYSTEM_MANAGE)
def begin_backup(request: Asked) -> HttpResponse:
    enqueue(backup.JOB, 0, viewer=request.viewer, note=_("Backup"))
    return _back(request, _("A backup is being made; it stands here once it is whole."))


@require_POST
@needs(Right.SYSTEM_MANAGE)
def begin_trial(request: Asked) -> HttpResponse:
    enqueue(trying.JOB, 0, viewer=request.viewer, note=_("Trial of a backup"))
    return _back(request, _("The newest backup is being tried; the outcome stands here."))


@require_POST
@needs(Right.SYSTEM_MANAGE)
def release(request: Asked) -> HttpResponse:
    """Let messages go out again after a restore; those that wait are sent or stay in the app."""
    send = request.POST.get("waiting") == "send"
    number = release_outgoing(viewer=request.viewer, send_waiting=send)
    text = (
        ngettext("%(n)d message goes out now.", "%(n)d messages go out now.", number)
        if send
        else ngettext("%(n)d message stays in the app.", "%(n)d messages stay in the app.", number)
    )
    return _back(request, text % {"n": number})


@require_POST
@needs(Right.SYSTEM_MANAGE)
def begin_retention(request: Asked) -> HttpResponse:
    enqueue(retention.JOB, 0, viewer=request.viewer, note=_("Retention"))
    return _back(request, _("What is over its time is being removed."))


def _back(request: Asked, text: str) -> HttpResponse:
    return done(request, text, to=reverse("safekeeping"), stay=False)
