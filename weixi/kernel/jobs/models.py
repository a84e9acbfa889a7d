from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    PARKED = "parked", _("Given up")
    CANCELLED = "cancelled", _("Cancelled")


UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


class Job(models.Model):
    """Work a person started, or that must not get lost; this row is the truth about it.

    `holder` names the living process that works on it (see `jobs.lease`): when that process is gone,
    the job is taken up again at once.
    """

    kind = models.CharField(max_length=32)
    target_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    attempts = models.IntegerField(default=0)
    holder = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    progressed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"
        indexes = [
            models.Index(fields=["id"], name="job_unfinished", condition=models.Q(state__in=["queued", "running"])),
            models.Index(fields=["kind", "target_id"], name="job_target"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id} {self.state}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def percent(self) -> int | None:
        """How far it is, where the whole is known."""
        if self.state == JobState.DONE:
            return 100
        return min(100, self.done * 100 // self.total) if self.total else None


class Heartbeat(models.Model):
    """When something that must go on by itself last began and last ended well: the worker, each of its
    regular works."""

    name = models.CharField(max_length=60, primary_key=True)
    began_at = models.DateTimeField()
    ended_well_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.name
