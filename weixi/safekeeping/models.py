"""What was backed up and tried, so that every machine of an installation knows of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class BackupRun(models.Model):
    """One attempt at a backup; without `error` the copy is whole. The copy's own manifest is the truth about it: a
    row whose copy is gone says so by `removed_at`."""

    name = models.CharField(max_length=40)
    at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    size = models.BigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    folder = models.CharField(max_length=400)
    host = models.CharField(max_length=100)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    error = models.CharField(max_length=500, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="backup_run_at")]

    def __str__(self) -> str:
        return self.name


class RestoreTest(models.Model):
    """A backup was brought back into an empty place and examined there; without `error` it would have served."""

    backup = models.CharField(max_length=40)
    at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="restore_test_at")]

    def __str__(self) -> str:
        return f"{self.backup} {self.at}"
