"""Killing the work at every statement in turn, and seeing that it comes to the same in the end.

    def test_import_survives_any_kill(for_every_statement):
        for_every_statement(run=lambda: run_import(path), prepare=make_cast)

A point is each SQL statement of the process's connection (BEGIN and savepoints included), and each
COMMIT twice: just before it, and just after, when the database has it and the program does not know.

Two ways to die:
* `Dying` raises `Killed` at the point and at every statement after it, as a dead process writes no more;
  what was not committed is rolled back. Fast: thousands of points in a test.
* `die_here_at(n)` ends the process itself with status 137, with nothing cleaned up. `WEIXI_FAULT_AT=n` in
  the environment of a child that calls `die_when_told()` does it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn

from django.db import connection

from weixi.kernel import clock
from weixi.kernel.doctor import examine
from weixi.kernel.jobs import lease
from weixi.testing import kept
from weixi.testing.dump import Dump, differences, logical_dump

ENVIRONMENT = "WEIXI_FAULT_AT"
STATUS = 137
# Asked after every death; what a slice registers beside them is asked where a test says so.
INVARIANTS = ("kernel.database", "kernel.log", "kernel.audit", "kernel.search")


class Killed(BaseException):
    """The process would be dead here. Not an Exception: no handler of the program may swallow it."""


class Dying:
    """Counts the points and dies at the one asked for; `at=None` only counts."""

    def __init__(self, at: int | None, die: Callable[[], NoReturn]) -> None:
        self.at = at
        self.points = 0
        self.dead = False
        self._die = die

    def point(self) -> None:
        if self.dead:
            self._die()
        self.points += 1
        if self.points == self.at:
            self.dead = True
            self._die()

    def statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.point()
        return execute(sql, params, many, context)

    @contextmanager
    def installed(self) -> Iterator[Dying]:
        """Watch the default connection of this thread."""
        driver: Any = connection
        commit = driver._commit

        def watched() -> Any:
            self.point()
            done = commit()
            self.point()
            return done

        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(self.statement))
            driver._commit = watched
            stack.callback(delattr, driver, "_commit")
            yield self


def _raise() -> NoReturn:
    # Taken back at once and on the driver's own connection: on the way out Django switches autocommit on
    # again, and that would commit on SQLite.
    if connection.connection is not None:
        connection.connection.rollback()
    raise Killed


def _exit() -> NoReturn:
    os._exit(STATUS)


def run_until(at: int | None, run: Callable[[], Any]) -> Dying:
    """Run it in this process, dying at a point; afterwards the connection is as a new process finds it."""
    dying = Dying(at, _raise)
    try:
        with dying.installed():
            run()
    except Killed:
        # What the dead process had not committed is gone, and so is every lock of its own.
        connection.needs_rollback = False
        connection.close()
        lease.release_all()
    if dying.dead and at is not None and dying.points < at:
        raise AssertionError("died before the point asked for")
    return dying


@contextmanager
def die_here_at(point: int) -> Iterator[Dying]:
    """End this process with status 137 at a point; for processes started for it."""
    with Dying(point, _exit).installed() as dying:
        yield dying


@contextmanager
def die_when_told() -> Iterator[None]:
    """`die_here_at` the point that `WEIXI_FAULT_AT` names; without it nothing."""
    told = os.environ.get(ENVIRONMENT)
    if not told:
        yield
        return
    with die_here_at(int(told)):
        yield


def empty_database() -> None:
    """As after migrate: no rows, keys from the start, triggers in place.

    Only tables that hold something are emptied: Django's flush truncates every one of them and makes all content
    types and permissions anew, which takes longer than most tests.
    """
    kept.go_to(kept.Content())


def for_every_statement(
    run: Callable[[], Any],
    *,
    prepare: Callable[[], Any] = lambda: None,
    recover: Callable[[], Any] | None = None,
    check: Callable[[Dump], None] | None = None,
    between: Callable[[], Any] | None = None,
    stride: int = 1,
    most: int = 5000,
    without: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
) -> int:
    """Die at point 1, 2, 3 ... of `run`, each time on the database as `prepare` made it, then `recover`
    (default: run again) and compare with the undisturbed run; gives how many points there were.

    `between` looks at the database right after each death (no half state may be seen), `check` at the
    dump of the end. `stride` leaves out points where there are many; the doctor's invariants are asked at
    each. `prepare` runs once: its rows and files are put back for every death. The clock stands still, unless `run`
    moves it. Needs a test that may commit
    (`transactional_db`), and leaves the database empty.
    """

    def end_state() -> Dump:
        dump = logical_dump(without=without, columns=columns)
        if check is not None:
            check(dump)
        return dump

    def fresh() -> None:
        kept.go_to(prepared, files)

    with clock.at(clock.now()):
        empty_database()
        there = kept.files()
        prepare()
        prepared, files = kept.content(), kept.new_files(there)
        points = run_until(None, run).points
        if points > most * stride:
            raise AssertionError(f"{points} points: raise the stride or make the work smaller")
        wanted = end_state()
        for at in range(1, points + 1, stride):
            fresh()
            if not run_until(at, run).dead:
                # The work has fewer statements this time (something is cached): nothing was disturbed.
                continue
            if bad := [finding for finding in examine(INVARIANTS) if not finding.ok]:
                raise AssertionError(f"killed at point {at} of {points}: {bad}")
            if between is not None:
                between()
            (recover or run)()
            if differing := differences(wanted, end_state()):
                told = "\n".join(differing)
                raise AssertionError(f"killed at point {at} of {points}, the end differs:\n{told}")
        empty_database()
    return points
