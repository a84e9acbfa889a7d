"""Portions read by processes beside this one, while this one asks the database about those that were read before.

Reading a row, cleaning it and working out the keys of its near ones is pure Python and half of the check. The
processes are forked: they have the file's mapping and rules already, and nothing has to be sent to them. They own no
connection to the database and may not use the one they were born with. Whatever happens to one of them (a fault, a
kill), the rest of the file is read here, where a fault of the file is raised as well; see decision 0016.
"""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import IO, Any, NoReturn

from django.db import connections

from weixi.customers.fields.typed import is_custom
from weixi.customers.importing import cutting
from weixi.customers.importing.cutting import portions
from weixi.customers.importing.kept_rows import packed
from weixi.customers.importing.reading import Reading
from weixi.customers.importing.rows import Handler, Portion
from weixi.customers.importing.survey import Survey

# Below so many rows the processes take longer to come than they save.
WORTH = 3000
MOST = 4
# So that people's pages go first.
NICE = 5
# How many bytes tell the length of a portion; one of none is the end.
_LENGTH = 8
_END = b""
_PIPE_BYTES = 1024 * 1024
_SET_PIPE_SIZE = 1031


def packed_portions(
    reading: Reading, survey: Survey, made: type[Handler], *, foreseeing: bool = True, size: int | None = None
) -> Iterator[bytes]:
    """The file's portions (of `size` rows, by default as many as the kind takes) in order, each row read
    (`Handler.read`), as `kept_rows.unpacked` takes them; with `foreseeing` also what the check asks of rows, where
    other processes work it out."""
    seq = 0
    size = size or cutting.size_for(made)
    helpers = _helpers(reading, survey)
    if helpers > 1:
        with _forked(reading, made, helpers, foreseeing, size) as streams:
            while (found := _received(streams[seq % helpers])) is not None:
                if found == _END:
                    return
                yield found
                seq += 1
    for portion in islice(portions(reading, survey, made, size), seq, None):
        yield packed(_read(portion, made, foreseeing=False))


def _read(portion: Portion, made: type[Handler], *, foreseeing: bool) -> Portion:
    for row in portion.rows:
        row.read = made.read(row)
        if foreseeing:
            made.foresee(row)
    return portion


def _helpers(reading: Reading, survey: Survey) -> int:
    """How many processes to fork; none for short files, where rows belong together, or where cleaning asks the
    database (custom fields)."""
    asks = any(key is not None and is_custom(key) for key in reading.fields)
    if survey.rows < WORTH or survey.last_row or asks:
        return 0
    return min(MOST, len(os.sched_getaffinity(0)))


@contextmanager
def _forked(
    reading: Reading, made: type[Handler], count: int, foreseeing: bool, size: int
) -> Iterator[list[IO[bytes]]]:
    """Streams of the processes' portions: process n of `count` reads portion n and every `count`th after it."""
    streams: list[IO[bytes]] = []
    children: list[int] = []
    try:
        for place in range(count):
            out, into = os.pipe()
            streams.append(os.fdopen(out, "rb"))
            with suppress(OSError):
                fcntl.fcntl(into, _SET_PIPE_SIZE, _PIPE_BYTES)
            child = os.fork()
            if child == 0:
                _help(_every(reading, place, count, size), made, foreseeing, into, streams)
            os.close(into)
            children.append(child)
        yield streams
    finally:
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
        for stream in streams:
            stream.close()


def _help(
    mine: Iterator[Portion], made: type[Handler], foreseeing: bool, into: int, streams: list[IO[bytes]]
) -> NoReturn:
    """The whole life of a helping process. It ends without any of the parent's endings."""
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.nice(NICE)
        # With nobody left to read, as when the parent was killed, the next write fails and this ends.
        for stream in streams:
            os.close(stream.fileno())
        for connection in connections.all(initialized_only=True):
            vars(connection).update(cursor=_no_database, chunked_cursor=_no_database)
        for portion in mine:
            text = packed(_read(portion, made, foreseeing=foreseeing))
            _sent(into, len(text).to_bytes(_LENGTH, "big"), text)
        _sent(into, len(_END).to_bytes(_LENGTH, "big"))
    finally:
        os._exit(0)


def _every(reading: Reading, place: int, count: int, size: int) -> Iterator[Portion]:
    """The portions of one process; those of the others are only passed by."""
    rows = reading.source_rows()
    seq = 0
    while sources := list(islice(rows, size)):
        if seq % count == place:
            portion = Portion(seq)
            for source in sources:
                portion.add(source, reading.row(source) if source.skipped is None else None)
            yield portion
        seq += 1


def _no_database(*_given: Any, **_named: Any) -> NoReturn:
    raise RuntimeError("a process that reads ahead has no database")


def _sent(into: int, *parts: bytes) -> None:
    for part in parts:
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(into, rest) :]


def _received(stream: IO[bytes]) -> bytes | None:
    """The next portion of a process, `_END` behind its last; None when it has ended before that."""
    length = stream.read(_LENGTH)
    if len(length) < _LENGTH:
        return None
    size = int.from_bytes(length, "big")
    text = stream.read(size)
    return text if len(text) == size else None
