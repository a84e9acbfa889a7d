"""The room that files take: of the whole company as a kept figure, of one customer added up where its files stand."""

from __future__ import annotations

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from weixi.customers.models import Attachment, Customer, FileTotal
from weixi.kernel.errors import WeixiError

ONLY = 1
MEGA, GIGA = 1_000_000, 1_000_000_000


class Exhausted(WeixiError):
    """So many files were brought today, or so much room is taken, that no more are."""

    status = 429
    code = "file.quota"


def counted() -> int:
    """The bytes of all files that are kept, added up: for the first time and for the check."""
    return int(Attachment.objects.filter(destroyed_at=None).aggregate(bytes=Sum("size"))["bytes"] or 0)


def taken() -> int:
    """The bytes of all files that are kept; one row."""
    row = FileTotal.objects.filter(pk=ONLY).first()
    return row.bytes if row is not None else counted()


def taken_by(customer: Customer) -> int:
    """The bytes of the files that stand with a customer; what was removed is his no more. Uses index: attachment_customer, as many rows as he has files."""
    rows = Attachment.objects.filter(customer=customer, removed_at=None)
    return int(rows.aggregate(bytes=Sum("size"))["bytes"] or 0)


def take(size: int, most: int) -> None:
    """Count a file in, within the caller's transaction and before its row is written.

    Two at once cannot both have the last room. Raises Exhausted when it is beyond `most` bytes.
    """
    if not FileTotal.objects.filter(pk=ONLY).exists():
        FileTotal.objects.get_or_create(pk=ONLY, defaults={"bytes": counted()})
    if not FileTotal.objects.filter(pk=ONLY, bytes__lte=most - size).update(bytes=F("bytes") + size):
        raise used_up()


def give_back(size: int) -> None:
    """Count files out that are destroyed."""
    if size:
        FileTotal.objects.filter(pk=ONLY).update(bytes=F("bytes") - size)


def used_up() -> Exhausted:
    return Exhausted(_("The room for attached files is used up; tell the administrator."))


def customer_is_full(limit_mb: int) -> Exhausted:
    return Exhausted(
        _("The files of this customer take %(n)d MB already, which is all one may; remove some first.")
        % {"n": limit_mb}
    )
