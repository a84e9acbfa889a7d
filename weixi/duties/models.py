from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.duties.enums import PLANNED, WAITING, DutyState, RuleKind
from weixi.kernel.literal import Among, among


class Duty(models.Model):
    """What somebody must do by when because a clause of the policy says so.

    Derived from policy and events by the engine and never edited: the projection writes what the
    engine gives, whenever an event of the customer is recorded or time has passed. `key` (clause,
    subject, anchor) is unique: nothing doubles. An untouched cadence period has no row.
    """

    key = models.CharField(max_length=200, unique=True)
    clause = models.CharField(_("clause"), max_length=40)
    kind = models.CharField(max_length=8, choices=RuleKind.choices)
    version = models.ForeignKey("policy.PolicyVersion", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="duties")
    subject = models.CharField(max_length=64, blank=True)
    anchor = models.CharField(max_length=64)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(_("state"), max_length=10, choices=DutyState.choices)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True)
    late_seconds = models.BigIntegerField(null=True)
    priority = models.SmallIntegerField(default=2)
    # The person who has to do it now; follows the customer's owner while the duty waits.
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="duties",
        verbose_name=_("who"),
    )

    class Meta:
        ordering = ["due_at", "key"]
        indexes = [
            # Today: one person's waiting duties by due time; queries say `waits()`. His and a team's are counted in it
            # alone.
            models.Index(
                fields=["assignee", "due_at", "state", "clause", "priority", "customer"],
                name="duty_waiting",
                condition=models.Q(state__in=list(map(str, WAITING))),
            ),
            models.Index(fields=["customer", "state", "due_at"], name="duty_customer"),
            # How much of it is late, by person and clause: a team's, counted in it alone. Queries say `waits()`, too.
            models.Index(
                fields=["assignee", "state", "clause", "due_at"],
                name="duty_team",
                condition=models.Q(state__in=list(map(str, WAITING))),
            ),
            # Everybody's, from the first due.
            models.Index(fields=["due_at", "id"], name="duty_by_due"),
            # A person's duties by due time, whatever became of them.
            models.Index(fields=["assignee", "due_at"], name="duty_due"),
            # A person's month: how the duties due in it were kept. Most of all rows are settled by the very entry that
            # opens them, and not counted; queries say so as this condition does.
            models.Index(
                fields=["assignee", "due_at", "state", "late_seconds"],
                name="duty_kept",
                condition=~models.Q(closed_by=models.F("anchor")),
            ),
            # What a person did today; how a clause is kept.
            models.Index(fields=["assignee", "closed_at"], name="duty_closed"),
            models.Index(fields=["clause", "due_at"], name="duty_clause"),
            # Everybody's plan, counted in it alone; queries say `among("kind", PLANNED)`.
            models.Index(
                fields=["due_at", "state", "late_seconds", "assignee", "clause", "customer"],
                name="duty_plan",
                condition=models.Q(kind__in=list(map(str, PLANNED))),
            ),
        ]

    def __str__(self) -> str:
        return self.key


def waits() -> Among:
    """The condition of the index `duty_waiting`, in its own words: `Duty.objects.filter(waits(), assignee=...)`."""
    return among("state", WAITING)


class Escalation(models.Model):
    """One step of a duty's escalation that has fired: the next level was told."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="escalations")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20)
    at = models.DateTimeField()
    # Who holds the role for this duty; None when nobody does, which doctor and the team page say.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="escalations"
    )

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["duty", "position"], name="escalation_once")]
        indexes = [models.Index(fields=["person", "-at"], name="escalation_person")]

    def __str__(self) -> str:
        return f"{self.duty_id} -> {self.role}"


class DutyClock(models.Model):
    """When a customer's duties change next by the mere passage of time; the tick takes what is past.

    Its row is also the lock that puts two changes of one customer in a row (PostgreSQL). Key 0 stands
    for duties without a customer.
    """

    customer_id = models.BigIntegerField(primary_key=True)
    wake_at = models.DateTimeField(null=True, db_index=True)
    evaluated_at = models.DateTimeField(null=True)
    # How many activated versions this clock knows of: it was evaluated by them, or set to wake for them.
    versions = models.PositiveIntegerField(default=0)
    # The cadence periods open and untouched at `evaluated_at`, as `clause|first day`.
    open_cadences = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.customer_id)


class TickState(models.Model):
    """Up to when time has been advanced; one row."""

    until = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.until)


class TickRun(models.Model):
    """One advance of time, and what happened in it."""

    until = models.DateTimeField(db_index=True)
    since = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    customers = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    overdue = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)
    escalated = models.IntegerField(default=0)
    # Time stood still for longer than the policy's tolerance: the list of what happened meanwhile is shown.
    downtime = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.until)


class Waiver(models.Model):
    """Why a duty need not be done, by somebody with the right to say so."""

    duty_key = models.CharField(max_length=200, unique=True)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.duty_key


class PlanTold(models.Model):
    """The plans of a period have been told to those who have one (C-8); a row makes that it happens once."""

    cycle = models.CharField(max_length=20)
    first = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "first"], name="plan_told_once")]

    def __str__(self) -> str:
        return f"{self.cycle} {self.first}"
