"""Fields that a company adds to the archive (A-5), and their values."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weixi.customers.enums import FieldLevel, FieldOf, FieldType

PREFIX = "x_"


class CustomField(models.Model):
    """A field of the data standard that the company made itself. Retiring it keeps its values.

    `allowed` and `required_for` are lists of texts; `update_every` is an ISO duration (`P6M`) or empty;
    `group` is the code of a group of the registration form, or the title of one of its own.
    """

    code = models.CharField(_("code"), max_length=30, unique=True)
    title = models.CharField(_("Chinese name"), max_length=60)
    title_en = models.CharField(_("English name"), max_length=60, blank=True)
    of = models.CharField(_("field of"), max_length=8, choices=FieldOf.choices, default=FieldOf.CUSTOMER)
    type = models.CharField(_("type"), max_length=10, choices=FieldType.choices, default=FieldType.TEXT)
    allowed = models.JSONField(_("allowed values"), default=list, blank=True)
    group = models.CharField(_("group"), max_length=40, blank=True)
    level = models.CharField(_("class"), max_length=10, choices=FieldLevel.choices, default=FieldLevel.ORDINARY)
    reason = models.CharField(_("why it is collected"), max_length=200, blank=True)
    # Says who somebody is or how to reach him: its values stand on the personal side of events (D-1).
    personal = models.BooleanField(_("personal data"), default=False)
    required_for = models.JSONField(_("required for"), default=list, blank=True)
    key_field = models.BooleanField(_("key field"), default=False)
    update_every = models.CharField(_("update frequency"), max_length=20, blank=True)
    owner_role = models.CharField(_("kept by"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("place in the form"), default=100)
    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.called

    @property
    def key(self) -> str:
        """`x_area`: how the field is called beside the built-in ones."""
        return f"{PREFIX}{self.code}"

    @property
    def called(self) -> str:
        """The title in the reader's language, the Chinese one when there is no other."""
        return self.title_en if self.title_en and (get_language() or "").startswith("en") else self.title


class CustomValue(models.Model):
    """One value of one custom field: text, number or day by the field's type, so that lists can filter
    and sort by it through an index. Several of a list are several rows, in the order of `place`."""

    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="stored")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.CASCADE, related_name="custom")
    contact = models.ForeignKey("customers.Contact", null=True, on_delete=models.CASCADE, related_name="custom")
    place = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=300, blank=True)
    # Whole texts of many lines are not sorted by: no index has to carry them.
    long_text = models.TextField(blank=True)
    # A flag is 1 or 0.
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    day = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "field", "place"], name="custom_value_customer", condition=Q(customer__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["contact", "field", "place"], name="custom_value_contact", condition=Q(contact__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False, contact__isnull=True)
                | Q(customer__isnull=True, contact__isnull=False),
                name="custom_value_of_one",
            ),
        ]
        indexes = [
            # Filters and orders by a value; the key behind makes the order whole and finds the record.
            models.Index(fields=["field", "text", "customer"], name="custom_text", condition=~Q(text="")),
            models.Index(
                fields=["field", "number", "customer"], name="custom_number", condition=Q(number__isnull=False)
            ),
            models.Index(fields=["field", "day", "customer"], name="custom_day", condition=Q(day__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} {self.customer_id or self.contact_id}"
