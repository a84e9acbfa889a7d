"""The processes of `weixi serve`: gunicorn for the pages and the worker beside it.

Both are forked from the process that has just brought the database to its shape: the program is loaded once,
and what is never written to stands in memory once.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from django.db import connections
from django.urls import get_resolver
from django.utils.translation import gettext as _
from gunicorn.app.base import BaseApplication

from weixi.kernel.jobs import worker
from weixi.kernel.memory import uncollected
from weixi.project.pages_worker import PagesWorker
from weixi.project.wsgi import application

_fork = multiprocessing.get_context("fork")
LOOK_SECONDS = 2


class _Pages(BaseApplication):
    """gunicorn with the application that is loaded here."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return application


def serve(bind: str, *, workers: int, clock: bool) -> int:
    """Serve until told to end, or until gunicorn ends by itself; returns the exit status.

    A worker that ended is started again. Nobody else uses the database in this process: its connections are
    closed before it is divided.
    """
    # The pages are imported here, not once in each process.
    with uncollected():
        assert get_resolver().url_patterns
    connections.close_all()
    gc.collect()
    gc.freeze()
    options = {
        "bind": bind, "workers": workers, "worker_class": PagesWorker, "threads": 4, "preload_app": True,
        "loglevel": "warning", "graceful_timeout": 15, "timeout": 120, "control_socket_disable": True,
        # A filter of sixty Chinese values stands in the address.
        "limit_request_line": 8190,
    }  # fmt: skip
    running = [_started(_Pages(options).run)]
    if clock:
        running.append(_started(worker.run_forever))
    print(f"Weixi: http://{bind}/", flush=True)
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        _end(running)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping and running[0].exitcode is None:
        running[0].join(LOOK_SECONDS)
        if clock and running[1].exitcode is not None and not stopping:
            print(_("Weixi: the worker ended and is started again."), file=sys.stderr, flush=True)
            running[1] = _started(worker.run_forever)
    _end(running)
    for process in running:
        process.join()
    return 0 if stopping else int(running[0].exitcode or 0)


def _started(run: Callable[[], object]) -> BaseProcess:
    def begin() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        run()

    process = _fork.Process(target=begin)
    process.start()
    return process


def _end(running: list[BaseProcess]) -> None:
    for process in running:
        if process.exitcode is None:
            process.terminate()
