"""The version of a thing as HTTP says it: `ETag` on what is read, `If-Match` on what is changed.

`If-Match: "7"` is the same as `"version": 7` in the body: who saves on an older one is told what changed. It is never
passed over in silence, so an address that keeps no versions refuses it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from weixi.kernel.errors import Invalid

_TAG = re.compile(r'^(?:W/)?"?(\d{1,18})"?$', re.ASCII)
# A thing with its version is small; lists are not looked through.
_LARGEST = 256 * 1024


def takes_version(operation: Any) -> bool:
    """Whether the body of an operation can name the version it changes."""
    for model in operation.models:
        if model.__ninja_param_source__ == "body":
            for field in model.model_fields.values():
                if "version" in getattr(field.annotation, "model_fields", {}):
                    return True
    return False


def asks_for_version(operation: Any) -> bool:
    """Whether the address of an operation without a body can name the version (`?version=7`)."""
    return any(
        model.__ninja_param_source__ == "query"
        and ("version" in model.model_fields or "version" in getattr(model, "__ninja_flatten_map__", ()))
        for model in operation.models
    )


def read_precondition(request: HttpRequest, versioned: bool, *, in_address: bool = False) -> None:
    """Put the version of `If-Match` into the parsed body, or `in_address` into what the address asks. Raises Invalid for a tag that is none of ours, for another
    version in the body, and where there are no versions."""
    said = request.headers.get("If-Match", "").strip()
    if not said or said == "*":
        return
    fields = {"If-Match": _("Use the ETag with which the thing was read, or leave it out.")}
    if not versioned and not in_address:
        raise Invalid(_("This address keeps no versions; leave If-Match out."), code="if_match.unknown", fields=fields)
    found = _TAG.match(said)
    if found is None:
        raise Invalid(_("“%(tag)s” is no version.") % {"tag": said[:40]}, code="if_match.unreadable", fields=fields)
    version = int(found[1])
    if in_address:
        asked = request.GET.copy()
        asked.setdefault("version", str(version))
        if asked["version"] != str(version):
            raise Invalid(
                _("If-Match and the address name different versions."), code="if_match.differs", fields=fields
            )
        request.GET = asked  # type: ignore[assignment]
        return
    body = getattr(request, "weixi_json", None)
    if not isinstance(body, dict):
        return
    if body.setdefault("version", version) != version:
        raise Invalid(_("If-Match and the body name different versions."), code="if_match.differs", fields=fields)


def tagged(response: HttpResponse) -> HttpResponse:
    """The answer with the version of what it tells as its ETag, if it has one."""
    content = response.content if not response.streaming else b""
    if response.status_code < 300 and content[:1] == b"{" and b'"version"' in content and len(content) <= _LARGEST:
        version = json.loads(content).get("version")
        if type(version) is int:
            response.headers.setdefault("ETag", f'"{version}"')
    return response
