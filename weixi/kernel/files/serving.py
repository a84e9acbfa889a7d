"""Answering with a stored file: nothing in it runs, whatever it is."""

from __future__ import annotations

from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext as _

from weixi.kernel.errors import Conflict
from weixi.kernel.files.kinds import Kind
from weixi.kernel.files.names import disposition
from weixi.kernel.files.store import Kept, is_whole


def send(kept: Kept, kind: Kind, name: str, *, inline: bool = False) -> HttpResponseBase:
    """The file to be saved; a picture may also stand in the page.

    Raises Conflict when it is missing or no longer as it was kept.
    """
    if not is_whole(kept):
        raise Conflict(
            _("This file is damaged or missing on the server; ask the administrator for a backup."), code="file.damaged"
        )
    response = FileResponse(kept.path.open("rb"), content_type=kind.media_type)
    response["Content-Disposition"] = disposition(name, inline=inline and kind.picture)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
