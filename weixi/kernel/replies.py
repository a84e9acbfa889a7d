"""Answers of views that htmx and plain pages both understand: one call says what was done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from weixi.kernel.errors import WeixiError

# The two places a form fragment can be asked for: the side panel, and the same form on a page of its own.
OWN_PAGE = "wx-form-content"
FRAGMENT_TARGETS = frozenset({"wx-panel-content", OWN_PAGE})


def is_fragment(request: HttpRequest) -> bool:
    """Whether only the inside of a panel (or of a form page) is asked for."""
    return request.headers.get("HX-Target", "") in FRAGMENT_TARGETS


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def trigger(response: HttpResponse, events: dict[str, Any]) -> HttpResponse:
    """Let the browser dispatch `events` (name -> detail) on the element that asked."""
    response["HX-Trigger"] = json.dumps(events, ensure_ascii=True)
    return response


def done(
    request: HttpRequest,
    text: Any,
    *,
    to: str,
    undo: str = "",
    changed: Iterable[str] = (),
    stay: bool = True,
) -> HttpResponse:
    """The answer to a POST that succeeded.

    Asked for by htmx and `stay`: 204; the panel closes, a toast says `text` (with undo by POST to
    `undo`) and the parts listening with `hx-trigger="wx:<name> from:body"` refresh, for each name in
    `changed`. Without `stay`, or from a form on a page of its own, the browser goes to `to`. Without htmx: redirect to `to`, the same toast there.
    """
    # A form on a page of its own has nothing behind it to stay on.
    if is_htmx(request) and stay and request.headers.get("HX-Target") != OWN_PAGE:
        detail = {"text": str(text), "undo": undo or None}
        return trigger(HttpResponse(status=204), {"wx:done": detail, **{f"wx:{name}": True for name in changed}})
    messages.success(request, str(text), extra_tags=undo)
    if is_htmx(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = to
        # Its draft goes before the page does.
        return trigger(response, {"wx:saved": True})
    return HttpResponseRedirect(to)


def carried_out(form: Any, act: Callable[[], object]) -> bool:
    """Whether the form was sent, is right, and `act` was done; what `act` refuses is told in the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        act()
    except WeixiError as refusal:
        form.take(refusal)
        return False
    return True
