from __future__ import annotations

from django.conf import settings
from django.db import models


class Attachment(models.Model):
    """A file that hangs on a customer: on the archive itself, or on one of its people, talks or contracts.

    `about` names that thing as an event's subject does (`contact:7`), empty for the archive. `stored` is the
    generated name in the store; `name` is only shown. A removed one keeps its row, its file until retention.
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="attachments")
    about = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    stored = models.CharField(max_length=32, unique=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    suffix = models.CharField(max_length=8)
    media_type = models.CharField(max_length=100)
    picture = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    removed_reason = models.CharField(max_length=200, blank=True)
    # The file itself is gone: retention, or an erasure.
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-added_at", "-id"]
        indexes = [
            models.Index(fields=["customer", "-added_at"], name="attachment_customer"),
            models.Index(fields=["added_by", "added_at"], name="attachment_person_day"),
            models.Index(
                fields=["removed_at"],
                name="attachment_retention",
                condition=models.Q(removed_at__isnull=False, destroyed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FileTotal(models.Model):
    """How many bytes all kept files of customers take, removed ones that are not yet destroyed among them: one row,
    kept with each file, so that the room is known without adding up all of them."""

    bytes = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.bytes)
