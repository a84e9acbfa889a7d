from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PairKind(models.TextChoices):
    DUPLICATE = "duplicate", _("There twice")
    RELATED = "related", _("Belong together")


class PairState(models.TextChoices):
    OPEN = "open", _("To be looked at")
    MERGED = "merged", _("Merged")
    DISMISSED = "dismissed", _("Two customers")
    RELATED = "related", _("Linked as a group")


class MatchKey(models.Model):
    """A key under which a living customer is filed: two that may be the same share one.

    Plain numbers: of a million customers there are ten million rows.
    """

    key = models.BigIntegerField()
    customer_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "customer_id"], name="match_key_once")]
        indexes = [models.Index(fields=["customer_id", "key"], name="match_key_customer")]

    def __str__(self) -> str:
        return f"{self.key} {self.customer_id}"


class MatchCut(models.Model):
    """A key that too many customers share to tell anything: not looked under."""

    key = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.key)


class MatchTodo(models.Model):
    """A customer that was changed and is to be looked at again; `stamp` tells whether it was changed once more."""

    customer_id = models.BigIntegerField(primary_key=True)
    stamp = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.customer_id)


class DuplicatePair(models.Model):
    """Two customers that may be one, or belong together, and what was decided about them; `a` is the older row."""

    a = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    b = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=PairKind.choices)
    score = models.FloatField(_("certainty"))
    # Codes of `matching.likeness.Reason`, the weightiest first.
    reasons = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=PairState.choices, default=PairState.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=models.Q(a__lt=models.F("b")), name="duplicate_pair_in_order"),
        ]
        indexes = [
            # The list of what is to be looked at, the surest first.
            models.Index(fields=["kind", "-score", "id"], name="duplicate_open", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.a_id} {self.b_id} {self.kind}"


class DuplicateScan(models.Model):
    """When the whole base was last looked through; one row."""

    key = models.CharField(max_length=12, primary_key=True, default="scan")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.at)
