from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkKind(models.TextChoices):
    BRANCH = "branch", _("Branch or subsidiary")
    PARTNER = "partner", _("Partner")


class CustomerLink(models.Model):
    """Two customers that belong together: `child` is a part of `parent`, or both are partners (A-12)."""

    parent = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="group_links_below")
    child = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="group_links_above")
    kind = models.CharField(_("kind"), max_length=8, choices=LinkKind.choices, default=LinkKind.BRANCH)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["parent", "child"], name="customer_link_once"),
            models.CheckConstraint(condition=~models.Q(parent=models.F("child")), name="customer_link_of_two"),
            # A part has one whole.
            models.UniqueConstraint(
                fields=["child"], condition=models.Q(kind="branch"), name="customer_link_one_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} of {self.parent_id}"
