"""The form of a custom field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.customers.enums import FieldLevel, FieldOf, FieldType
from weixi.customers.fields.groups import GROUPS, MORE, PEOPLE
from weixi.customers.grades import grade_labels
from weixi.customers.models import CustomField
from weixi.kernel.roles import ROLE_NAMES
from weixi.organisation.forms import RefusableForm
from weixi.policy.document.durations import Duration
from weixi.policy.document.words import duration_in_words
from weixi.policy.reading import language, role_name

SPANS = ("P1M", "P3M", "P6M", "P1Y", "P2Y", "P3Y")
OWN = "own"


class CustomFieldForm(RefusableForm):
    """What a custom field is and what is demanded of it."""

    title = forms.CharField(label=_("Chinese name"), max_length=60)
    title_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    of = forms.ChoiceField(label=_("Field of"), choices=FieldOf.choices)
    type = forms.ChoiceField(label=_("Type"), choices=FieldType.choices)
    allowed = forms.CharField(
        label=_("Allowed values"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on a line."),
    )
    group = forms.ChoiceField(label=_("Group of the form"), required=False)
    own_group = forms.CharField(label=_("Title of its own group"), max_length=40, required=False)
    level = forms.ChoiceField(
        label=_("Class"), choices=FieldLevel.choices, widget=forms.RadioSelect(attrs={"class": "seg wx-vh"}),
        initial=FieldLevel.ORDINARY, help_text=_("Sensitive values are masked, and each look at them is on record."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why the company collects it"), max_length=200, required=False)
    personal = forms.BooleanField(label=_("Says who a person is or how to reach him"), required=False)
    required_for = forms.MultipleChoiceField(
        label=_("Required for"), required=False, widget=forms.CheckboxSelectMultiple
    )
    key_field = forms.BooleanField(
        label=_("Key field: every customer it applies to must have it, missing ones are asked for as duties"),
        required=False,
    )
    update_every = forms.ChoiceField(label=_("Update frequency"), required=False)
    owner_role = forms.ChoiceField(label=_("Kept up to date by"), required=False)
    order = forms.IntegerField(label=_("Place among the custom fields"), min_value=0, max_value=9999, initial=100)
    code = forms.CharField(
        label=_("Code"), max_length=30, required=False,
        help_text=_("For files and the API; left empty it is made from the sound of the name."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: CustomField | None = None, **kwargs: Any) -> None:
        self.row = row
        if row is not None:
            kwargs["initial"] = _stored(row)
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["group"].choices = _groups(row)
        fields["required_for"].choices = [("all", _("every customer")), *grade_labels().items()]
        spans = list(SPANS) if row is None or row.update_every in (*SPANS, "") else [row.update_every, *SPANS]
        fields["update_every"].choices = [
            ("", _("never stale")), *((span, duration_in_words(Duration.parse(span), language())) for span in spans)
        ]  # fmt: skip
        roles = sorted(ROLE_NAMES - {"admin"})
        fields["owner_role"].choices = [
            ("", _("Owner of the customer")), *((role, role_name(role)) for role in roles)
        ]  # fmt: skip
        if row is not None:
            del fields["code"]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        given = dict(self.cleaned_data)
        given.pop("version", None)
        own = given.pop("own_group", "")
        if given["group"] == OWN:
            given["group"] = own
        given["allowed"] = given["allowed"].splitlines()
        return given


def _groups(row: CustomField | None) -> list[tuple[str, Any]]:
    known = [(code, title) for code, title, _names in GROUPS]
    own = CustomField.objects.exclude(group__in=["", MORE, PEOPLE, *(code for code, _title in known)])
    titles = sorted(set(own.values_list("group", flat=True)))
    return [("", _("Further fields")), *known, *((title, title) for title in titles), (OWN, _("A group of its own …"))]


def _stored(row: CustomField) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in CustomFieldForm.base_fields if hasattr(row, name)}
    return {**values, "allowed": "\n".join(row.allowed)}
