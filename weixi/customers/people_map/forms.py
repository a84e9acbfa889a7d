"""Where a person stands, as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.customers.access import viewer_access
from weixi.customers.labels import field_key
from weixi.customers.models import Contact
from weixi.customers.people_map.enums import Attitude, BuyingPart
from weixi.customers.people_map.queries import map_of, stored_values
from weixi.customers.people_map.services import NOTE_LENGTH
from weixi.customers.people_map.words import FIELDS
from weixi.organisation.kept_forms import KeptForm
from weixi.organisation.scope import Viewer


class _Keys(forms.TypedMultipleChoiceField):
    """Keys of people, several of which may be ticked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class PlaceForm(KeptForm):
    """Part, attitude, superior, influence and a note; what the role hides is not there."""

    def __init__(self, *args: Any, viewer: Viewer, contact: Contact, **kwargs: Any) -> None:
        version, values = stored_values(contact)
        kwargs["initial"] = dict(values) | {"version": version}
        super().__init__(*args, **kwargs)
        others = [
            (each.pk, f"{each.name} {each.position}".strip())
            for each in map_of(viewer, contact.customer).people
            if each.pk != contact.pk
        ]
        self.fields["part"] = forms.ChoiceField(
            label=FIELDS["part"], required=False, choices=[("", _("not known")), *BuyingPart.choices],
            widget=forms.Select(attrs={"autofocus": True}),
        )  # fmt: skip
        self.fields["attitude"] = forms.ChoiceField(
            label=FIELDS["attitude"], required=False, choices=[("", _("not known")), *Attitude.choices],
            widget=forms.RadioSelect(attrs={"class": "seg wx-vh"}),
        )  # fmt: skip
        if others:
            self.fields["reports_to"] = forms.TypedChoiceField(
                label=FIELDS["reports_to"], required=False, coerce=int, empty_value=None,
                choices=[("", _("nobody here")), *others],
            )  # fmt: skip
            self.fields["influences"] = _Keys(label=FIELDS["influences"], choices=others)
        self.fields["note"] = forms.CharField(
            label=FIELDS["note"], required=False, max_length=NOTE_LENGTH,
            help_text=_("What matters to this person, and how to win him."),
        )  # fmt: skip
        access = viewer_access(viewer)
        for name in ("part", "attitude", "note"):
            how = access.of(field_key(name, kind="contact"))
            if not how.reads:
                del self.fields[name]
            elif not access.writes(field_key(name, kind="contact")):
                self.fields[name].disabled = True

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
