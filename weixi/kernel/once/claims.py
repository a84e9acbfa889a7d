"""Claiming a write by a unique row, so that whoever sends it again meanwhile or later does it no second time.

The row is claimed in a transaction of its own, so whoever comes meanwhile is told at once. The answer is stored in the
same transaction as the work itself: either both are there or neither, also when the process dies or the connection
breaks at the commit. A claim that was left behind is taken over after `LEASE`; should its holder still live, his
work is rolled back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Busy, Conflict

LEASE = timedelta(minutes=1)
KEPT = timedelta(hours=48)
FORGET_AT_ONCE = 2000
# The status of what has no answer of its own.
DONE = 204


class Claimed(models.Model):
    """`claim` names the attempt that works on it; `status` is 0 until its rows are committed, in one transaction
    with them.
    """

    claim = models.CharField(max_length=32)
    claimed_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True


C = TypeVar("C", bound=Claimed)


def claim(mine: C, same: QuerySet[C], *, check: Callable[[C], None] = lambda found: None) -> C:
    """`mine`, now stored, or the row that stands there already (`same` finds it) with its answer in it.

    `check` may refuse the row that was found. Raises Conflict while another is working on it, Busy when that one has
    just been refused.
    """
    now = clock.now()
    mine.claim, mine.claimed_at = secrets.token_hex(16), now
    try:
        with transaction.atomic():
            mine.save(force_insert=True)
        return mine
    except IntegrityError:
        found = same.first()
    if found is None:
        # Released between the two statements.
        raise Busy(_("The same request has just been refused; try again."))
    check(found)
    if found.status:
        return found
    rows = _rows(found).filter(claimed_at__lt=now - LEASE)
    if not rows.update(claim=mine.claim, claimed_at=now):
        raise Conflict(_("The same request is still running; ask again in a moment."), code="idempotency.running")
    found.claim = mine.claim
    return found


def carry_out(
    record: Claimed, act: Callable[[], HttpResponse], answer: Callable[[HttpResponse], dict[str, Any] | None]
) -> HttpResponse:
    """Do `act` under this claim and keep what `answer` gives of its response; None: nothing is kept.

    A refusal is rolled back and not kept: nothing was written, and what was put right may be sent again.
    """
    kept = False
    try:
        with transaction.atomic():
            response = act()
            if response.status_code >= 400:
                transaction.set_rollback(True)
            elif (columns := answer(response)) is not None:
                _store(record, response.status_code, columns)
                kept = True
    except BaseException:
        release(record)
        raise
    if not kept:
        release(record)
    return response


def finish(record: Claimed) -> None:
    """What was claimed is done and has no answer to keep; in the transaction of its rows."""
    _store(record, DONE, {})
    record.status = DONE


def _store(record: Claimed, status: int, columns: dict[str, Any]) -> None:
    if not _rows(record).update(status=status, **columns):
        raise Busy(_("The same request was taken over by another process; ask again for its answer."))


def release(record: Claimed) -> None:
    """What was claimed is not done: whoever sends it again may do it."""
    _rows(record).delete()


def forget_old(rows: QuerySet[Any]) -> int:
    """Remove what is older than `KEPT`; run by the worker's minute."""
    old = rows.filter(claimed_at__lt=clock.now() - KEPT).values_list("pk", flat=True)
    return int(rows.filter(pk__in=list(old[:FORGET_AT_ONCE])).delete()[0])


def _rows(record: Claimed) -> QuerySet[Any]:
    return type(record)._default_manager.filter(pk=record.pk, claim=record.claim, status=0)
