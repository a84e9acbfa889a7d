"""One's own second factor: set up, changed, its recovery codes renewed, taken away.

Pictures and recovery codes stand on the answer to a POST and nowhere else. A proposed secret is not stored:
it goes with the form, signed, until the phone has shown its first code.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from weixi.kernel.errors import WeixiError
from weixi.kernel.replies import done
from weixi.organisation.factor import codes
from weixi.organisation.factor import services as factor
from weixi.organisation.factor.forms import CodeForm, PasswordForm
from weixi.organisation.requests import Asked
from weixi.web.middleware import SESSION_EPOCH


def second_factor(request: Asked) -> HttpResponse:
    """How it stands, and what can be done."""
    return _page(request)


@sensitive_post_parameters()
@require_POST
def begin(request: Asked) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            proposal = factor.begin(request.user, form.cleaned_data["password"], **_who(request))
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return _set_up(request, proposal, CodeForm())
    return _page(request, form, status=422)


@sensitive_post_parameters()
@require_POST
def confirm(request: Asked) -> HttpResponse:
    form, proposal = CodeForm(request.POST), request.POST.get("proposal", "")[:400]
    if form.is_valid():
        try:
            made = factor.confirm(request.user, proposal, form.cleaned_data["code"], **_who(request))
        except WeixiError as refusal:
            if refusal.code == "factor.stale":
                return _page(request, error=str(refusal), status=422)
            form.take(refusal)
        else:
            request.session[SESSION_EPOCH] = request.user.session_epoch
            request.session.cycle_key()
            return _page(request, codes="\n".join(made), new=True)
    return _set_up(request, proposal, form, status=422)


@sensitive_post_parameters()
@require_POST
def renew(request: Asked) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            made = factor.renew_codes(request.user, form.cleaned_data["password"], **_who(request))
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return _page(request, codes="\n".join(made))
    return _page(request, form, status=422)


@sensitive_post_parameters()
@require_POST
def remove(request: Asked) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            factor.remove(request.user, form.cleaned_data["password"], **_who(request))
        except WeixiError as refusal:
            form.take(refusal)
        else:
            request.session[SESSION_EPOCH] = request.user.session_epoch
            text = _("The second factor is removed: the password alone logs you in.")
            return done(request, text, to=reverse("second-factor"), stay=False)
    return _page(request, form, status=422)


def _who(request: Asked) -> dict[str, Any]:
    return {"viewer": request.viewer, "source": request.META.get("REMOTE_ADDR", "")}


def _page(request: Asked, form: PasswordForm | None = None, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form or PasswordForm(), "left": factor.codes_left(request.user), **more}
    context["demanded"] = request.user.rules.factor
    context["wanted"] = factor.is_wanted(request.user)
    return render(request, "web/second_factor.html", context, status=status)


def _set_up(request: Asked, proposal: str, form: CodeForm, *, status: int = 200) -> HttpResponse:
    try:
        seed = factor.seed_of(request.user, proposal)
    except WeixiError as refusal:
        return _page(request, error=str(refusal), status=422)
    address = codes.address_of(seed, request.user.username, factor.issuer())
    context = {
        "proposal": proposal,
        "form": form,
        "picture": codes.picture_of(address),
        "secret": codes.spaced(codes.secret_of(seed)),
    }
    return render(request, "web/second_factor_new.html", context, status=status)
