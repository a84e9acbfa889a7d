"""Log-in and log-out, language of the door."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from weixi.kernel import clock
from weixi.organisation import passwords
from weixi.organisation.factor import services as factor
from weixi.organisation.models import User
from weixi.organisation.queries import demo_people
from weixi.organisation.role_names import name_roles
from weixi.web import sessions
from weixi.web.middleware import SESSION_EPOCH

DEVICE_COOKIE = "weixi_device"
# Key in an anonymous session: [person, epoch, when] of somebody whose password was right.
PENDING = "owes_code"
PENDING_SECONDS = 10 * 60


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
    if user.factor_since is not None:
        ask_for_code(request, user)
        target = reverse("login-code")
        return HttpResponseRedirect(f"{target}?next={quote(safe_next(request))}")
    return enter(request, user)


def ask_for_code(request: HttpRequest, user: User) -> None:
    """Note in a new, still anonymous session that name and password were right."""
    request.session.flush()
    request.session[PENDING] = [user.pk, user.session_epoch, int(clock.now().timestamp())]


def pending_user(request: HttpRequest) -> User | None:
    """Who gave his password in this session and still owes a code; None when that was too long ago."""
    try:
        pk, epoch, at = request.session.get(PENDING) or (0, 0, 0)
    except (TypeError, ValueError):
        return None
    if not pk or clock.now().timestamp() - at > PENDING_SECONDS:
        return None
    return User.objects.filter(pk=pk, is_active=True, session_epoch=epoch, factor_since__isnull=False).first()


@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the phone, or a recovery code."""
    user = pending_user(request)
    if user is None:
        return HttpResponseRedirect(f"{reverse('login')}?next={quote(safe_next(request))}")
    error, status = "", 200
    if request.method == "POST":
        try:
            factor.check_code(user, request.POST.get("code", "")[:60], source=request.META.get("REMOTE_ADDR", ""))
        except (factor.WrongCode, passwords.TooManyAttempts) as refusal:
            error, status = str(refusal), refusal.status
        else:
            return enter(request, user)
    context = {"who": user, "next": safe_next(request), "error": error}
    return render(request, "web/login_code.html", context, status=status)


def enter(request: HttpRequest, user: User) -> HttpResponse:
    """Everything asked for was right: a session, and a cookie that knows the device again."""
    begin_session(request, user)
    target = safe_next(request)
    if factor.is_wanted(user) and target not in ("/", reverse("today")):
        # Today says it by itself.
        with translation.override(user.language):
            messages.warning(request, _("The policy asks for a second factor in your role: set it up under your name."))
    response = HttpResponseRedirect(target)
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
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.pop(PENDING, None)
    request.session[SESSION_EPOCH] = user.session_epoch
    sessions.begin(request)


def _door(request: HttpRequest, attempt: Attempt, *, status: int = 200) -> HttpResponse:
    if settings.DEMO:
        name_roles(passwords.rules().role_titles)
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
