"""What the shell keeps for a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Shortcut(models.Model):
    """A thing a person keeps at hand in the palette, or opened lately: its source's code and its key there.

    No name and no address is kept: whoever lost sight of the thing is not told by his own list what it was.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shortcuts")
    source = models.CharField(max_length=16)
    key = models.CharField(max_length=64)
    opened_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField(null=True)

    class Meta:
        # Also the index that reads one person's few dozen rows.
        constraints = [models.UniqueConstraint(fields=["person", "source", "key"], name="shortcut_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"
