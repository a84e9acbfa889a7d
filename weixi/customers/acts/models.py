from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    ASSIGN = "assign", _("Change the owner")
    TAG = "tag", _("Add a tag")
    UNTAG = "untag", _("Take a tag off")
    LIFECYCLE = "lifecycle", _("Change the lifecycle stage")
    SET = "set", _("Set a field")
    ARCHIVE = "archive", _("Put away")
    VISIT = "visit", _("Choose for visits")
    UNVISIT = "unvisit", _("On patrol visits only")


class ActState(models.TextChoices):
    RUNNING = "running", _("Being done")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


class Result(models.TextChoices):
    OPEN = "", _("to be done")
    DONE = "done", _("done")
    UNCHANGED = "same", _("unchanged")
    REFUSED = "refused", _("refused")
    UNDONE = "undone", _("taken back")
    # Changed by somebody since: left as it is now.
    KEPT = "kept", _("changed since, left")


class ActRun(models.Model):
    """An act on many. `params` say what exactly: `{"owner": 7, "reason": "…"}`, `{"field": "city", "value": "…"}`."""

    act = models.CharField(_("act"), max_length=12, choices=Act.choices)
    params = models.JSONField(default=dict)
    words = models.CharField(max_length=200)
    state = models.CharField(_("state"), max_length=8, choices=ActState.choices, default=ActState.RUNNING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="list_acts")
    at = models.DateTimeField()
    undo_until = models.DateTimeField()
    total = models.IntegerField()
    job_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["by", "-id"], name="list_act_person")]

    def __str__(self) -> str:
        return f"{self.act} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("customers-act", args=[self.pk])


class ActRow(models.Model):
    """What came of an act at one customer; `old` and `new` are the value before and after, for taking it back."""

    run = models.ForeignKey(ActRun, on_delete=models.CASCADE, related_name="rows")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    result = models.CharField(max_length=8, choices=Result.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "customer"], name="list_act_row_once")]
        indexes = [models.Index(fields=["run", "result", "id"], name="list_act_result")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.customer_id} {self.result}"
