from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weixi.grading.enums import Cause, OverrideState


class GradeHistory(models.Model):
    """A grade a customer was given: when, why, by which run."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="grade_history")
    old_grade = models.CharField(max_length=16, blank=True)
    grade = models.CharField(max_length=16, blank=True)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    run = models.ForeignKey("grading.GradingRun", null=True, on_delete=models.PROTECT, related_name="+")
    override = models.ForeignKey("grading.GradeOverride", null=True, on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["customer", "-at"], name="grade_history_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.old_grade}>{self.grade}"


class Judgement(models.Model):
    """A person's opinion on an indicator that no fact gives, with its basis (G-1)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="judgements")
    indicator = models.CharField(max_length=40)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2)
    basis = models.CharField(_("basis"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # Until it is replaced by a later one of the same indicator.
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "indicator"], condition=Q(replaced_at=None), name="judgement_one_valid"
            ),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="judgement_0_to_100"),
        ]
        indexes = [models.Index(fields=["customer", "indicator", "-at"], name="judgement_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.indicator} {self.score}"


class GradeOverride(models.Model):
    """A grade set by a person, with reason, approval and an end (G-6)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="grade_overrides")
    grade = models.CharField(_("grade"), max_length=16)
    reason = models.CharField(_("reason"), max_length=300)
    # The last day it holds.
    expires_on = models.DateField(_("holds until"))
    state = models.CharField(max_length=10, choices=OverrideState.choices, default=OverrideState.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Who has to say yes, as the policy in force had it when it was asked for, and the yeses so far (`deciding`).
    steps = models.JSONField(default=list)
    approvals = models.JSONField(default=list)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state="approved"), name="grade_override_one_in_force"
            )
        ]
        indexes = [
            models.Index(fields=["expires_on"], name="grade_override_expiry", condition=Q(state="approved")),
            # The few that wait, asked for on every page; `queries.overrides` says the condition in these words.
            models.Index(fields=["at"], name="grade_override_waiting", condition=Q(state__in=["waiting"])),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.grade}"


class FallNotice(models.Model):
    """A customer's amount of 12 months fell through the threshold of its grade, or it has stopped buying; told once per
    fall (G-5)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="fall_notices")
    grade = models.CharField(max_length=16)
    # What was fallen through, in yuan, or the percentage of the drop.
    threshold = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    drop_pct = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    # Days without a purchase, many times those that usually lie between two.
    silent_days = models.IntegerField(null=True)
    before = models.DecimalField(max_digits=18, decimal_places=2)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    at = models.DateTimeField()
    # The amount rose above again, or the grade changed: the next fall is a new one.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(ended_at=None), name="fall_notice_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.amount}"


class FallsDay(models.Model):
    """The day for which everybody's amount has been held against his grade, and how far the next one is."""

    key = models.CharField(max_length=12, primary_key=True, default="falls")
    day = models.DateField()
    cursor = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.day.isoformat()
