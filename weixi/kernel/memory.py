"""Memory of work that makes very many objects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no cycles of garbage inside the block: a portion of thousands of rows makes none to speak of, and
    Python would go through all its objects again and again. What nothing refers to is let go at once as ever.

    For a bounded portion of work, not for a whole job; blocks may lie in one another.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
