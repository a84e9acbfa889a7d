from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One fact that happened with a customer or in the company; never changed, never deleted.

    `customer_id` and `subject_id` are plain numbers, not foreign keys: the log outlives its objects.
    """

    seq = models.BigAutoField(primary_key=True)
    id = models.CharField(max_length=64, unique=True)
    type = models.CharField(max_length=48)
    customer_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=24, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict)
    salt = models.CharField(max_length=32)
    personal_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "kernel"
        indexes = [
            # A customer's duties and timeline: every read of the log goes through one customer.
            models.Index(fields=["customer_id", "occurred_at"], name="event_customer"),
            models.Index(fields=["subject_type", "subject_id"], name="event_subject"),
            models.Index(fields=["type", "recorded_at"], name="event_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"

    @property
    def subject(self) -> str:
        """`case:7`, or empty."""
        return f"{self.subject_type}:{self.subject_id}" if self.subject_type else ""


class EventPersonal(models.Model):
    """Personal values of an event, apart from it so that erasure (D-1) can remove them here while
    the sealed chain still verifies."""

    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, primary_key=True, to_field="seq", related_name="personal"
    )
    data = models.JSONField()
    # Goes with the values: without it nobody can find out a short value by trying digests.
    salt = models.CharField(max_length=32)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"personal values of {self.event_id}"


class Seal(models.Model):
    """One link of the audit chain: the digest over a batch of events and over the link before."""

    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField(db_index=True)
    count = models.IntegerField()
    # Numbers in [first_seq, last_seq] that were not visible when the batch was sealed: rolled back
    # transactions, or ones still open. Those that appear later are sealed by a later batch.
    gaps = models.JSONField(default=list)
    late = models.JSONField(default=list)
    # The first 16 hex digits of each row's digest, in the order sealed: they tell which row was altered.
    rows = models.TextField()
    digest = models.CharField(max_length=64)
    # Unique: of two sealers at once one wins, and the chain cannot fork.
    previous = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"{self.first_seq}-{self.last_seq}"
