from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from weixi.customers.enums import Channel
from weixi.privacy.enums import Basis


class Consent(models.Model):
    """What a person allowed us: one purpose through one channel, with the evidence (D-1).

    A row is never changed into its opposite and back: a withdrawal closes it, a new consent is a new row.
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="consents")
    # Empty: the customer is the person.
    contact = models.ForeignKey(
        "customers.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="consents"
    )
    purpose = models.CharField(_("purpose"), max_length=60)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    basis = models.CharField(_("basis"), max_length=8, choices=Basis.choices, default=Basis.CONSENT)
    notice_version = models.CharField(_("version of the privacy notice"), max_length=40, blank=True)
    evidence = models.CharField(_("evidence"), max_length=300)
    given_at = models.DateTimeField(_("given at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal = models.CharField(_("how it was withdrawn"), max_length=300, blank=True)

    class Meta:
        ordering = ["purpose", "channel", "-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "purpose", "channel"],
                condition=Q(withdrawn_at=None, contact__isnull=False),
                name="consent_one_of_contact",
            ),
            models.UniqueConstraint(
                fields=["customer", "purpose", "channel"],
                condition=Q(withdrawn_at=None, contact__isnull=True),
                name="consent_one_of_customer",
            ),
        ]
        indexes = [models.Index(fields=["customer", "contact"], name="consent_person")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel}"
