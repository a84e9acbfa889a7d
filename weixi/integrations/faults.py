"""Every refusal of the API in its one shape: `{code, message, fields}`."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from weixi.integrations.strict_json import printable
from weixi.kernel.errors import Busy, Invalid, NotFound, WeixiError

log = logging.getLogger("weixi.api")
MOST_FIELDS = 50


class Unauthorized(WeixiError):
    """No token, or one that stands for nobody (any more)."""

    status = 401
    code = "unauthorized"


class MethodNotAllowed(WeixiError):
    status = 405
    code = "method_not_allowed"


class TooLarge(WeixiError):
    status = 413
    code = "too_large"


class WrongType(WeixiError):
    status = 415
    code = "wrong_content_type"


class TooMany(WeixiError):
    """`wait` seconds until it is worth trying again."""

    status = 429
    code = "too_many_requests"

    def __init__(self, message: Any, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


def answer(error: WeixiError) -> HttpResponse:
    """The refusal as a response."""
    response = JsonResponse(
        {
            "code": error.code,
            "message": str(error.message),
            "fields": {name: str(text) for name, text in error.fields.items()},
        },
        status=error.status,
        json_dumps_params={"ensure_ascii": False},
    )
    if error.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="weixi"'
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.wait)
    elif isinstance(error, Busy):
        response["Retry-After"] = "1"
    return response


def of_exception(error: BaseException) -> WeixiError:
    """What the caller is told of an exception; what is not his doing is logged and says nothing more."""
    if isinstance(error, WeixiError):
        return error
    if isinstance(error, ValidationError):
        return _of_validation(error.errors)
    if isinstance(error, Http404):
        return not_found()
    if isinstance(error, RequestDataTooBig):
        return TooLarge(_("The body is too large."))
    if isinstance(error, SuspiciousOperation | HttpError):
        return Invalid(_("The request cannot be understood."))
    if isinstance(error, DataError):
        return Invalid(_("A value is too long or outside what can be stored."))
    if isinstance(error, OperationalError):
        log.warning("the database did not answer: %s", type(error).__name__)
        return Busy(_("The database is busy; nothing was saved. Try again."))
    log.error("an operation of the API broke", exc_info=error)
    broken = WeixiError(_("Something broke on our side; nothing was saved. The administrator finds it in the log."))
    broken.status, broken.code = 500, "internal"
    return broken


def not_found() -> NotFound:
    return NotFound(_("There is no such address here; /api/v1/openapi.json lists all."))


def install(api: NinjaAPI) -> None:
    """Have every exception of an operation answered in the one shape."""

    def handle(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        assert isinstance(error, Exception)
        return answer(of_exception(error))

    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, handle)


def _of_validation(errors: Iterable[Mapping[str, Any]]) -> Invalid:
    fields: dict[str, str] = {}
    unknown = False
    for error in errors:
        if len(fields) >= MOST_FIELDS:
            break
        unknown = unknown or error["type"] == "extra_forbidden"
        fields.setdefault(_place(error["loc"]), _sentence(error))
    names = ", ".join(fields)
    if unknown and len(fields) == 1:
        return Invalid(_("There is no field %(names)s here.") % {"names": names}, code="field.unknown", fields=fields)
    return Invalid(_("These values cannot be taken: %(names)s.") % {"names": names}, fields=fields)


def _place(location: Iterable[Any]) -> str:
    """`("body", "payload", "lines", 0, "amount")` -> `lines.0.amount`."""
    parts = [str(part) for part in location]
    source, *rest = parts
    if source == "body":
        rest = rest[1:]
    return printable(".".join(rest)) or "body"


# What JSON calls what pydantic names in its own way.
_JSON_NAMES = {
    "model": "object",
    "dict": "object",
    "list": "array",
    "bool": "boolean",
    "int": "integer",
    "float": "number",
}


def _sentence(error: Mapping[str, Any]) -> str:
    kind, limits = str(error["type"]), error.get("ctx") or {}
    if kind == "extra_forbidden":
        return _("There is no such field.")
    if kind == "missing":
        return _("This is needed.")
    if kind in {"string_too_long", "too_long"}:
        return _("At most %(count)s.") % {"count": limits.get("max_length", "")}
    if kind in {"string_too_short", "too_short"}:
        return _("At least %(count)s.") % {"count": limits.get("min_length", "")}
    if kind in {"greater_than", "greater_than_equal"}:
        return _("At least %(count)s.") % {"count": limits.get("ge", limits.get("gt", ""))}
    if kind in {"less_than", "less_than_equal"}:
        return _("At most %(count)s.") % {"count": limits.get("le", limits.get("lt", ""))}
    if kind in {"enum", "literal_error"}:
        # pydantic says 'a', 'b' or 'c'.
        names = re.findall(r"'([^']*)'", str(limits.get("expected", "")))
        return _("One of: %(values)s.") % {"values": ", ".join(names)}
    if kind == "value_error":
        return _("This value cannot be taken: %(why)s.") % {"why": limits.get("error", "")}
    if kind.endswith(("_type", "_parsing")):
        name = kind.split("_")[0]
        return _("This is not of the right type (%(type)s).") % {"type": _JSON_NAMES.get(name, name)}
    return _("This value cannot be taken.")
