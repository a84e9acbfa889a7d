from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """Something we sell: a product or a service."""

    code = models.CharField(_("product code"), max_length=60, unique=True)
    name = models.CharField(_("product"), max_length=200)
    category = models.CharField(_("category"), max_length=60, blank=True)
    unit = models.CharField(_("unit"), max_length=12, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
