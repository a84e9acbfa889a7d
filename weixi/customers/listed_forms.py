"""Fields whose values the data standard lists, in forms (A-5)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

from weixi.customers.fields import Field
from weixi.customers.fields.allowed import not_listed

_MARK = "\ufffc"


class ListedField(forms.ChoiceField):
    """A choice whose refusal names the field and what it takes."""


def listed_form_field(field: Field, *, required: bool = False) -> ListedField:
    choices = [("", "—"), *field.allowed]
    return ListedField(label=field.label, required=required, choices=choices, error_messages=refusal_of(field))


def refusal_of(field: Field | None) -> dict[str, str]:
    """The form's sentence for another value: Django puts the value in."""
    if field is None:
        return {}
    return {"invalid_choice": not_listed(field, _MARK).replace("%", "%%").replace(_MARK, "%(value)s")}


def offer_stored(form: forms.Form) -> None:
    """Let a value that stands in the archive and is not listed (any more) be read, and saved as it is."""
    for name, field in form.fields.items():
        stored = form.initial.get(name)
        if isinstance(field, ListedField) and stored and stored not in dict(field.choices):  # type: ignore[arg-type]
            label = _("%(value)s (not in the list)") % {"value": stored}
            field.choices = [*field.choices, (stored, label)]  # type: ignore[misc]
