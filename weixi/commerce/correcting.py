"""Correcting an order or a contract: forms that two people may have open, and their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.commerce import queries, services
from weixi.commerce.form_pages import form_page
from weixi.commerce.forms import DAY, LINES, MOMENT, Lined
from weixi.commerce.models import Contract, Order, Product
from weixi.commerce.services import LineValues
from weixi.commerce.services.corrections import former_lines
from weixi.kernel.editing import Rival, VersionConflict
from weixi.kernel.errors import WeixiError
from weixi.kernel.money import money
from weixi.organisation.enums import Right
from weixi.organisation.kept_forms import KeptForm
from weixi.organisation.requests import Asked, needs

# Beyond so many lines an order is corrected by import or by the API.
MOST_LINES = 40
MINUTES = "%Y-%m-%dT%H:%M"
CHANGED = ("commerce", "timeline")
CELLS = ("what", "quantity", "price", "cost", "amount")


class CorrectOrderForm(Lined, KeptForm):
    """An order as it stands. A line whose amount is not its quantity times its price keeps it, unless one of the
    three is changed."""

    number = forms.CharField(label=gettext_lazy("Order number"), max_length=60)
    placed_at = forms.DateTimeField(
        label=gettext_lazy("Date"), widget=forms.DateTimeInput(attrs=MOMENT, format=MINUTES)
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        self.order, self.stored = order, list(order.lines.all())
        self.editable = len(self.stored) <= MOST_LINES
        initial = {
            "version": order.version, "number": order.number, "placed_at": timezone.localtime(order.placed_at).replace(second=0, microsecond=0),
            "remark": order.remark,
        }  # fmt: skip
        for place, line in enumerate(self.stored, 1):
            initial |= {f"{name}_{place}": value for name, value in cells(line_of(line), line.product).items()}
        super().__init__(*args, initial=initial, **kwargs)
        if self.editable:
            self.add_lines(max(LINES, len(self.stored) + 1))
            for place in range(1, self.count + 1):
                self.fields[f"amount_{place}"] = forms.DecimalField(
                    label=gettext_lazy("Amount"), max_digits=18, decimal_places=2, required=False,
                    widget=forms.NumberInput(attrs={"placeholder": _("as computed")}),
                )  # fmt: skip
                self.fields[f"price_{place}"].required = False
        self.fields["remark"] = forms.CharField(label=gettext_lazy("Remark"), max_length=300, required=False)

    def rows(self) -> list[list[forms.BoundField]]:
        if not self.editable:
            return []
        return [[self[f"{name}_{place}"] for name in CELLS] for place in range(1, self.count + 1)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super(Lined, self).clean() or {}
        for place in range(1, self.count + 1 if self.editable else 1):
            if data.get(f"what_{place}") and data.get(f"price_{place}") is None and data.get(f"amount_{place}") is None:
                self.add_error(f"price_{place}", _("A line needs a price."))
        return data

    def values(self) -> dict[str, Any]:
        """What the service takes. A moment that stands as it was shown keeps its seconds."""
        data = self.cleaned_data
        found = {name: data[name] for name in ("number", "placed_at", "remark")}
        if "placed_at" not in self.changed_data:
            found["placed_at"] = None
        return found | {"lines": self.lines() if self.editable else None}

    def line(self, place: int) -> LineValues:
        old = self.stored[place - 1] if place <= len(self.stored) else None
        data = {name: self.cleaned_data[f"{name}_{place}"] for name in CELLS}
        as_it_was = old is not None and data["what"] == what_of(old.description, old.product)
        product = old.product if as_it_was and old else queries.product_named(data["what"])
        price = Decimal(0) if data["price"] is None else data["price"]
        quantity = Decimal(1) if data["quantity"] is None else data["quantity"]
        made = LineValues(
            quantity=quantity, unit_price=price, cost=data["cost"], amount=data["amount"],
            product_id=product.pk if product else None, description="" if product else data["what"],
            position=old.position if old else None,
        )  # fmt: skip
        touched = old is not None and (quantity, price) != (old.quantity, old.unit_price)
        if old is not None and touched and data["amount"] == old.amount:
            # The amount that stands there belongs to the quantity and price of before.
            made = replace(made, amount=None)
        return made

    def lines(self) -> list[LineValues]:
        made = super().lines()
        free = count(max((line.position or 0 for line in made), default=0) + 1)
        return [line if line.position else replace(line, position=next(free)) for line in made]

    def take(self, refusal: WeixiError) -> None:
        """The lines of another one's change stand beside the cells they are in."""
        if isinstance(refusal, VersionConflict) and self.editable:
            rivals = [_in_minutes(each) for each in refusal.rivals if each.field not in ("lines", "amount")]
            super().take(VersionConflict([*rivals, *self._cell_rivals(refusal)], version=refusal.version))
            return
        super().take(refusal)
        if "lines" in refusal.fields:
            self.add_error("what_1" if self.editable else None, refusal.fields["lines"])

    def _mine(self, name: str) -> Any:
        value = self.cleaned_data.get(name)
        return f"{timezone.localtime(value):{MINUTES}}" if isinstance(value, datetime) else super()._mine(name)

    def _cell_rivals(self, refusal: VersionConflict) -> list[Rival]:
        seen = self.cleaned_data.get("version") or 0
        before = former_lines(self.order, seen)
        of_lines = next((each for each in refusal.rivals if each.field == "lines"), None)
        if before is None or of_lines is None:
            return []
        known = Product.objects.in_bulk({line["product_id"] for line in before if line["product_id"]})
        found = []
        for place in range(1, self.count + 1):
            old = _stated(before[place - 1], known) if place <= len(before) else dict.fromkeys(CELLS)
            line = self.stored[place - 1] if place <= len(self.stored) else None
            new = cells(line_of(line), line.product) if line else dict.fromkeys(CELLS)
            for name in CELLS:
                if _text(old[name]) != _text(new[name]):
                    label = _("Line %(n)d") % {"n": place} + f" {self.fields[f'{name}_{place}'].label}"
                    found.append(
                        Rival(
                            f"{name}_{place}", label, _text(old[name]), _text(new[name]), _text(old[name]) or "—",
                            _text(new[name]) or "—", of_lines.who, of_lines.at,
                        )
                    )  # fmt: skip
        return found


def _in_minutes(rival: Rival) -> Rival:
    """Moments as the input holds them."""
    if rival.field != "placed_at":
        return rival
    old, new = (f"{timezone.localtime(datetime.fromisoformat(text)):{MINUTES}}" for text in (rival.old, rival.new))
    return replace(rival, old=old, new=new)


def cells(line: LineValues, product: Product | None) -> dict[str, Any]:
    """A stored line as the form shows it; its amount only where it does not follow from the others."""
    follows = line.amount == money(line.quantity * line.unit_price)
    return {
        "what": what_of(line.description, product), "quantity": line.quantity.normalize() + 0,
        "price": None if line.unit_price == 0 and not follows else line.unit_price.normalize() + 0,
        "cost": line.cost, "amount": None if follows else line.amount,
    }  # fmt: skip


def line_of(row: Any) -> LineValues:
    return LineValues(
        quantity=row.quantity, unit_price=row.unit_price, amount=row.amount, cost=row.cost,
        product_id=row.product_id, description=row.description,
    )  # fmt: skip


def what_of(description: str, product: Product | None) -> str:
    """A line that says nothing is its amount only."""
    return (product.name if product else description) or "—"


def _stated(said: Mapping[str, Any], known: Mapping[int, Product]) -> dict[str, Any]:
    line = LineValues(
        quantity=Decimal(said["quantity"]), unit_price=Decimal(said["unit_price"]), amount=Decimal(said["amount"]),
        cost=None if said["cost"] is None else Decimal(said["cost"]), description=said["description"],
    )  # fmt: skip
    return cells(line, known.get(said["product_id"]) if said["product_id"] else None)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class CorrectContractForm(KeptForm):
    """A contract's terms as they stand."""

    number = forms.CharField(label=gettext_lazy("Contract number"), max_length=60)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    signed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    starts_on = forms.DateField(
        label=gettext_lazy("Starts on"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Ends on"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), max_digits=18, decimal_places=2, required=False, min_value=0
    )
    terms = forms.CharField(label=gettext_lazy("Terms"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        names = ("version", "number", "title", "signed_on", "starts_on", "ends_on", "amount", "terms")
        super().__init__(*args, initial={name: getattr(contract, name) for name in names}, **kwargs)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


@needs(Right.ORDERS_EDIT)
def edit_order(request: Asked, pk: int) -> HttpResponse:
    order = queries.get_order_for(request.viewer, pk)
    form = CorrectOrderForm(request.POST or None, order=order)

    def act() -> None:
        services.correct_order(order, viewer=request.viewer, version=form.cleaned_data["version"], **form.values())

    return form_page(
        request, form, act, text=_("Saved."), to=order.customer.get_absolute_url(), heading=_("Correct the order"),
        template="commerce/order_form.html", changed=CHANGED, sub=order.number,
    )  # fmt: skip


@needs(Right.ORDERS_EDIT)
def edit_contract(request: Asked, pk: int) -> HttpResponse:
    contract = queries.get_contract_for(request.viewer, pk)
    form = CorrectContractForm(request.POST or None, contract=contract)

    def act() -> None:
        version = form.cleaned_data["version"]
        services.change_contract(contract, viewer=request.viewer, version=version, values=form.values())

    return form_page(
        request, form, act, text=_("Saved."), to=contract.customer.get_absolute_url(),
        heading=_("Correct the contract"), changed=CHANGED, sub=contract.title,
    )  # fmt: skip
