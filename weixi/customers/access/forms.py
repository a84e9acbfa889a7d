"""The forms of the archive, cut to what a person may see and change."""

from __future__ import annotations

from typing import Any, Literal

from django import forms
from django.utils.translation import gettext as _

from weixi.customers.access.deciding import viewer_access
from weixi.customers.labels import field_key
from weixi.organisation.enums import Access
from weixi.organisation.scope import Viewer


def cut_to(viewer: Viewer, form: forms.Form, *, of: Literal["customer", "contact"], opened: bool) -> None:
    """Leave out what the viewer does not see, mask what he sees masked, disable what he only reads.

    `opened`: the form stands on a stored record; on a new one everything that may be entered is open. What is
    left out is not sent, and a masked value that comes back as it was shown is no change (`take_in`).
    """
    access = viewer_access(viewer)
    for name in list(form.fields):
        key = field_key(name, kind=of)
        how = access.of(key)
        if how == Access.WRITE:
            continue
        if how == Access.READ and opened:
            form.fields[name].disabled = True
        elif not access.writes(key):
            del form.fields[name]
        elif opened:
            form.initial[name] = seen = access.present(key, form.initial.get(name))
            if seen:
                _say_masked(form.fields[name])


def _say_masked(field: Any) -> None:
    field.help_text = _("Shown masked. Leave it, and it stays; or type the new value in full.")
