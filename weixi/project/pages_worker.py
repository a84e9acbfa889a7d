"""gunicorn's worker with threads; what it refuses before the application sees it still has our look (A57)."""

from __future__ import annotations

import socket
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from typing import Any

from csp.utils import build_policy
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

# A browser whose answer comes before all was sent throws the answer away: so much is read, for so long at most.
READ_BYTES, READ_SECONDS = 1 << 20, 1.0


class PagesWorker(ThreadWorker):  # type: ignore[misc]
    """Long addresses and heads of requests get a page that says the way out."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        if isinstance(exc, LimitRequestLine):
            status = HTTPStatus.REQUEST_URI_TOO_LONG
        elif isinstance(exc, LimitRequestHeaders):
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        else:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Refused with %s: %s", status.value, exc)
        with suppress(OSError):
            client.settimeout(READ_SECONDS)
            client.sendall(refusal(status))
            client.shutdown(socket.SHUT_WR)
            left = READ_BYTES
            while left > 0 and (read := client.recv(65536)):
                left -= len(read)


@cache
def refusal(status: HTTPStatus) -> bytes:
    """The whole answer. Nothing of the request is known, not even the reader's language: both stand there."""
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append((language, *_words(status)))
    with translation.override("zh-hans"):
        body = render_to_string("web/refused.html", {"status": status.value, "said": said}).encode()
    heads = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        f"Content-Security-Policy: {build_policy()}",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Referrer-Policy: same-origin",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join(heads).encode() + b"\r\n\r\n" + body


def _words(status: HTTPStatus) -> tuple[str, str]:
    if status == HTTPStatus.REQUEST_URI_TOO_LONG:
        return (
            _("This address is too long"),
            _("Nothing was changed. Go back and name fewer values in the filter."),
        )
    return (
        _("The browser sent too much about itself"),
        _("Nothing was changed. Remove the cookies of this site in the browser and log in again."),
    )
