"""What is kept of each archive's quality, so that boards and lists never have to look into archives."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class ArchiveState(models.Model):
    """One customer's archive judged by the data standard; derived from the log and the day.

    A field was last entered or confirmed on `stamps[key]`, one that is not there on `entered_on`.
    """

    customer = models.OneToOneField(
        "customers.Customer", on_delete=models.CASCADE, primary_key=True, related_name="archive_state"
    )
    entered_on = models.DateField()
    stamps = models.JSONField(default=dict)
    # Missing key fields that somebody could fill, fields older than their update frequency, and values
    # that would be refused if they were typed today.
    key_gaps = models.PositiveSmallIntegerField(default=0)
    stale = models.PositiveSmallIntegerField(default=0)
    invalid = models.PositiveSmallIntegerField(default=0)
    # The first day on which a further field becomes stale.
    stale_on = models.DateField(null=True)
    # What somebody was asked for and has not given yet: {"missing-account_manager": [keys]}.
    asked = models.JSONField(default=dict)
    # The day from which the rest is asked for; null: nothing to ask.
    ask_from = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer"], name="archive_key_gaps", condition=Q(key_gaps__gt=0)),
            models.Index(fields=["customer"], name="archive_stale", condition=Q(stale__gt=0)),
            models.Index(fields=["customer"], name="archive_invalid", condition=Q(invalid__gt=0)),
            # What the worker looks up every minute.
            models.Index(fields=["stale_on"], name="archive_stale_on", condition=Q(stale_on__isnull=False)),
            models.Index(fields=["ask_from"], name="archive_ask_from", condition=Q(ask_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.customer_id)


class QualitySnapshot(models.Model):
    """The figures of one owner's living customers on one day (`owner` null: nobody's); `whole` the company's."""

    day = models.DateField()
    whole = models.BooleanField(default=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    customers = models.PositiveIntegerField()
    # Sum of the percentages: an average of any set of owners follows from it.
    completeness_sum = models.BigIntegerField()
    complete = models.PositiveIntegerField()
    key_gaps = models.PositiveIntegerField()
    stale = models.PositiveIntegerField()
    invalid = models.PositiveIntegerField()
    ungraded = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "owner"], name="quality_owner_day", condition=Q(whole=False)),
            models.UniqueConstraint(fields=["day"], name="quality_whole_day", condition=Q(whole=True)),
        ]
        indexes = [models.Index(fields=["whole", "day"], name="quality_days")]

    def __str__(self) -> str:
        return f"{self.day} {self.owner_id or '-'}"


class QualityClock(models.Model):
    """How far the worker's look at all archives has come: one row."""

    # Digest of the standard that the archives up to `swept_to` were judged by.
    standard = models.CharField(max_length=32, blank=True)
    swept_to = models.BigIntegerField(default=0)
    finished = models.BooleanField(default=False)
    snapshot_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.standard
