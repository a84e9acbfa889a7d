from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Asset(models.Model):
    """A product that stands installed at a customer."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="assets")
    product = models.ForeignKey(
        "commerce.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="assets"
    )
    serial = models.CharField(_("serial number"), max_length=60, blank=True, db_index=True)
    name = models.CharField(_("equipment"), max_length=120)
    location = models.CharField(_("location"), max_length=120, blank=True)
    installed_on = models.DateField(_("installed on"), null=True, blank=True)
    warranty_until = models.DateField(_("warranty until"), null=True, blank=True)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-installed_on", "id"]

    def __str__(self) -> str:
        return self.name
