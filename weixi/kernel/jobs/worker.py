"""The worker: runs jobs as they come, and every minute the regular works (tick, mail, seal ...).

Any number of workers may run, on any number of machines with PostgreSQL. Jobs run in a thread of their
own, so that a long import holds up no deadline. Each regular work is done by one worker in a minute:
who sets its heartbeat by compare-and-set does it. A work that fails is logged, shown by its heartbeat
and tried again the next minute; it never stops the others.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import close_old_connections, connections
from django.db.models import Q

from weixi.kernel import clock
from weixi.kernel.jobs import lease
from weixi.kernel.jobs.models import Heartbeat
from weixi.kernel.jobs.services import run_pending
from weixi.kernel.slices import registry

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
MINUTE = timedelta(minutes=1)
# A beat this far ahead was written before the clock was set back.
CLOCK_SLIP = timedelta(minutes=5)
# How long an ending worker waits for its job to reach a place where it can stop.
DRAIN_SECONDS = 25.0


def run_forever(
    stop: threading.Event | None = None, *, pause: float = PAUSE_SECONDS, handle_signals: bool = True
) -> None:
    """Work until `stop` is set, or until SIGTERM or SIGINT when called in the main thread.

    Then no new work is begun, the running job is told to stop at its next step and goes back to the
    queue, and the function returns.
    """
    stop = stop or threading.Event()
    if handle_signals and threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    jobs = threading.Thread(target=_loop, args=(stop, pause, _one_round_of_jobs), name="jobs", daemon=True)
    jobs.start()
    try:
        _loop(stop, pause, lambda _stop: run_minute())
    finally:
        stop.set()
        jobs.join(DRAIN_SECONDS)
        lease.release_all()
        connections.close_all()


def _loop(stop: threading.Event, pause: float, act: Callable[[threading.Event], Any]) -> None:
    """Do it, wait, again; a fault (the database is away) is logged and waited out with growing pauses."""
    failures = 0
    try:
        while not stop.is_set():
            close_old_connections()
            try:
                act(stop)
                failures = 0
            except Exception:
                failures += 1
                logger.exception("the worker met a fault and goes on")
                connections.close_all()
            stop.wait(min(pause * 2 ** min(failures, 5), 30) if failures else pause)
    finally:
        connections.close_all()


def _one_round_of_jobs(stop: threading.Event) -> None:
    run_pending(stop=stop)


def run_minute() -> dict[str, str]:
    """Do the regular works whose minute has come; gives name -> empty, or what went wrong.

    One query when none is due.
    """
    began = dict(Heartbeat.objects.values_list("name", "began_at"))
    results: dict[str, str] = {}
    for name, work in {"worker": _nothing, **registry.ticks}.items():
        if _is_due(began.get(name)) and _take_turn(name):
            results[name] = _run_work(name, work)
            _end_turn(name, results[name])
    return results


def _nothing() -> None:
    """The worker's own heartbeat: that it came round at all."""


def _run_work(name: str, work: Callable[[], Any]) -> str:
    started = time.monotonic()
    try:
        work()
    except Exception as error:
        logger.exception("the regular work %s failed and is tried again in a minute", name)
        return f"{type(error).__name__}: {error}"[:300]
    logger.debug("%s took %.3f s", name, time.monotonic() - started)
    return ""


def _is_due(began: datetime | None) -> bool:
    now = clock.now()
    return began is None or began <= now - MINUTE or began > now + CLOCK_SLIP


def _take_turn(name: str) -> bool:
    """Whether this work is ours to do this minute; compare-and-set among all workers."""
    now = clock.now()
    due = Q(began_at__lte=now - MINUTE) | Q(began_at__gt=now + CLOCK_SLIP)
    if Heartbeat.objects.filter(due, name=name).update(began_at=now):
        return True
    return Heartbeat.objects.get_or_create(name=name, defaults={"began_at": now})[1]


def _end_turn(name: str, error: str) -> None:
    changes: dict[str, Any] = {"error": error}
    if not error:
        changes["ended_well_at"] = clock.now()
    Heartbeat.objects.filter(name=name).update(**changes)
