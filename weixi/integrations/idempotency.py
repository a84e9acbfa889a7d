"""A write sent twice under one `Idempotency-Key` is done once; how it is claimed stands in `kernel.once.claims`."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _

from weixi.integrations.models import IdempotencyRecord
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.once import claims
from weixi.kernel.os_words import os_reason
from weixi.organisation.models import User

_BLOCK = 256 * 1024


@contextmanager
def set_down(request: HttpRequest) -> Iterator[bytes]:
    """Take a body that is a file to the disk, as it comes; the operation reads it from there. Gives its SHA-256.

    A file can be read only once from the net, and must be known before the key is looked up. Nor is the database held while
    a slow sender takes his time. Raises Invalid for a full disk.
    """
    digest = hashlib.sha256()
    with ExitStack() as stack:
        try:
            Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
            kept = stack.enter_context(tempfile.TemporaryFile(dir=settings.MEDIA_ROOT))
            while block := request.read(_BLOCK):
                digest.update(block)
                kept.write(block)
            kept.seek(0)
        except UnreadablePostError:
            raise
        except OSError as error:
            raise Invalid(
                _("The file cannot be kept: %(reason)s. Make room and try again.") % {"reason": os_reason(error)},
                code="file.disk",
            ) from None
        # What is read of the request from now on stands on the disk.
        vars(request)["read"] = kept.read
        yield digest.digest()


def once(request: HttpRequest, user: User, key: str, body: bytes, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Do `act` unless it was done under this key; then give the stored answer. `body` is the digest of what was sent.

    A refusal is not stored: nothing was written, and the corrected request may use the key. Nor is a file: it may be
    larger than an answer that is kept, and is taken again. Raises
    Conflict for another request under the same key, and while the first one is still running.
    """
    digest, name = _digest(request, body), _checked(key)

    def check(found: IdempotencyRecord) -> None:
        if found.request_digest != digest:
            raise Conflict(
                _("This Idempotency-Key was used for another request; choose a new one."), code="idempotency.mismatch"
            )

    mine = IdempotencyRecord(user=user, key=name, request_digest=digest)
    record = claims.claim(mine, IdempotencyRecord.objects.filter(user=user, key=name), check=check)
    if record.status:
        return _replay(record)
    return claims.carry_out(record, act, lambda made: None if made.streaming else {"body": made.content.decode()})


def forget_old() -> int:
    """Remove what is older than `claims.KEPT`; run by the worker's minute."""
    return claims.forget_old(IdempotencyRecord.objects.all())


def _checked(key: str) -> str:
    if not (1 <= len(key) <= 200 and key.isascii() and key.isprintable()):
        raise Invalid(_("An Idempotency-Key has 1 to 200 printable ASCII characters."), code="idempotency.key")
    return key


def _digest(request: HttpRequest, body: bytes) -> str:
    return hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n".encode() + body).hexdigest()


def _replay(record: IdempotencyRecord) -> HttpResponse:
    response = HttpResponse(record.body, status=record.status, content_type="application/json; charset=utf-8")
    response["Idempotency-Replayed"] = "true"
    return response
