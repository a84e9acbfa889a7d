from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.customers.exporting.models import ExportFormat
from weixi.kernel.slices import registry
from weixi.organisation.forms import RefusableForm


def kind_choices() -> list[tuple[str, Any]]:
    own = [("customers", _("Customers, in the columns of the list")), ("contacts", _("Their contacts"))]
    return own + [(kind.code, kind.label) for kind in registry.exports.values()]


class ExportForm(RefusableForm):
    """What to put into a file, and what for."""

    kind = forms.ChoiceField(
        label=_("In the file"), choices=kind_choices, initial="customers", widget=forms.RadioSelect
    )
    format = forms.ChoiceField(
        label=_("Format"), choices=ExportFormat.choices, initial=ExportFormat.XLSX, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("What for"), max_length=200, required=False)
