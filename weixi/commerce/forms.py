"""Forms of orders, contracts and equipment; the services decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.commerce.queries import product_named
from weixi.commerce.services import LineValues
from weixi.organisation.forms import RefusableForm

LINES = 5
DAY = {"type": "date"}
MOMENT = {"type": "datetime-local"}


class Lined(forms.Form):
    """The lines of an order; what is left empty is no line. `count` of them are offered."""

    def add_lines(self, count: int) -> None:
        self.count = count
        for place in range(1, count + 1):
            needed = place == 1
            self.fields[f"what_{place}"] = forms.CharField(
                label=_("Product or description"), max_length=200, required=needed,
                widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
            )  # fmt: skip
            self.fields[f"quantity_{place}"] = forms.DecimalField(
                label=_("Quantity"), max_digits=14, decimal_places=3, required=False, initial=1 if needed else None
            )
            self.fields[f"price_{place}"] = forms.DecimalField(
                label=_("Unit price"), max_digits=18, decimal_places=4, required=needed, min_value=0
            )
            self.fields[f"cost_{place}"] = forms.DecimalField(
                label=_("Cost"), max_digits=18, decimal_places=2, required=False
            )

    def rows(self) -> list[list[forms.BoundField]]:
        names = ("what", "quantity", "price", "cost")
        return [[self[f"{name}_{place}"] for name in names] for place in range(1, self.count + 1)]

    @property
    def has_more(self) -> bool:
        """Whether something stands in the lines after the first."""
        return any(self[f"what_{place}"].value() for place in range(2, self.count + 1))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for place in range(2, self.count + 1):
            if data.get(f"what_{place}") and data.get(f"price_{place}") is None and f"price_{place}" not in self.errors:
                self.add_error(f"price_{place}", _("A line needs a price."))
        return data

    def lines(self) -> list[LineValues]:
        return [self.line(place) for place in range(1, self.count + 1) if self.cleaned_data.get(f"what_{place}", "")]

    def line(self, place: int) -> LineValues:
        what, quantity = self.cleaned_data[f"what_{place}"], self.cleaned_data[f"quantity_{place}"]
        product = product_named(what)
        return LineValues(
            quantity=Decimal(1) if quantity is None else quantity,
            unit_price=self.cleaned_data[f"price_{place}"],
            cost=self.cleaned_data[f"cost_{place}"],
            product_id=product.pk if product else None,
            description="" if product else what,
        )


class OrderForm(Lined, RefusableForm):
    """An order with up to five lines. A return has negative quantities."""

    number = forms.CharField(label=_("Order number"), max_length=60)
    placed_at = forms.DateTimeField(label=_("Date"), widget=forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_lines(LINES)
        self.fields["remark"] = forms.CharField(label=_("Remark"), max_length=300, required=False)


class TakeBackForm(RefusableForm):
    """A return of part of an order, or of all that is left."""

    amount = forms.DecimalField(
        label=_("Amount taken back"), max_digits=18, decimal_places=2, required=False, min_value=0,
        help_text=_("Left empty: all that is left of the order."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class ContractForm(RefusableForm):
    number = forms.CharField(label=_("Contract number"), max_length=60)
    title = forms.CharField(label=_("Title"), max_length=200)
    signed_on = forms.DateField(label=_("Signed on"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    starts_on = forms.DateField(label=_("Starts on"), required=False, widget=forms.DateInput(attrs=DAY))
    ends_on = forms.DateField(label=_("Ends on"), required=False, widget=forms.DateInput(attrs=DAY))
    amount = forms.DecimalField(label=_("Amount"), max_digits=18, decimal_places=2, required=False, min_value=0)
    terms = forms.CharField(label=_("Terms"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class EndContractForm(RefusableForm):
    ended_on = forms.DateField(label=_("Ended on"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class AssetForm(RefusableForm):
    name = forms.CharField(label=_("Equipment"), max_length=120, widget=forms.TextInput(attrs={"list": "products"}))
    serial = forms.CharField(label=_("Serial number"), max_length=60, required=False)
    location = forms.CharField(label=_("Location"), max_length=120, required=False)
    installed_on = forms.DateField(
        label=_("Commissioned on"), required=False, widget=forms.DateInput(attrs=DAY),
        help_text=_("Left empty until it is installed; the callback counts from this day."),
    )  # fmt: skip
    warranty_until = forms.DateField(label=_("Warranty until"), required=False, widget=forms.DateInput(attrs=DAY))
