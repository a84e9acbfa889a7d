"""The words of a record, what is missing first."""

from __future__ import annotations

from typing import Any

from django import forms

from weixi.interactions.models import Interaction
from weixi.interactions.sentences import part_words
from weixi.interactions.services.interactions import TEXT_FIELDS
from weixi.organisation.kept_forms import SeenForm


class CompleteForm(SeenForm):
    def __init__(self, *args: Any, row: Interaction, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(row, name) for name in TEXT_FIELDS}
        super().__init__(*args, **kwargs)
        missing = row.lacking.split(",")
        for name in sorted(TEXT_FIELDS, key=lambda each: (each not in missing, TEXT_FIELDS.index(each))):
            long = name != "participants"
            self.fields[name] = forms.CharField(
                label=part_words(name)[0].capitalize(),
                required=False,
                max_length=None if long else 200,
                widget=forms.Textarea(attrs={"rows": 2}) if long else forms.TextInput(),
            )
        self.remember(("interaction", row.pk))
