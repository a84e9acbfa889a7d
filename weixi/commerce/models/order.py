from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Order(models.Model):
    """A purchase, or — with a negative amount — a return or cancellation.

    `amount` and `cost` are the sums of its lines, in the policy's currency; `cost` is null when no line knows its cost.
    """

    number = models.CharField(_("order number"), max_length=60, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="orders")
    # The purchase's moment; a date alone is its midnight on the company's wall clock.
    placed_at = models.DateTimeField(_("date"))
    placed_on = models.DateField(editable=False)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, default=0)
    cost = models.DecimalField(_("cost"), max_digits=18, decimal_places=2, null=True, blank=True)
    # The order a return or cancellation takes back, when the source says so.
    returns = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="returned_by")
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    created_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-placed_at", "-id"]
        indexes = [
            models.Index(fields=["customer", "placed_on"], name="order_customer"),
            models.Index(fields=["placed_on"], name="order_date"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One line of an order; repeated equal lines are real purchases, told apart by `position`."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("line"))
    product = models.ForeignKey("commerce.Product", null=True, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(_("description"), max_length=200, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, default=1)
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=4, default=0)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    cost = models.DecimalField(_("cost"), max_digits=18, decimal_places=2, null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="order_line_once")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"
