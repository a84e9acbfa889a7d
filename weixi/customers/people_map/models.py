from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.customers.people_map.enums import Attitude, BuyingPart


class ContactPlace(models.Model):
    """Where one person stands among the others at a customer, and how he stands to buying from us."""

    contact = models.OneToOneField("customers.Contact", on_delete=models.PROTECT, related_name="place")
    part = models.CharField(_("part in buying"), max_length=12, choices=BuyingPart.choices, blank=True)
    attitude = models.CharField(_("attitude"), max_length=12, choices=Attitude.choices, blank=True)
    reports_to = models.ForeignKey(
        "customers.Contact", verbose_name=_("reports to"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="places_below",
    )  # fmt: skip
    note = models.CharField(_("note"), max_length=200, blank=True)
    changed_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reports_to=None) | ~models.Q(contact=models.F("reports_to")),
                name="contact_place_of_two",
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.part}"


class ContactInfluence(models.Model):
    """One person has influence on another one at the same customer."""

    contact = models.ForeignKey("customers.Contact", on_delete=models.PROTECT, related_name="influences")
    on = models.ForeignKey("customers.Contact", on_delete=models.PROTECT, related_name="influenced_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "on"], name="contact_influence_once"),
            models.CheckConstraint(condition=~models.Q(contact=models.F("on")), name="contact_influence_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} on {self.on_id}"
