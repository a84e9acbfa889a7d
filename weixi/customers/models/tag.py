from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weixi.customers.enums import TagGroup


class Tag(models.Model):
    """A word customers are marked with, in the taxonomy of A-8."""

    group = models.CharField(_("group"), max_length=10, choices=TagGroup.choices, default=TagGroup.FREE)
    name = models.CharField(_("tag"), max_length=40)

    class Meta:
        ordering = ["group", "name"]
        constraints = [models.UniqueConstraint(fields=["name"], name="tag_name_once")]

    def __str__(self) -> str:
        return self.name


class CustomerTag(models.Model):
    """A tag on a customer."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="tagged")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="used")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "tag"], name="customer_tag_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.tag_id}"
