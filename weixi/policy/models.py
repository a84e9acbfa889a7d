from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.policy.enums import VersionState


class PolicyVersion(models.Model):
    """One version of the company's policy, as the text of its document."""

    label = models.CharField(_("version"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.DRAFT)
    based_on = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="successors")
    # The date in the document; the version counts from `effective_at`, see services.activate.
    effective_from = models.DateField()
    effective_at = models.DateTimeField(null=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    # Why it was sent back last; stays beside the draft until it is submitted again.
    return_reason = models.CharField(_("reason"), max_length=500, blank=True)
    # The chain that passes it, by its name and as the policy in force had it when it was submitted, and the yeses so far.
    chain = models.CharField(max_length=80, blank=True)
    steps = models.JSONField(default=list)
    approvals = models.JSONField(default=list)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    activated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    activated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="activated") | models.Q(effective_at__isnull=False),
                name="policy_activated_has_instant",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.label}"

    @property
    def way(self) -> str:
        """Where the policy says who passes it; empty where no chain does."""
        return f"approval.{self.chain}" if self.chain else ""


class HolidayYear(models.Model):
    """The announced holidays and make-up working days of one year, beside those shipped with Weixi."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    holidays = models.JSONField(default=list)
    working_days = models.JSONField(default=list)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.year)
