"""Fewer garbage collections while very many objects are made and dropped portion by portion."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects between two looks for cycles: more than a portion keeps, so that most are gone by themselves.
AT_ONCE = 100_000


@contextmanager
def rare_collections() -> Iterator[None]:
    """Inside, what was there before is not gone through again, and new objects less often than usual.

    For the whole process; afterwards everything is as before. Memory grows by what a few portions leave in cycles.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(AT_ONCE, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
