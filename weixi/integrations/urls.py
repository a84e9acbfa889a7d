"""The API's addresses, each within the one shape of answers; what is not among them is a JSON 404."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from weixi.integrations import docs, faults
from weixi.integrations.api import api
from weixi.integrations.gate import shaped


@shaped
def unknown_address(request: HttpRequest) -> HttpResponse:
    raise faults.not_found()


def _operations() -> list[URLPattern]:
    """Ninja's addresses without its own front page."""
    listed = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    patterns = [pattern for pattern in listed if pattern.name != "api-root"]
    for pattern in patterns:
        pattern.callback = shaped(pattern.callback)
    return patterns


_addresses: list[URLPattern | URLResolver] = [
    path("openapi.json", shaped(docs.openapi_json), name="openapi"),
    path("docs", docs.docs_page, name="docs"),
    *_operations(),
    re_path(r"^.*$", unknown_address, name="unknown"),
]
urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", include((_addresses, "api")))]
