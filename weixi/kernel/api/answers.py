"""What an operation can answer, and the scope of a token it needs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop
from pydantic import Field

from weixi.kernel.api.values import Given


class Fault(Given):
    """Every refusal has this shape."""

    code: str = Field(description=gettext_noop("Dotted and stable, for programs."))
    message: str = Field(
        description=gettext_noop("One sentence in the reader's language: what is wrong and the way out.")
    )
    fields: dict[str, str] = Field(
        description=gettext_noop("Field name -> sentence, where the fault lies in named fields.")
    )


READ = frozenset({400, 401, 403, 404, 405, 429, 500, 503})
WRITE = READ | frozenset({409, 413, 415})


def read(answer: Any) -> dict[str, Any]:
    """Keywords of a reading operation that answers 200 with `answer`."""
    return {"response": {200: answer, READ: Fault}}


# The body of an operation that takes a file: its bytes, read by the operation itself.
FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def write(answer: Any, status: int = 200, scope: str = "write", body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Keywords of a writing operation that answers `status` with `answer` (None: nothing). `body` is FILE for one
    whose body is no JSON."""
    extra: dict[str, Any] = {"x-scope": scope}
    if body is not None:
        extra["requestBody"] = {"content": body, "required": True}
    return {"response": {status: answer, WRITE: Fault}, "openapi_extra": extra}
