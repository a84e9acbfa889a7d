"""A write sent twice under one `Idempotency-Key` is done once.

The key is claimed by a unique row in a transaction of its own, so whoever comes meanwhile is told at
once. The answer is stored in the same transaction as the work itself: either both are there or neither,
also when the process dies or the connection breaks at the commit. A claim that was left behind is taken
over after `LEASE`; should its holder still live, his work is rolled back.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _

from weixi.integrations.models import IdempotencyRecord
from weixi.kernel import clock
from weixi.kernel.errors import Busy, Conflict, Invalid
from weixi.kernel.os_words import os_reason
from weixi.organisation.models import User

LEASE = timedelta(minutes=1)
KEPT = timedelta(hours=48)
FORGET_AT_ONCE = 2000
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
    record = _claim(user, _checked(key), _digest(request, body))
    if record.status:
        return _replay(record)
    kept = False
    try:
        with transaction.atomic():
            response = act()
            if response.status_code >= 400:
                transaction.set_rollback(True)
            elif not response.streaming:
                _store(record, response)
                kept = True
    except BaseException:
        _release(record)
        raise
    if not kept:
        _release(record)
    return response


def forget_old() -> int:
    """Remove what is older than `KEPT`; run by the worker's minute."""
    old = IdempotencyRecord.objects.filter(claimed_at__lt=clock.now() - KEPT).values_list("pk", flat=True)
    return IdempotencyRecord.objects.filter(pk__in=list(old[:FORGET_AT_ONCE])).delete()[0]


def _checked(key: str) -> str:
    if not (1 <= len(key) <= 200 and key.isascii() and key.isprintable()):
        raise Invalid(_("An Idempotency-Key has 1 to 200 printable ASCII characters."), code="idempotency.key")
    return key


def _digest(request: HttpRequest, body: bytes) -> str:
    return hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n".encode() + body).hexdigest()


def _claim(user: User, key: str, digest: str) -> IdempotencyRecord:
    now = clock.now()
    mine = IdempotencyRecord(user=user, key=key, request_digest=digest, claim=secrets.token_hex(16), claimed_at=now)
    try:
        with transaction.atomic():
            mine.save(force_insert=True)
        return mine
    except IntegrityError:
        found = IdempotencyRecord.objects.filter(user=user, key=key).first()
    if found is None:
        # Released between the two statements.
        raise Busy(_("The same request has just been refused; try again."))
    if found.request_digest != digest:
        raise Conflict(
            _("This Idempotency-Key was used for another request; choose a new one."), code="idempotency.mismatch"
        )
    if found.status:
        return found
    rows = IdempotencyRecord.objects.filter(pk=found.pk, claim=found.claim, status=0, claimed_at__lt=now - LEASE)
    if not rows.update(claim=mine.claim, claimed_at=now):
        raise Conflict(_("The same request is still running; ask again in a moment."), code="idempotency.running")
    found.claim = mine.claim
    return found


def _store(record: IdempotencyRecord, response: HttpResponse) -> None:
    kept = IdempotencyRecord.objects.filter(pk=record.pk, claim=record.claim, status=0).update(
        status=response.status_code, body=response.content.decode()
    )
    if not kept:
        raise Busy(_("The same request was taken over by another process; ask again for its answer."))


def _release(record: IdempotencyRecord) -> None:
    IdempotencyRecord.objects.filter(pk=record.pk, claim=record.claim, status=0).delete()


def _replay(record: IdempotencyRecord) -> HttpResponse:
    response = HttpResponse(record.body, status=record.status, content_type="application/json; charset=utf-8")
    response["Idempotency-Replayed"] = "true"
    return response
