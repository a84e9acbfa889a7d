"""How long a log-in lasts: without a click, and altogether, as the policy says (D-2)."""

from __future__ import annotations

from django.http import HttpRequest

from weixi.kernel import clock
from weixi.kernel.replies import is_htmx
from weixi.organisation.passwords import SecurityRules, rules

# Keys in the session: when it began, when its person was last seen, as seconds.
BEGAN, SEEN = "began", "seen"
# A click is noted at most so often: a session is a row, and a page that only reads should seldom write.
NOTED_EVERY_SECONDS = 300


def begin(request: HttpRequest) -> None:
    """Note that the session begins now."""
    now = int(clock.now().timestamp())
    request.session[BEGAN] = request.session[SEEN] = now
    if idle := rules().idle_minutes:
        # The cookie and the row go with it; `is_over` asks for itself, as the policy may have changed since.
        request.session.set_expiry(idle * 60)


def is_over(request: HttpRequest, rule: SecurityRules) -> bool:
    """Whether the session has lasted, or lain idle, longer than the policy in force allows.

    Notes that its person is there. What a page asks by itself while nobody sits before it (htmx reading) does not
    count. A session that was not begun here ends by its cookie alone.
    """
    session = request.session
    began, seen = session.get(BEGAN), session.get(SEEN)
    if not isinstance(began, int) or not isinstance(seen, int):
        return False
    now = int(clock.now().timestamp())
    if rule.session_minutes and now - began > rule.session_minutes * 60:
        return True
    if rule.idle_minutes and now - seen > rule.idle_minutes * 60:
        return True
    every = min(NOTED_EVERY_SECONDS, (rule.idle_minutes or 60) * 6)
    if now - seen >= every and not (is_htmx(request) and request.method == "GET"):
        session[SEEN] = now
    return False
