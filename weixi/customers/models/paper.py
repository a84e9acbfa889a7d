from __future__ import annotations

from django.conf import settings
from django.db import models


class PaperTemplate(models.Model):
    """The company's own layout of a form, a Word file with placeholders; the newest one of a kind holds.

    One that was taken off or replaced keeps its row; its file goes with the store's tidying.
    """

    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    stored = models.CharField(max_length=32, unique=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=models.Q(ended_at=None), name="paper_template_one")
        ]

    def __str__(self) -> str:
        return self.name
