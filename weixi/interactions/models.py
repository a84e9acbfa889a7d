from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.interactions.enums import Direction, Kind


class Interaction(models.Model):
    """Something that happened with a customer: a call, visit, meeting, message (C-6)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="interactions")
    kind = models.CharField(_("way"), max_length=12, choices=Kind.choices)
    purpose = models.CharField(_("purpose"), max_length=12, blank=True)
    depth = models.CharField(_("depth"), max_length=8, blank=True)
    # Of a visit: which of the policy's visit systems it belonged to (C-7).
    visit_system = models.CharField(_("visit system"), max_length=20, blank=True)
    direction = models.CharField(
        _("who contacted whom"), max_length=4, choices=Direction.choices, default=Direction.OUT
    )
    occurred_at = models.DateTimeField(_("time"))
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    contact = models.ForeignKey(
        "customers.Contact",
        verbose_name=_("contact"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interactions",
    )
    participants = models.CharField(_("participants"), max_length=200, blank=True)
    content = models.TextField(_("what was said"), blank=True)
    need = models.TextField(_("customer's need"), blank=True)
    solution = models.TextField(_("solution"), blank=True)
    conclusion = models.TextField(_("core conclusion"), blank=True)
    feedback = models.TextField(_("feedback"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(editable=False)
    # Entered later than the policy's limit for records (C-6); decided when it was entered.
    late = models.BooleanField(default=False, editable=False)
    # Parts the policy asks for that are missing, as `participants,conclusion`; decided when it was entered (C-6).
    lacking = models.CharField(max_length=120, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Import: the row this came from, so that the same file twice makes nothing new.
    source_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    class Meta:
        ordering = ["-occurred_at", "-id"]
        indexes = [
            # The records that count, so that counting them reads no row; a customer's whole story has his key's own index.
            models.Index(
                fields=["customer", "-occurred_at"],
                name="interaction_customer",
                condition=models.Q(withdrawn_at__isnull=True),
            ),
            # What a person recorded last.
            models.Index(fields=["recorded_by", "-recorded_at"], name="interaction_recorder"),
            models.Index(fields=["customer"], name="interaction_incomplete", condition=models.Q(lacking__gt="")),
            models.Index(
                fields=["recorded_by", "-recorded_at"],
                name="interaction_unfinished",
                condition=models.Q(lacking__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d}"


class FollowUp(models.Model):
    """A promise made in an interaction; the duty it makes closes when it is done (C-6)."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="followups")
    interaction = models.ForeignKey(
        Interaction, null=True, blank=True, on_delete=models.PROTECT, related_name="followups"
    )
    text = models.CharField(_("what"), max_length=300)
    due_at = models.DateTimeField(_("until"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT, related_name="followups"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(_("result"), max_length=300, blank=True)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["due_at", "id"]

    def __str__(self) -> str:
        return self.text


class PlannedVisit(models.Model):
    """A visit that is promised for a day: its follow-up is the duty, this says what kind of promise it is (C-7).

    Whatever a visit must pass before it may be made hangs on this row.
    """

    followup = models.OneToOneField(FollowUp, on_delete=models.CASCADE, related_name="visit")
    system = models.CharField(_("visit system"), max_length=20, blank=True)

    def __str__(self) -> str:
        return f"{self.followup_id} {self.system}"
