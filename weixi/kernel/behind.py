"""Rows that a thread gives to the database while the program goes on: the database works beside Python, which lets
other threads run as long as a statement takes.

Inside `behind()` the plain rows of `kernel.rows` are handed to the one thread of the block, over the same connection
and in the same order. Whatever else is asked of the connection waits until they are there, and so does the end of the
block: the database sees the statements that it would see without the thread, in their order.

A statement that fails is told where somebody waits next, and at every wait after it. So the block stands inside a
transaction that ends with whatever fails in it (`unit_of_work(whole=True)`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

Act = Callable[[Any], Any]


class _Behind:
    """The thread of a block and what it was given; it works on nothing more once something has failed."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "behind")
        self._given: list[Future[None]] = []
        self._fault: BaseException | None = None
        self._owner = threading.get_ident()

    def give(self, act: Act) -> None:
        # The connection belongs to this thread: there it would be another one.
        self._given.append(self._pool.submit(self._do, act, connection.cursor()))

    def _do(self, act: Act, cursor: Any) -> None:
        if self._fault is not None:
            return
        try:
            with cursor:
                act(cursor)
        except BaseException as fault:
            self._fault = fault

    def wait(self) -> None:
        """Until all that was given is done; raises what failed."""
        while self._given:
            self._given.pop().result()
        if self._fault is not None:
            raise self._fault

    def first(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        """Around every statement of the connection: those of the program come after what was given."""
        if threading.get_ident() == self._owner:
            self.wait()
        return execute(sql, parameters, many, context)

    def end(self) -> None:
        self._pool.shutdown()


_current: ContextVar[_Behind | None] = ContextVar("weixi_behind", default=None)


@contextmanager
def behind() -> Iterator[None]:
    """Have rows written beside the program inside the block, and all of them there at its end."""
    state = _Behind()
    token = _current.set(state)
    # Outermost: who counts or watches the statements sees them one after the other.
    connection.execute_wrappers.insert(0, state.first)
    try:
        yield
        state.wait()
    finally:
        # Also when something failed: nobody takes the transaction back under a statement that runs.
        state.end()
        connection.execute_wrappers.remove(state.first)
        _current.reset(token)


def run(act: Act) -> None:
    """Call `act` with a cursor of this connection: behind, inside such a block, else here and now."""
    state = _current.get()
    if state is not None:
        state.give(act)
        return
    with connection.cursor() as cursor:
        act(cursor)
