"""A browser's session over HTTP on 127.0.0.1, and how a request is measured."""

from __future__ import annotations

import http.client
import re
import socket
import statistics
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

WARM_UP = 3
# A slow page is not asked for longer than this, but ten times at least.
LONGEST_S = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]


class Session:
    """Keeps cookies and the connection, as a browser does."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._token = token
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, body: str | bytes | None = None, kind: str = "") -> Answer:
        headers = {"Accept-Encoding": "identity", "Accept-Language": "zh-CN"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        elif self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if kind:
            headers["Content-Type"] = kind
        if method == "POST" and not self._token:
            headers["X-CSRFToken"] = self.cookies.get("weixi_csrf", "")
        for last in (False, True):
            connection = self._connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
            self._connection = connection
            try:
                connection.request(method, path, body.encode() if isinstance(body, str) else body, headers)
                response = connection.getresponse()
                text = response.read().decode("utf-8", "replace")
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._connection = None
                if last:
                    raise
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if response.will_close:
            self._connection = None
        return Answer(response.status, text, {name.lower(): value for name, value in response.getheaders()})

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, values: Mapping[str, Any]) -> Answer:
        return self.send("POST", path, urllib.parse.urlencode(values, doseq=True), "application/x-www-form-urlencoded")

    def log_in(self, username: str, password: str) -> None:
        page = self.get("/login/")
        given = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        values = {"username": username, "password": password}
        if given:
            values["csrfmiddlewaretoken"] = given[1]
        answer = self.post("/login/", values)
        if answer.status != 302:
            raise SystemExit(f"{username} could not log in: {answer.status} {answer.text[:300]}")


class WrongAnswerError(Exception):
    """A page did not hold what it must: its time would mean nothing."""


def measured(
    ask: Callable[[], Any], check: Callable[[Any], bool], repeats: int, warm_up: int = WARM_UP
) -> dict[str, float]:
    """Median and 95th percentile of `ask` in milliseconds, after a warm-up; every answer is checked."""
    times: list[float] = []
    for turn in range(warm_up + repeats):
        began = time.perf_counter()
        answer = ask()
        spent = time.perf_counter() - began
        if not check(answer):
            shown = f"{answer.status} {answer.text[:2000]}" if isinstance(answer, Answer) else repr(answer)[:500]
            raise WrongAnswerError(shown)
        if turn >= warm_up:
            times.append(spent * 1000)
        if len(times) >= 10 and sum(times) > LONGEST_S * 1000:
            break
    return summary(times)


def summary(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "n": len(ordered),
        "median_ms": round(statistics.median(ordered), 2),
        "p95_ms": round(ordered[max(0, int(len(ordered) * 0.95 + 0.5) - 1)], 2),
        "min_ms": round(ordered[0], 2),
    }


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def wait_for(port: int, path: str, seconds: float = 60) -> float:
    """Seconds until the server answers 200."""
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        try:
            if Session(port).get(path).status == 200:
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"no answer from 127.0.0.1:{port}{path} within {seconds:.0f} s")
