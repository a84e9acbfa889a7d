from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.grading.enums import Preset, RunState


class GradingRun(models.Model):
    """One grading of all customers as of a date: computed, looked through, approved or returned (G-5)."""

    as_of = models.DateField(_("as of"))
    preset = models.CharField(_("preset"), max_length=12, choices=Preset.choices)
    policy_label = models.CharField(_("policy version"), max_length=40)
    # The `[grading]` section the run went by, as JSON: titles, weights, thresholds stay what they were.
    section = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.COMPUTING)
    # Customers up to this id are done; moved in the transaction that writes their results.
    cursor = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    # {"grades": {code: n}, "moves": {"old>new": n}, "up", "down", "incomplete", "none"}; set when computed.
    counts = models.JSONField(default=dict)
    # The approved run before this one, which scores and facts are compared with.
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    job_id = models.BigIntegerField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(_("note"), max_length=300, blank=True)
    # Who has to say yes, as the policy in force had it at the start, and the yeses so far (`deciding`).
    steps = models.JSONField(default=list)
    approvals = models.JSONField(default=list)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["as_of", "-id"], name="gradingrun_as_of")]

    def __str__(self) -> str:
        return f"{self.as_of} {self.preset}"

    def get_absolute_url(self) -> str:
        return reverse("grading-run", args=[self.pk])


class GradeResult(models.Model):
    """What one run says of one customer.

    `facts` and `scores` are {key: text} (numbers as exact text, dates as ISO); keys nothing is known of
    are absent. `computed` is the scorecard's grade, `grade` the one that holds: the override's while one
    is in force, else the same. Empty: fits no grade.
    """

    run = models.ForeignKey(GradingRun, on_delete=models.CASCADE, related_name="results")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="grade_results")
    value = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    potential = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    computed = models.CharField(max_length=16, blank=True)
    grade = models.CharField(max_length=16, blank=True)
    old_grade = models.CharField(max_length=16, blank=True)
    old_value = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    old_potential = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    advice = models.CharField(max_length=8, blank=True)
    facts = models.JSONField(default=dict)
    scores = models.JSONField(default=dict)
    # For those who move: [{"key", "old", "new"}], the strongest first.
    reasons = models.JSONField(default=list)
    moves = models.BooleanField(default=False)
    # What to look at first: 3 doubtful, 2 more than one grade at once, 1 a fall, 0 the rest.
    attention = models.PositiveSmallIntegerField(default=0)
    incomplete = models.BooleanField(default=False)
    overridden = models.BooleanField(default=False)
    included = models.BooleanField(default=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "customer"], name="grade_result_once")]
        indexes = [
            models.Index(fields=["run", "-attention", "id"], name="grade_result_moves", condition=Q(moves=True)),
            models.Index(fields=["run", "grade", "-amount", "customer"], name="grade_result_register"),
            models.Index(fields=["customer", "-run"], name="grade_result_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.customer_id} {self.grade}"
