"""What a person has been told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weixi.kernel.errors import NotFound
from weixi.kernel.outbox.models import Notice
from weixi.kernel.outbox.registry import Told, find_kind, tell_in_words
from weixi.kernel.prepared import Prepared, Statement, plain
from weixi.kernel.scope import Viewer, customers_seen


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


# Uses index: notice_unread.
_UNREAD = Prepared(lambda person: Notice.objects.filter(person=person, read_at=None).values_list("pk"), plain)


def unread_of(viewer: Any) -> Statement | None:
    """The viewer's notices that he has not read; None for the installation itself."""
    return _UNREAD(viewer.user.pk) if viewer.user else None


def told_to(viewer: Viewer | None, notices: Sequence[Notice]) -> list[Told]:
    """Each notice in the words this person may read now, in the active language.

    Who does not see a customer (any more) learns nothing about it, whatever was written when he did; unless the
    kind of the notice says that it is still his (a duty of his own). One query, and one per kind of what is left.
    """
    hidden = _hidden(viewer, notices)
    return [_out_of_sight() if notice.pk in hidden else in_words(notice) for notice in notices]


def _hidden(viewer: Viewer | None, notices: Sequence[Notice]) -> set[int]:
    about = {notice.pk: notice for notice in notices if notice.customer_id is not None}
    if not about or viewer is None or viewer.sees_all:
        return set(about) if viewer is None else set()
    seen = Notice.objects.filter(customers_seen(viewer, put_away=True), pk__in=about)
    left = about.keys() - set(seen.values_list("pk", flat=True))
    by_kind: dict[str, list[Notice]] = {}
    for pk in left:
        by_kind.setdefault(about[pk].kind, []).append(about[pk])
    still: set[int] = set()
    for code, rows in by_kind.items():
        if (kind := find_kind(code)) is not None and kind.still is not None:
            still |= kind.still(viewer, rows)
    return left - still


def _out_of_sight() -> Told:
    return Told(
        _("About a customer you do not see"),
        _("The customer is not, or no longer, among those you see; whoever looks after it knows what this was about."),
    )


def in_words(notice: Notice, language: str = "") -> Told:
    """Title and body in `language` (default: the one active), for whoever may read all of it."""
    return tell_in_words(notice.kind, notice.params, language)
