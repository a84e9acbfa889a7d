"""What a person sets for himself: how it looks, his password; his notices."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from weixi.kernel.errors import WeixiError
from weixi.kernel.outbox import queries as outbox
from weixi.kernel.outbox import services as outbox_services
from weixi.kernel.replies import done, is_htmx, trigger
from weixi.organisation import new_passwords, services
from weixi.organisation.forms import PasswordForm
from weixi.organisation.passwords import rules
from weixi.organisation.requests import Asked
from weixi.web.middleware import SESSION_EPOCH
from weixi.web.views.session import safe_next

NOTICES_SHOWN = 100
NOTICES_IN_MENU = 8


def me(request: Asked) -> HttpResponse:
    """On a phone what the top bar's menu holds elsewhere."""
    return render(request, "web/me.html")


@require_POST
def preferences(request: Asked) -> HttpResponse:
    user = request.user
    before = user.language
    services.set_preferences(
        user,
        viewer=request.viewer,
        language=request.POST.get("language"),
        theme=request.POST.get("theme"),
        density=request.POST.get("density"),
    )
    if not is_htmx(request):
        return HttpResponseRedirect(safe_next(request))
    events: dict[str, Any] = {"wx:preferences": {"theme": user.theme, "density": user.density}}
    if user.language != before:
        events = {"wx:reload": True}
    return trigger(HttpResponse(status=204), events)


@sensitive_post_parameters()
def password(request: Asked) -> HttpResponse:
    form = PasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_password(request.user, form.cleaned_data["password"], viewer=request.viewer)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            update_session_auth_hash(request, request.user)
            request.session[SESSION_EPOCH] = request.user.session_epoch
            return done(request, _("Password changed. Your other log-ins have ended."), to="/", stay=False)
    context = {
        "form": form, "due": new_passwords.change_due(request.user), "set_on": new_passwords.set_on(request.user),
        "days": rules().password_days,
    }  # fmt: skip
    return render(request, "web/password.html", context, status=422 if form.errors else 200)


def notices(request: Asked) -> HttpResponse:
    """The person's notices, newest first; the short form is the bell's menu."""
    short = "short" in request.GET
    rows = list(outbox.notices_of(request.viewer)[: NOTICES_IN_MENU if short else NOTICES_SHOWN])
    told = outbox.told_to(request.viewer, rows)
    lines = [{"notice": notice, "told": words} for notice, words in zip(rows, told, strict=True)]
    return render(request, "web/parts/notices_short.html" if short else "web/notices.html", {"lines": lines})


@require_POST
def notice(request: Asked, pk: int) -> HttpResponse:
    """Read one: noted as read, then on to what it is about. A form, as a GET never writes."""
    found = outbox.get_notice(request.viewer, pk)
    outbox_services.mark_read(found, viewer=request.viewer)
    return HttpResponseRedirect(found.url or "/notices/")


@require_POST
def notices_read(request: Asked) -> HttpResponse:
    outbox_services.mark_all_read(viewer=request.viewer)
    return done(request, _("All notices are read."), to="/notices/", stay=False)
