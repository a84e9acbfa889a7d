"""Programs and browsers over connections of their own: a bearer of a token, and a person with cookies.

Whatever is asked, an answer of 500 or one that shows a traceback fails the test that asked.
"""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests.security.matrix.asking import FORM, Question

Form = Mapping[str, Any] | Sequence[tuple[str, Any]]


class Wire:
    """Requests of one bearer over connections of their own; answers are (status, headers, body)."""

    def __init__(self, address: str, token: str = "") -> None:
        self.host, self.token = urlsplit(address).netloc, token

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None and not isinstance(body, bytes):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            # As a browser does with what is not ASCII; everything else goes as it is.
            connection.request(method, re.sub(r"[^\x00-\x7f]+", lambda found: quote(found[0]), path), body, sent)
            answer = connection.getresponse()
            return _sound(method, path, answer.status, answer.headers, answer.read())
        except (ConnectionError, http.client.HTTPException):
            # The server closed while it was still being written to: a refusal as well.
            return 413, http.client.HTTPMessage(), b""
        finally:
            connection.close()

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        status, _headers, given = self.ask(method, f"/api/v1{path}", body, **headers)
        return status, json.loads(given) if given.startswith((b"{", b"[")) else given


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def verdict(self) -> object:
        """`passes`, `log in`, or the status of a refusal, as the matrix says it."""
        if self.status == 401 or (self.status == 302 and "/login/" in self.headers["Location"]):
            return "log in"
        return self.status if self.status in {403, 404, 405} else "passes"


class Visitor:
    """A browser without scripts: keeps its cookies, sends the token against forgery with every form."""

    def __init__(self, address: str) -> None:
        self._wire = Wire(address)
        self.cookies: dict[str, str] = {}

    def log_in(self, username: str, password: str) -> Answer:
        self.get("/login/")
        return self.post("/login/", {"username": username, "password": password})

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, form: Form = (), **headers: str) -> Answer:
        return self.ask("POST", path, urlencode(form, doseq=True).encode(), Content_Type=FORM, **headers)

    def send(self, asked: Question, **headers: str) -> Answer:
        """What a line of the matrix says."""
        return self.ask(asked.method, asked.path, asked.body or None, Content_Type=asked.kind, **headers)

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> Answer:
        """A form with a file in its field `file`."""
        edge = "wx-served-edge"
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n'.encode() for key, text in fields.items()]  # fmt: skip
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'  # fmt: skip
        body = b"".join([*parts, head.encode(), content, f"\r\n--{edge}--\r\n".encode()])
        return self.ask("POST", path, body, Content_Type=f"multipart/form-data; boundary={edge}")

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        if method not in {"GET", "HEAD"} and "weixi_csrf" in self.cookies:
            sent["X_CSRFToken"] = self.cookies["weixi_csrf"]
        status, head, given = self._wire.ask(method, path, body, **{**sent, **headers})
        for line in head.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return Answer(status, head, given)


def _sound(
    method: str, path: str, status: int, headers: http.client.HTTPMessage, body: bytes
) -> tuple[int, http.client.HTTPMessage, bytes]:
    told = f"{method} {path[:200]}: {status} {body[:300]!r}"
    assert status < 500 or status == 503, told
    assert b"Traceback (most recent call last)" not in body, told
    return status, headers, body
