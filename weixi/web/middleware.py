"""Who looks, in which language, and how refusals are answered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import logout
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from weixi.kernel.asked import asked_once
from weixi.kernel.errors import Busy, WeixiError
from weixi.kernel.replies import is_htmx, trigger
from weixi.organisation.factor.services import is_due
from weixi.organisation.new_passwords import change_due
from weixi.organisation.passwords import rules
from weixi.organisation.role_names import name_roles
from weixi.organisation.scope import viewer_of
from weixi.web import sessions
from weixi.web.views import errors

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]

# These answer for themselves: the API with tokens, the feeds with their own secret.
SAFE = frozenset({"GET", "HEAD"})
OWN_DOOR = ("/api/",)
SESSION_EPOCH = "epoch"
# Where a person who must choose a new password may still go.
OPEN_WHILE_PASSWORD_IS_DUE = frozenset({"password", "logout", "healthz", "preferences"})
# Where a person may still go whose role asks for a second factor that he has not set up.
OPEN_WHILE_FACTOR_IS_DUE = frozenset(
    {"second-factor", "second-factor-begin", "second-factor-confirm", "logout", "healthz", "preferences"}
)


class PersonMiddleware:
    """Puts `request.viewer` on every request of a logged-in person and sends everybody else to the log-in.

    A session of before the last password change or disabling ends here. Private pages are never cached.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and request.session.get(SESSION_EPOCH) != user.session_epoch:
            logout(request)
            user = request.user
        if user.is_authenticated:
            request.viewer = viewer_of(user)  # type: ignore[attr-defined]
            language = user.language
        else:
            request.viewer = None  # type: ignore[attr-defined]
            language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        # A page that only reads asks for the policy in many places; what writes asks anew each time.
        with asked_once() if request.method in SAFE else nullcontext():
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        if user.is_authenticated or not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or request.path.startswith(OWN_DOOR):
            return None
        if request.viewer is None:  # type: ignore[attr-defined]
            return ask_for_log_in(request)
        with asked_once():
            return self._held_up(request)

    def _held_up(self, request: HttpRequest) -> HttpResponse | None:
        """Where a person has to go first; None when nothing keeps him from the page he asked for."""
        rule = rules()
        name_roles(rule.role_titles)
        if sessions.is_over(request, rule):
            logout(request)
            request.viewer = None  # type: ignore[attr-defined]
            return ask_for_log_in(request)
        user = request.viewer.user  # type: ignore[attr-defined]
        name = request.resolver_match.url_name if request.resolver_match else None
        if change_due(user, rule):
            return None if name in OPEN_WHILE_PASSWORD_IS_DUE else _go(request, reverse("password"))
        if is_due(user) and name not in OPEN_WHILE_FACTOR_IS_DUE:
            return _go(request, reverse("second-factor"))
        return None


def ask_for_log_in(request: HttpRequest) -> HttpResponse:
    """To the log-in and back again; a script's request gets 401 instead, so that the page keeps its input."""
    if is_htmx(request):
        return HttpResponse(status=401)
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "/")
    target = reverse("login")
    return HttpResponseRedirect(target if back == "/" else f"{target}?next={quote(back)}")


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if not is_htmx(request):
        return HttpResponseRedirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


class RefusalMiddleware:
    """Turns a refusal into its status: a page with a way out, or a toast for a script's request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and not request.path.startswith(OWN_DOOR):
            # An address that only takes forms was opened: a log-in may lead back to one.
            page = errors.page(request, 405)
            page["Allow"] = response.get("Allow", "POST")
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if request.path.startswith(OWN_DOOR):
            return None
        if isinstance(error, OperationalError):
            if not _is_busy(error):
                return None
            log.warning("database busy at %s", request.path)
            error = Busy(errors.BUSY)
        if not isinstance(error, WeixiError):
            return None
        if is_htmx(request):
            response = HttpResponse(str(error), status=error.status, content_type="text/plain; charset=utf-8")
            return trigger(response, {"wx:toast": {"text": str(error), "kind": "warn"}})
        return errors.page(request, error.status, text=str(error), title=error.title)


def _is_busy(error: OperationalError) -> bool:
    """Held by another writer for too long, or not reachable just now; other faults are bugs and stay loud."""
    text = str(error).lower()
    return any(sign in text for sign in ("locked", "busy", "deadlock", "could not serialize", "connection", "timeout"))
