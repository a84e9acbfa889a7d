from __future__ import annotations

from django.conf import settings
from django.db import models


class MergeRecord(models.Model):
    """One customer that became part of another: what moved, so that it can go back. Holds no personal values:
    old and new ones stand with the events it names."""

    loser = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="merges")
    winner = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="absorbed")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # The `customer.merged` of the loser; the `customer.changed` of the winner, if anything of it changed.
    event = models.CharField(max_length=64)
    changed_event = models.CharField(max_length=64, blank=True)
    # {code of the child: [keys]}, see `slices.CustomerChild`.
    moved = models.JSONField(default=dict)
    # [{"from": key, "into": key, "event": id of the change, "moved": {code: [keys]}}] of people merged with it.
    contacts = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # What had been changed since and stayed as it was: [[what, where]], in codes.
    left = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["loser"], condition=models.Q(undone_at=None), name="merge_one_in_force"),
            models.CheckConstraint(condition=~models.Q(loser=models.F("winner")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.loser_id} into {self.winner_id}"
