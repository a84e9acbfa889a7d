"""Forms of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weixi.customers.lists.models import Audience, SavedView
from weixi.organisation.enums import Right
from weixi.organisation.forms import RefusableForm
from weixi.organisation.scope import Viewer


class ViewForm(RefusableForm):
    """Name and audience of a view; its filter, order and columns are those of the list it is saved from."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=40)
    audience = forms.ChoiceField(label=_("Who sees it"), choices=Audience.choices, widget=forms.RadioSelect)
    opens = forms.BooleanField(label=_("Open the list with it from now on"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, viewer: Viewer, view: SavedView | None = None) -> None:
        initial = {"audience": Audience.OWN}
        if view is not None:
            initial = {"name": view.name, "audience": view.audience, "version": view.version}  # type: ignore[dict-item]
        super().__init__(data, initial=initial)
        if not viewer.may(Right.VIEWS_SHARE):
            self.fields["audience"].choices = [Audience.choices[0]]  # type: ignore[attr-defined]
            self.fields["audience"].help_text = _("Your role may not share views.")
