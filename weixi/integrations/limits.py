"""How often one person, or one source without a valid token, may ask.

Counted in the memory of each process: a limit against runaway scripts, without a write per request.
With n web processes somebody gets at most n times as much.
"""

from __future__ import annotations

import threading
import time

from django.conf import settings
from django.utils.translation import gettext as _

from weixi.integrations.faults import TooMany

WINDOW_SECONDS = 60
REFUSALS_PER_WINDOW = 120
MOST_KEYS = 10_000
_lock = threading.Lock()
_counts: dict[str, tuple[float, int]] = {}


def count_request(person: int) -> None:
    """Raises TooMany when this person has used up the minute."""
    _count(f"person:{person}", settings.API_REQUESTS_PER_MINUTE)


def count_refusal(source: str) -> None:
    """Raises TooMany when this address has sent too many tokens that stand for nobody."""
    _count(f"source:{source}", REFUSALS_PER_WINDOW)


def forget() -> None:
    """Start counting anew."""
    with _lock:
        _counts.clear()


def _count(key: str, most: int) -> None:
    # Not kernel.clock: a limit runs on real time, also while a test lets the clock stand.
    now = time.monotonic()
    with _lock:
        if len(_counts) > MOST_KEYS:
            _counts.clear()
        began, count = _counts.get(key, (now, 0))
        if now - began >= WINDOW_SECONDS:
            began, count = now, 0
        _counts[key] = (began, count + 1)
    if count >= most:
        raise TooMany(
            _("Too many requests; at most %(count)d in a minute.") % {"count": most},
            wait=max(1, int(WINDOW_SECONDS - (now - began)) + 1),
        )
