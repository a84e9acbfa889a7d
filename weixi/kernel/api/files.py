"""Bodies that are files."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest

_BLOCK = 64 * 1024


def blocks_of(request: HttpRequest) -> Iterator[bytes]:
    """The body as it comes; it can be read once."""
    while block := request.read(_BLOCK):
        yield block
