"""What stands before every operation of the API: who asks, with which right of the token, how often,
in which language, with which parameters and body. Cookies count for nothing here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from weixi.integrations import faults, limits, strict_json
from weixi.integrations.idempotency import once, set_down
from weixi.integrations.preconditions import asks_for_version, read_precondition, tagged, takes_version
from weixi.kernel.errors import Forbidden, Invalid
from weixi.organisation.models import User
from weixi.organisation.scope import viewer_of
from weixi.organisation.services import user_of_token

LARGEST_BODY = 1024 * 1024
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What a scope of a token includes.
INCLUDES = {
    "read": frozenset({"read"}),
    "write": frozenset({"read", "write"}),
    "export": frozenset({"read", "export"}),
    "admin": frozenset({"read", "write", "export", "admin"}),
}


def guard_operation(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ninja calls this with the bound `run` of each operation when the API is put together."""
    operation: Any = run.__self__  # type: ignore[attr-defined]
    scope = (operation.openapi_extra or {}).get("x-scope", "read")
    names, repeatable = _query_names(operation)
    takes_file = "application/octet-stream" in (operation.openapi_extra or {}).get("requestBody", {}).get("content", {})
    takes_body = any(model.__ninja_param_source__ == "body" for model in operation.models)
    versioned, in_address = takes_version(operation), asks_for_version(operation)

    @wraps(run)
    def guarded(request: Any, **path: Any) -> HttpResponse:
        user, scopes = authenticate(request)
        with speaking(language_of(request, user)):
            try:
                limits.count_request(user.pk)
                require_scope(scopes, scope)
                _check_query(request, names, repeatable)
                if takes_file:
                    _expect_file(request)
                else:
                    _read_body(request, takes_body)
                if request.method not in SAFE:
                    read_precondition(request, versioned, in_address=in_address)
                request.user, request.viewer = user, viewer_of(user)
                key = request.headers.get("Idempotency-Key")
                if key is None or request.method in SAFE:
                    return tagged(run(request, **path))
                if takes_file:
                    with set_down(request) as digest:
                        return once(request, user, key, digest, lambda: run(request, **path))
                told = request.headers.get("If-Match", "").encode() + request.body
                return tagged(once(request, user, key, hashlib.sha256(told).digest(), lambda: run(request, **path)))
            except Exception as error:
                return faults.answer(faults.of_exception(error))

    return guarded


def shaped(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Outermost of every address below /api/v1/: whatever happens, the answer has our shape, is not
    kept by anybody, and says its language."""

    @wraps(view)
    def answered(request: HttpRequest, **path: Any) -> HttpResponse:
        with speaking(language_of(request, None)):
            try:
                response = view(request, **path)
            except Exception as error:
                response = faults.answer(faults.of_exception(error))
            if isinstance(response, HttpResponseNotAllowed):
                allowed = response["Allow"]
                response = faults.answer(
                    faults.MethodNotAllowed(_("This address knows only %(methods)s.") % {"methods": allowed})
                )
                response["Allow"] = allowed
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        response["Cache-Control"] = "no-store"
        return response

    # No cookie is accepted, so there is nothing a foreign page could ride on.
    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return answered


def authenticate(request: HttpRequest) -> tuple[User, frozenset[str]]:
    """The person of the bearer token and what the token may do.

    Raises Unauthorized without one that is valid at this moment, TooMany for a source that keeps guessing.
    """
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    found = None
    if kind.lower() == "bearer" and 0 < len(secret) <= 200:
        found = user_of_token(secret.strip())
    if found is not None:
        user, named = found
        return user, frozenset().union(*(INCLUDES.get(name, frozenset()) for name in named))
    limits.count_refusal(request.META.get("REMOTE_ADDR", ""))
    raise faults.Unauthorized(
        _("Send a valid token: “Authorization: Bearer wx_…”. Tokens are made on the page of your account.")
    )


def require_scope(scopes: frozenset[str], scope: str) -> None:
    """Raises Forbidden unless the token was made for this."""
    if scope not in scopes:
        raise Forbidden(
            _("This token was not made for this; it needs the scope “%(scope)s”.") % {"scope": scope},
            code=f"scope.{scope}",
        )


def language_of(request: HttpRequest, user: User | None) -> str:
    """The first language of Accept-Language that we speak, else the person's, else the site's."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return user.language if user else translation.get_supported_language_variant("zh-hans")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    with translation.override(language):
        yield


def _query_names(operation: Any) -> tuple[frozenset[str], frozenset[str]]:
    """The parameters an operation knows, and those that may stand several times."""
    names: set[str] = set()
    repeatable: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            names |= set(model.__ninja_flatten_map__)
            repeatable |= set(model.__ninja_collection_fields__)
    return frozenset(names), frozenset(repeatable)


def _check_query(request: HttpRequest, names: frozenset[str], repeatable: frozenset[str]) -> None:
    """Only parameters this operation knows, each once, without characters no database keeps."""
    unknown = [strict_json.printable(name) for name in request.GET if name not in names]
    if unknown:
        raise Invalid(
            _("There is no parameter %(names)s here.") % {"names": ", ".join(unknown[:20])},
            code="parameter.unknown",
            fields={name: _("There is no such parameter.") for name in unknown[:20]},
        )
    for name, values in request.GET.lists():
        if len(values) > 1 and name not in repeatable:
            raise Invalid(_("The parameter %(name)s stands twice.") % {"name": name}, fields={name: _("Send it once.")})
        for value in values:
            strict_json.check_text(value)


def _expect_file(request: Any) -> None:
    """The body is left to the operation, which reads it as it comes; here only what it says of itself."""
    request.weixi_json = None
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        raise Invalid(_("Say how long the file is: “Content-Length”."), code="body.length")
    if int(length) > settings.UPLOAD_MOST_BYTES:
        raise faults.TooLarge(_("A request has at most %(count)d bytes.") % {"count": settings.UPLOAD_MOST_BYTES})
    if request.content_type != "application/octet-stream":
        raise faults.WrongType(_("Send the file itself, with “Content-Type: application/octet-stream”."))


def _read_body(request: Any, takes_body: bool) -> None:
    """Leave the parsed body where the parser finds it."""
    request.weixi_json = None
    if request.method in SAFE:
        return
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise faults.TooLarge(_("A request has at most %(count)d bytes.") % {"count": LARGEST_BODY})
    body = request.body
    if not body:
        return
    if request.content_type != "application/json":
        raise faults.WrongType(_("Send the body as JSON, with “Content-Type: application/json”."))
    request.weixi_json = strict_json.parse(body)
    if not takes_body and request.weixi_json != {}:
        raise Invalid(_("This address takes no body."), code="body.unexpected")
