"""Small forms of a version's way: a reason, a file, a preset."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.organisation.forms import RefusableForm
from weixi.policy.document.load import LARGEST_FILE
from weixi.policy.document.shipped import PRESETS

PRESET_LABELS = {
    "quadrant": _("Four quadrants: value and potential"),
    "spend": _("Spend: high, mid, low by the yearly amount"),
    "vip": _("VIP: the thresholds are yours to fill in"),
}


class ReasonForm(RefusableForm):
    reason = forms.CharField(label=_("What is to be changed"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class PresetForm(RefusableForm):
    """A new draft from the text that comes with Weixi."""

    preset = forms.ChoiceField(
        label=_("Grading preset"),
        choices=[(code, PRESET_LABELS[code]) for code in PRESETS],
        widget=forms.RadioSelect,
        initial="quadrant",
    )


class FileForm(RefusableForm):
    """A file of at most the size a policy can have; it is read as text by the document, not here."""

    file = forms.FileField(label=_("TOML file"), widget=forms.FileInput(attrs={"accept": ".toml,text/plain"}))

    def clean_file(self) -> bytes:
        file: Any = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is too large for a policy (2 MiB at most)."))
        return bytes(file.read(LARGEST_FILE + 1))
