"""Log-in and log-out, language of the door."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from weixi.organisation import passwords
from weixi.organisation.models import User
from weixi.organisation.queries import demo_people
from weixi.web.middleware import SESSION_EPOCH

DEVICE_COOKIE = "weixi_device"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the log-in page shows again after a refusal."""

    username: str = ""
    error: str = ""


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this server, else the start page."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else "/"


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(safe_next(request))
        return _door(request, Attempt())
    name, password = request.POST.get("username", "")[:150], request.POST.get("password", "")[:4096]
    try:
        user = passwords.log_in_user(
            request,
            name,
            password,
            source=request.META.get("REMOTE_ADDR", ""),
            device=request.COOKIES.get(DEVICE_COOKIE, ""),
        )
    except (passwords.WrongLogin, passwords.TooManyAttempts) as refusal:
        return _door(request, Attempt(name, str(refusal)), status=refusal.status)
    begin_session(request, user)
    response = HttpResponseRedirect(safe_next(request))
    response.set_cookie(
        DEVICE_COOKIE,
        passwords.device_cookie(user),
        max_age=passwords.DEVICE_DAYS * 86400,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )
    return response


def begin_session(request: HttpRequest, user: User) -> None:
    """A new session id for `user`; it ends when his epoch is raised."""
    login(request, user)
    request.session[SESSION_EPOCH] = user.session_epoch


def _door(request: HttpRequest, attempt: Attempt, *, status: int = 200) -> HttpResponse:
    context = {
        "attempt": attempt,
        "next": safe_next(request),
        "people": demo_people() if settings.DEMO else [],
        "demo_password": getattr(settings, "DEMO_PASSWORD", "") if settings.DEMO else "",
    }
    return render(request, "web/login.html", context, status=status)


@login_not_required
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(reverse("login"))


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of pages before the log-in, kept in a cookie."""
    wanted = request.POST.get("language", "")
    response = HttpResponseRedirect(safe_next(request))
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86400, samesite="Lax", secure=settings.SECURE
        )
    return response
