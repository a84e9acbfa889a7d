"""The OpenAPI document and a page that explains it, rendered here: no foreign host, no inline script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from weixi.integrations import gate
from weixi.integrations.api import PREFIX, api
from weixi.kernel.api.answers import FILE

# Names of the groups, in the order of the page.
GROUPS = {
    "me": gettext_noop("Who asks"),
    "customers": gettext_noop("Customers"),
    "contacts": gettext_noop("Contacts"),
    "occasions": gettext_noop("Days of customers"),
    "files": gettext_noop("Files"),
    "orders": gettext_noop("Orders"),
    "contracts": gettext_noop("Contracts"),
    "interactions": gettext_noop("Interactions"),
    "duties": gettext_noop("Duties"),
    "grading": gettext_noop("Grading"),
    "consents": gettext_noop("Consents"),
    "imports": gettext_noop("Imports"),
    "events": gettext_noop("Events"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one name in a body or an answer."""

    name: str
    type: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the page, with what unfolds below it."""

    id: str
    method: str
    path: str
    summary: str
    text: str
    scope: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    status: str
    answer: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    title: str
    operations: tuple[Operation, ...]


@cache
def openapi_document() -> dict[str, Any]:
    """The OpenAPI document; the same for everybody, as it only depends on the code."""
    document = dict(api.get_openapi_schema(path_prefix=f"{PREFIX}/"))
    for path in document["paths"].values():
        for operation in path.values():
            operation.setdefault("x-scope", "read")
            if FILE.items() <= operation.get("requestBody", {}).get("content", {}).items():
                continue
            if "requestBody" not in operation and operation["x-scope"] == "read":
                continue
            operation.setdefault("parameters", []).append(
                {
                    "in": "header",
                    "name": "Idempotency-Key",
                    "required": False,
                    "description": gettext_noop(
                        "The same key with the same request is done once and answered alike, for 48 hours."
                    ),
                    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
                }
            )
    return document


def openapi_json(request: HttpRequest) -> HttpResponse:
    """For people who are logged in and for every valid token."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not request.user.is_authenticated:
        gate.authenticate(request)
    return JsonResponse(openapi_document(), json_dumps_params={"ensure_ascii": False})


@require_GET
@login_required
def docs_page(request: HttpRequest) -> HttpResponse:
    """The same as a page for people, in their language."""
    context = {
        "groups": describe(openapi_document()),
        "prefix": PREFIX,
        # Never the host of the request: an example is copied, and a forged host would be copied with it.
        "origin": settings.SITE_URL or "https://…",
    }
    return render(request, "integrations/docs.html", context)


def describe(document: Mapping[str, Any]) -> list[Group]:
    """The document as groups of operations with their fields, texts translated."""
    found: dict[str, list[Operation]] = {code: [] for code in GROUPS}
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, spec in methods.items():
            found[spec["tags"][0]].append(_operation(path, method, spec, schemas))
    return [Group(code, _(GROUPS[code]), tuple(rows)) for code, rows in found.items() if rows]


def _operation(path: str, method: str, spec: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    parameters = tuple(
        Field(p["name"], _type(p["schema"]), p["required"], _text(p.get("description", "")))
        for p in spec.get("parameters", ())
    )
    body = spec.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    status = next(code for code in spec["responses"] if int(code) < 300)
    answer = spec["responses"][status].get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        id=spec["operationId"],
        method=method.upper(),
        path=path,
        summary=_text(spec["summary"]),
        text=_text(spec.get("description", "")),
        scope=spec["x-scope"],
        parameters=parameters,
        body=tuple(_fields(body, schemas)),
        status=str(status),
        answer=tuple(_fields(answer, schemas)),
    )


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[Field]:
    """The names in an object, those of lists of objects with `[]` behind."""
    schema = _resolve(schema, schemas)
    needed = set(schema.get("required", ()))
    for name, spec in schema.get("properties", {}).items():
        full = f"{prefix}{name}"
        yield Field(full, _type(spec), name in needed, _text(spec.get("description", "")))
        inner = next((_resolve(part, schemas) for part in _objects(spec)), None)
        if inner is not None and depth < 2:
            mark = "[]." if spec.get("type") == "array" else "."
            yield from _fields(inner, schemas, full + mark, depth + 1)


def _objects(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Schemas of objects within a value: itself, one of several, or the items of a list."""
    for part in (spec, *spec.get("anyOf", ()), *spec.get("allOf", ()), spec.get("items", {})):
        if "$ref" in part:
            yield part


def _resolve(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        found: Mapping[str, Any] = schemas[schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in schema:
        return " | ".join(_type(part) for part in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type", "object"))


def _text(text: str) -> str:
    return _(text) if text else ""
