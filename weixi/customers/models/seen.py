"""Who looked at a customer's record (A-11)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from weixi.customers.enums import SeenBy


class RecordView(models.Model):
    """A person had a customer's whole record before him in that hour, on screen, on paper, by program or in an export.

    One row per hour, person and way. `customer_id` is a plain number, as in the log: the row outlives its object.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    customer_id = models.BigIntegerField()
    way = models.CharField(max_length=8, choices=SeenBy.choices)
    hour = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer_id", "hour", "person", "way"], name="record_view_once_an_hour")
        ]
        indexes = [models.Index(fields=["person", "at"], name="record_view_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.way} {self.customer_id}"
