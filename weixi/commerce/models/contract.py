from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Contract(models.Model):
    """Signed terms with a customer."""

    number = models.CharField(_("contract number"), max_length=60, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="contracts")
    title = models.CharField(_("title"), max_length=200)
    signed_on = models.DateField(_("signed on"))
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    # The day it really ended, when somebody said so; `ends_on` is what was agreed.
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, null=True, blank=True)
    terms = models.TextField(_("terms"), blank=True)
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals")
    created_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-signed_on", "-id"]
        indexes = [models.Index(fields=["customer", "ends_on"], name="contract_customer")]

    def __str__(self) -> str:
        return self.title
