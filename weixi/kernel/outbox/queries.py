"""What a person has been told."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from weixi.kernel.errors import NotFound
from weixi.kernel.outbox.models import Notice
from weixi.kernel.outbox.registry import Told, tell_in_words


def notices_of(viewer: Any, *, unread: bool = False) -> QuerySet[Notice]:
    """The viewer's own notices, newest first."""
    # Uses index: notice_person, or notice_unread
    rows = Notice.objects.filter(person=viewer.user).order_by("-created_at", "-pk")
    return rows.filter(read_at=None) if unread else rows


def get_notice(viewer: Any, notice_id: int) -> Notice:
    """One of the viewer's own notices. Raises NotFound."""
    notice = notices_of(viewer).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound("no such notice")
    return notice


def unread_of(viewer: Any) -> QuerySet[Notice]:
    """The viewer's notices that he has not read; none for the installation itself. Uses index: notice_unread."""
    if viewer.user is None:
        return Notice.objects.none()
    return Notice.objects.filter(person=viewer.user, read_at=None)


def unread_count(viewer: Any) -> int:
    """How many of his notices the viewer has not read; 0 for the installation itself."""
    return unread_of(viewer).count()


def in_words(notice: Notice, language: str = "") -> Told:
    """Title and body in `language` (default: the one active)."""
    return tell_in_words(notice.kind, notice.params, language)
