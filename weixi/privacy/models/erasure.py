from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.privacy.enums import ErasureCause


class Erasure(models.Model):
    """A person's data were erased: by whom, why, how many rows of each kind; not who it was (D-1)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="erasures")
    contact = models.ForeignKey("customers.Contact", null=True, on_delete=models.PROTECT, related_name="erasures")
    cause = models.CharField(_("cause"), max_length=10, choices=ErasureCause.choices)
    reason = models.CharField(_("reason"), max_length=300)
    # {code of the source: rows touched}
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Copies that speak of the person, below the installation's files; destroyed after the rows are gone.
    files = models.JSONField(default=list)
    files_done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at"], name="erasure_newest"),
            models.Index(fields=["at"], name="erasure_files", condition=models.Q(files_done_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.pk}"


class Tombstone(models.Model):
    """A keyed digest of what an erased person was found by: it stops the person from being entered again,
    and tells nobody who it was without the installation's secret."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8)
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="tombstones")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
