"""One export: what was asked for, who said yes, the file, and who fetched it. Never deleted: it is the log."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.kernel import clock

FOLDER = "exports"


class ExportState(models.TextChoices):
    WAITING = "waiting", _("Waits for approval")
    QUEUED = "queued", _("Being written")
    DONE = "done", _("Ready")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Failed")


class ExportFormat(models.TextChoices):
    XLSX = "xlsx", _("Excel workbook")
    CSV = "csv", _("CSV text")


class ExportRun(models.Model):
    """`query` is the address of the list, `filter_hash` what was asked for and approved: kind, conditions and
    columns. `seen_as` tells whose customers and which fields the file was written for."""

    kind = models.CharField(_("what"), max_length=20)
    query = models.TextField(_("filter"), blank=True)
    filter_hash = models.CharField(max_length=64)
    columns = models.JSONField(_("columns"), default=list)
    masked = models.JSONField(_("masked columns"), default=list)
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat.choices, default=ExportFormat.XLSX)
    state = models.CharField(_("state"), max_length=8, choices=ExportState.choices)
    reason = models.CharField(_("what for"), max_length=200, blank=True)
    # Customers that matched when it was asked for, and the rows that were written.
    customers = models.BigIntegerField(_("customers"), default=0)
    rows = models.BigIntegerField(_("rows"), null=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="exports",
    )
    requested_at = models.DateTimeField(_("asked on"))
    needs_approval = models.BooleanField(default=False)
    # The policy's chain when it was asked for, and who has agreed so far: {step, role, by, name, at, note}.
    steps = models.JSONField(default=list)
    approvals = models.JSONField(default=list)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    seen_as = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=60, blank=True)
    expires_at = models.DateTimeField(null=True)
    job_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["requested_by", "-id"], name="export_person"),
            models.Index(fields=["-id"], name="export_waiting", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.pk])

    @property
    def closed_words(self) -> str:
        """Why a file that was written cannot be fetched (any more); empty while it can, or is not written yet."""
        if self.state != ExportState.DONE or self.expires_at is None:
            return ""
        if self.expires_at <= clock.now():
            return str(_("The time to fetch this file is over; ask for it anew."))
        if not self.path.is_file():
            return str(_("This file was destroyed: a person in it has been erased since. Ask for it anew."))
        return ""

    @property
    def state_words(self) -> str:
        """Where it stands, for lists: a file that is gone is not called ready."""
        return str(_("No longer kept")) if self.closed_words else str(self.get_state_display())

    @property
    def number(self) -> str:
        """How the file names it."""
        return f"E-{self.pk:06d}"

    @property
    def path(self) -> Path:
        """The file, under a generated name in a folder the web does not serve."""
        return Path(settings.MEDIA_ROOT) / FOLDER / self.file_name
