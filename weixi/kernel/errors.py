"""Refusals with a code and a human sentence: the web shows them on the form, the API as
`{code, message, fields}`, the command line as one line with exit status 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class WeixiError(Exception):
    """A request that was understood and refused. Nothing was written.

    `code`     dotted, stable, for programs (`customer.number_taken`)
    `message`  one sentence in the reader's language: what is wrong and the way out
    `fields`   field name -> sentence, where the fault lies in named fields
    `title`    heading of the page that says it; empty: that of its status
    """

    status = 400
    code = "refused"
    title: Any = ""

    def __init__(self, message: Any, *, code: str | None = None, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields: dict[str, Any] = dict(fields or {})

    def __str__(self) -> str:
        return str(self.message)


class Invalid(WeixiError):
    """A value that cannot be taken; `fields` names the place."""

    status = 400
    code = "invalid"


class Forbidden(WeixiError):
    """The object may be seen, the act may not be done."""

    status = 403
    code = "forbidden"


class NotFound(WeixiError):
    """No such object — or none within the asker's data scope; both answer alike."""

    status = 404
    code = "not_found"


class Conflict(WeixiError):
    """Somebody else changed it meanwhile, or the state does not allow this step (any more)."""

    status = 409
    code = "conflict"


class Busy(WeixiError):
    """The same work is being done by another process, or the database is held; try again."""

    status = 503
    code = "busy"
