"""The form of a day a customer has once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.customers.occasions.rules import kind_titles
from weixi.organisation.kept_forms import KeptForm


class OccasionForm(KeptForm):
    kind = forms.ChoiceField(label=_("Kind"))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    title = forms.CharField(label=_("What it is"), max_length=80, required=False)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    remark = forms.CharField(
        label=_("Remark"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kind_titles().items())  # type: ignore[attr-defined]
