"""Pages for what went wrong: what happened, that nothing is lost, and the way out."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from weixi.kernel.replies import is_htmx

BUSY = _("Another piece of work holds the database just now. Nothing of yours was saved; try again in a moment.")

_WORDS: dict[int, tuple[Any, Any]] = {
    400: (_("This request cannot be read"), _("Go back and try again; if you typed the address, check it.")),
    403: (_("You may not do this"), _("Your role does not include it. Ask an administrator if you need it.")),
    404: (
        _("There is no such page"),
        _("It may have been removed, or it belongs to customers that you do not look after."),
    ),
    405: (_("This page takes forms only"), _("Nothing was changed. Go back and use the button there.")),
    409: (_("Somebody was quicker"), _("Open the page again to see how it stands now.")),
    413: (_("This is too large"), _("Send it in smaller parts.")),
    429: (_("Too many attempts"), _("Wait a little and try again.")),
    500: (
        _("Something went wrong here"),
        _("Nothing was saved. Try again; if it stays so, tell your administrator the time shown below."),
    ),
    503: (_("Busy, not saved"), BUSY),
}


# After these it may go well the next time.
_RETRY = frozenset({409, 429, 500, 503})
_READING = ("GET", "HEAD")


def _came_from(request: HttpRequest) -> str:
    """The page of ours with the form that was sent: where it was sent to may take forms only. Empty when unknown."""
    said = request.headers.get("Referer", "")
    if not said or not url_has_allowed_host_and_scheme(said, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(said)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def page(request: HttpRequest, status: int, *, text: Any = "", title: Any = "") -> HttpResponse:
    """The error page of `status`, with the refusal's own sentence where there is one."""
    known_title, known_text = _WORDS.get(status, _WORDS[400])
    context = {
        "status": status,
        "title": title or known_title,
        "text": text or known_text,
        "retry": request.get_full_path() if status in _RETRY and request.method in _READING else "",
        "back": "" if request.method in _READING else _came_from(request),
    }
    response = render(request, "web/error.html", context, status=status)
    if status == 503:
        response["Retry-After"] = "5"
    return response


def _short(request: HttpRequest, status: int) -> HttpResponse:
    _title, text = _WORDS[status]
    response = HttpResponse(str(text), status=status, content_type="text/plain; charset=utf-8")
    response["HX-Trigger"] = json.dumps({"wx:toast": {"text": str(text), "kind": "warn"}})
    return response


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    return _short(request, status) if is_htmx(request) else page(request, status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """The last resort: must not itself fail when the database or the templates do."""
    try:
        return _answer(request, 500)
    except Exception:
        title, text = _WORDS[500]
        return HttpResponse(f"{title}. {text}", status=500, content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened before a new log-in, or cookies are off."""
    text = _(
        "Your log-in changed while this page was open, so the form was not taken. Go back: what you typed is kept; then save again."
    )
    if is_htmx(request):
        response = HttpResponse(str(text), status=403, content_type="text/plain; charset=utf-8")
        response["HX-Trigger"] = json.dumps({"wx:toast": {"text": str(text), "kind": "warn"}})
        return response
    return page(request, 403, title=_("Please send the form once more"), text=text)
