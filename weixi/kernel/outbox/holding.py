"""Nothing leaves the house for a while: after a restore, until somebody confirms.

A restored database knows nothing of what was sent after the copy was made. So its outgoing messages wait, new ones too,
until a person has looked. Whatever sends (mail now, everything else later) asks `is_held` first.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from weixi.kernel import clock
from weixi.kernel.outbox.models import Hold, MailState, Notice

# Stands in the home while a restore is under way, before there is a database that could say so.
MARK = "restoring"


def mark_path() -> Path:
    return Path(settings.HOME) / MARK


def is_held() -> bool:
    """Whether outgoing messages have to wait. One small query."""
    return mark_path().exists() or Hold.objects.exists()


def held_since() -> datetime | None:
    """Since when; None when nothing is held."""
    return Hold.objects.values_list("at", flat=True).order_by("at").first()


def hold(reason: str) -> None:
    """Hold everything that goes out. What was waiting or on its way may have gone out already: it is not sent by
    itself again, and stands in the doctor's list."""
    with transaction.atomic():
        Hold.objects.create(at=clock.now(), reason=reason[:200])
        Notice.objects.filter(mail_state__in=[MailState.WAITING, MailState.SENDING]).update(
            mail_state=MailState.UNKNOWN, mail_after=None, mail_holder=""
        )


def waiting() -> int:
    """How many messages have come since and wait."""
    return Notice.objects.filter(mail_state=MailState.WAITING).count()


def let_go(*, send_waiting: bool) -> int:
    """End the holding; returns how many messages waited. With `send_waiting` they go out now, else they stay in the
    app only: people may have had them before the restore."""
    with transaction.atomic():
        rows = Notice.objects.filter(mail_state=MailState.WAITING)
        number = rows.count() if send_waiting else rows.update(mail_state=MailState.NONE)
        Hold.objects.all().delete()
        mark_path().unlink(missing_ok=True)
    return number
