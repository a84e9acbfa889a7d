from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Occasion(models.Model):
    """A day that a customer has once: an exhibition it shows at, an opening, a launch (C-4).

    Each day it is set to is a matter of its own to the engine, told apart by `turn`: what was announced for one day is
    called off, never moved.
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="occasions")
    kind = models.CharField(_("kind"), max_length=20)
    title = models.CharField(_("what it is"), max_length=80, blank=True)
    day = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    turn = models.PositiveSmallIntegerField(default=1, editable=False)
    # When the announcement for this day occurs to the engine; None where there is none (the day was past).
    near_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["day", "id"]
        indexes = [
            models.Index(fields=["customer", "day"], name="occasion_customer"),
            models.Index(fields=["day"], name="occasion_day", condition=Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"

    @property
    def subject(self) -> str:
        """What events about this day hang on: `7-2`."""
        return f"{self.pk}-{self.turn}"
