"""What a page asks for in many places and the database is asked for once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_asked: ContextVar[dict[str, Any] | None] = ContextVar("weixi_asked", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Inside the block what is read by `once` is read once: for a page that only reads, and for a part of another one that
    does. A block within a block is part of it."""
    if asking_once():
        yield
        return
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def asking_once() -> bool:
    return _asked.get() is not None


def once(name: str, read: Callable[[], T]) -> T:
    """What `read` gives; inside `asked_once` it is read once."""
    memory = _asked.get()
    if memory is None:
        return read()
    if name not in memory:
        memory[name] = read()
    found: T = memory[name]
    return found
