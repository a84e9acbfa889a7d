"""Custom fields in the forms of customers and contacts (A-5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.customers.fields import Field, contact_values_of, values_of
from weixi.customers.fields.typed import LONGEST, LONGEST_TEXT, stated

# More choices than this stand in a box to scroll instead of one below the other.
TICKED = 8


def custom_form_field(field: Field) -> forms.Field:
    """What it must look like the service says; the form only offers the right way to type it."""
    common: dict[str, Any] = {"label": field.label, "required": False}
    given = list(field.choices)
    if field.type == "choice":
        return forms.ChoiceField(choices=[("", "—"), *given], **common)
    if field.type == "choices":
        widget: Any = forms.CheckboxSelectMultiple if len(given) <= TICKED else forms.SelectMultiple
        return forms.MultipleChoiceField(choices=given, widget=widget, **common)
    if field.type == "flag":
        return forms.ChoiceField(choices=[("", "—"), ("true", _("yes")), ("false", _("no"))], **common)
    if field.type == "long_text":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_TEXT, **common)
    attrs = {"autocomplete": "off"}
    if field.type in ("number", "amount"):
        attrs["inputmode"] = "decimal"
    if field.type == "date":
        return forms.CharField(widget=forms.DateInput(attrs={**attrs, "type": "date"}, format="%Y-%m-%d"), **common)
    return forms.CharField(widget=forms.TextInput(attrs=attrs), max_length=LONGEST, **common)


def sent(value: Any) -> Any:
    """A stored value as the form's widget has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else stated(value)


def stored_custom(pk: int, fields: tuple[Field, ...], *, contact: bool = False) -> dict[str, Any]:
    """{key: value} of one customer's or contact's custom fields, as the form has them; no query without fields."""
    keys = [field.key for field in fields]
    if not keys:
        return {}
    found = contact_values_of([pk], keys) if contact else values_of([pk], keys)
    return {key: sent(value) for key, value in found[pk].items()}
