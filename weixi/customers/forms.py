"""Forms of the archive: the registration form in its groups, people, and the small acts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from weixi.customers import upstream
from weixi.customers.access.forms import cut_to
from weixi.customers.custom_forms import custom_form_field, stored_custom
from weixi.customers.enums import Lifecycle, Reach
from weixi.customers.fields import Field, contact_fields, customer_fields, find_field
from weixi.customers.fields.allowed import listed_field
from weixi.customers.fields.groups import GROUPS, group_title
from weixi.customers.fields.typed import is_custom
from weixi.customers.listed_forms import ListedField, listed_form_field, offer_stored, refusal_of
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.services.contacts import CONTACT_FIELDS
from weixi.customers.services.values import LONG_TEXTS
from weixi.organisation.forms import PersonChoice, RefusableForm
from weixi.organisation.kept_forms import KeptForm
from weixi.organisation.models import User
from weixi.organisation.passwords import rules
from weixi.organisation.scope import Viewer

FORM_FIELDS = tuple(name for _code, _title, names in GROUPS for name in names)
_DATES = frozenset({"founded_on", "cooperation_since"})


def _form_field(field: Any, listed: Field | None = None) -> forms.Field:
    """A model's field as a form's; what it must look like the service says. `listed`: what the data standard says,
    when it lists the values."""
    if listed is not None and not field.choices:
        return listed_form_field(listed, required=not field.blank)
    if field.choices:
        given = [choice for choice in (listed.allowed if listed else field.choices) if choice[0] != ""]
        radio = len(given) == 2 and not field.blank
        widget: Any = forms.RadioSelect(attrs={"class": "seg wx-vh"}) if radio else forms.Select
        return ListedField(
            label=field.verbose_name, required=not field.blank, widget=widget, initial=field.get_default(),
            choices=given if radio else [("", "—"), *given], error_messages=refusal_of(listed),
        )  # fmt: skip
    if isinstance(field, models.BooleanField):
        return forms.BooleanField(label=field.verbose_name, required=False)
    widget = (
        forms.Textarea(attrs={"rows": 3})
        if field.name in LONG_TEXTS
        else forms.TextInput(attrs={"autocomplete": "off"})
    )
    return forms.CharField(
        label=field.verbose_name, required=not field.blank, max_length=getattr(field, "max_length", None),
        widget=widget, empty_value="", strip=True,
    )  # fmt: skip


class CustomerForm(KeptForm):
    """The registration form. `through` is a picker; its text comes from the chosen customer."""

    def __init__(
        self, *args: Any, viewer: Viewer, customer: Customer | None = None, people: Any = (), **kwargs: Any
    ) -> None:
        if customer is not None:
            kwargs["initial"] = stored_values(customer) | {"version": customer.version}
        super().__init__(*args, **kwargs)
        self.customer = customer
        for name in FORM_FIELDS:
            if name == "through":
                self.fields[name] = forms.IntegerField(
                    required=False, label=_("Reached through"), widget=forms.HiddenInput
                )
                continue
            model = Customer if name in _names(Customer) else Registration
            self.fields[name] = _form_field(model._meta.get_field(name), listed_field(name))
        self.custom = custom_of_customers()
        for own in self.custom:
            self.fields[own.key] = custom_form_field(own)
        for name in _DATES:
            self.fields[name].help_text = _("2019-03-01, or --03-01 when the year is not known.")
        if customer is None:
            self.fields["number"] = forms.CharField(
                label=_("Customer number"), max_length=40, required=False,
                help_text=_("Left empty: the next free number."),
            )  # fmt: skip
            self.fields["tags"] = forms.CharField(
                label=_("Tags"), required=False, max_length=400, help_text=_("Several with a comma between.")
            )
            self.fields["lifecycle"] = forms.ChoiceField(label=_("Lifecycle stage"), choices=Lifecycle.choices)
            if people:
                self.fields["owner"] = PersonChoice(
                    label=_("Owner"), queryset=people, required=False, empty_label=_("nobody")
                )
        if not upstream.are_kept() and (customer is None or customer.reach == Reach.DIRECT):
            del self.fields["reach"], self.fields["through"]
        cut_to(viewer, self, of="customer", opened=customer is not None)
        offer_stored(self)

    def values(self) -> dict[str, Any]:
        """What the service takes: `through` as a customer's key, nothing that the form does not show."""
        names = (*FORM_FIELDS, *(field.key for field in self.custom))
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data and name != "through"}

    def tag_names(self) -> list[str]:
        text = self.cleaned_data.get("tags", "").replace("，", ",").replace("、", ",")
        return [name.strip() for name in text.split(",") if name.strip()]

    def groups(self) -> list[tuple[str, Any, list[forms.BoundField], bool]]:
        """(code, title, fields, open): the first group open, and any that has a fault or a value."""
        found = []
        own: dict[str, list[str]] = {}
        for field in self.custom:
            own.setdefault(field.group, []).append(field.key)
        given = [(code, title, (*names, *own.pop(code, ()))) for code, title, names in GROUPS]
        for code, title, names in [*given, *((code, group_title(code), tuple(keys)) for code, keys in own.items())]:
            bound = [self[name] for name in names if name != "through" and name in self.fields]
            if not bound:
                continue
            filled = any(field.errors or field.field.help_text or field.value() for field in bound)
            found.append((code, title, bound, code == "basic" or (filled and self.customer is not None)))
        return found


def custom_of_customers() -> tuple[Field, ...]:
    return tuple(field for field in customer_fields() if field.custom)


def custom_of_contacts() -> tuple[Field, ...]:
    return tuple(field for field in contact_fields() if field.custom)


def _names(model: Any) -> frozenset[str]:
    return frozenset(field.name for field in model._meta.concrete_fields)


def stored_values(customer: Customer) -> dict[str, Any]:
    """What stands in the archive, by the form's names."""
    registration = Registration.objects.filter(customer=customer).first()
    values: dict[str, Any] = {}
    for name in FORM_FIELDS:
        if name == "through":
            values[name] = customer.through_id
        elif name in _names(Customer):
            values[name] = getattr(customer, name)
        else:
            values[name] = getattr(registration, name) if registration else ""
    return values | stored_custom(customer.pk, custom_of_customers())


class ContactForm(KeptForm):
    """A person at a customer."""

    def __init__(self, *args: Any, viewer: Viewer, contact: Contact | None = None, **kwargs: Any) -> None:
        if contact is not None:
            kwargs["initial"] = contact_values(contact) | {"version": contact.version}
        super().__init__(*args, **kwargs)
        for name in CONTACT_FIELDS:
            self.fields[name] = _form_field(Contact._meta.get_field(name), listed_field(name, "contact"))
        self.custom = custom_of_contacts()
        for field in self.custom:
            self.fields[field.key] = custom_form_field(field)
        self.fields["birthday"].help_text = _("1980-05-20, or --05-20 without the year.")
        self.fields["birthday_lunar"].label = _("This is a day of the lunar calendar")
        cut_to(viewer, self, of="contact", opened=contact is not None)
        offer_stored(self)

    def values(self) -> dict[str, Any]:
        names = (*CONTACT_FIELDS, *(field.key for field in self.custom))
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def custom_bound(self) -> list[forms.BoundField]:
        return [self[field.key] for field in self.custom if field.key in self.fields]


def contact_values(contact: Contact) -> dict[str, Any]:
    values = {name: getattr(contact, name) for name in CONTACT_FIELDS}
    return values | stored_custom(contact.pk, custom_of_contacts(), contact=True)


def field_for(key: str, *, contact: bool = False) -> forms.Field:
    """The form's field of one column of the archive, or of one custom field."""
    if own := find_field(key) if is_custom(key) else None:
        return custom_form_field(own)
    model = Contact if contact else Customer if key in _names(Customer) else Registration
    return _form_field(model._meta.get_field(key), listed_field(key, "contact" if contact else "customer"))


class FieldForm(KeptForm):
    """One field of the archive or of a person, edited where it stands."""

    def __init__(self, data: Any, *, cell: Any, version: int) -> None:
        super().__init__(data, initial={cell.key: cell.value, "version": version})
        field = field_for(cell.key, contact=cell.kind == "contact")
        if isinstance(field.widget, forms.RadioSelect):
            # A line of the page has no room for a bar.
            field.widget = forms.Select(choices=field.choices)  # type: ignore[attr-defined]
        self.fields[cell.key] = field
        offer_stored(self)
        self.key = cell.key

    def values(self) -> dict[str, Any]:
        return {self.key: self.cleaned_data[self.key]}


class ValueForm(forms.Form):
    """The input for a value that many customers are given in one field; without a field a line of text."""

    def __init__(self, field: Field | None) -> None:
        super().__init__(auto_id="bulk-%s")
        made: Any = field_for(field.key) if field else forms.CharField(max_length=300)
        if isinstance(made, forms.BooleanField):
            made = forms.ChoiceField(choices=[("true", _("yes")), ("false", _("no"))])
        if isinstance(made.widget, forms.RadioSelect):
            made.widget = forms.Select(choices=made.choices)
        made.label, made.required = _("New value"), False
        self.several = isinstance(made, forms.MultipleChoiceField)
        # It stands in the bar, outside the form it belongs to.
        made.widget.attrs = {**made.widget.attrs, "form": "bulk-form", "class": "" if self.several else "form-control"}
        self.fields["value"] = made


class ReasonForm(RefusableForm):
    reason = forms.CharField(label=_("Why"), max_length=200)


class PutAwayForm(KeptForm):
    """Why a record is put away, and the version that was seen."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class LifecycleForm(KeptForm):
    lifecycle = forms.ChoiceField(label=_("Lifecycle stage"), choices=Lifecycle.choices)
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class OwnerForm(KeptForm):
    owner = PersonChoice(label=_("New owner"), queryset=User.objects.none(), empty_label=_("Choose a person"))
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


CO_OWNER_SEES = _(
    "He sees and works on the customer as the owner does, and so does everybody who sees his customers. Duties stay "
    "the owner's."
)


class CoOwnerForm(KeptForm):
    """Who looks after the customer beside its owner; nobody ends it."""

    co_owner = PersonChoice(
        label=_("Second owner"), queryset=User.objects.none(), required=False, empty_label=_("nobody"),
        help_text=CO_OWNER_SEES,
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["co_owner"].queryset = people  # type: ignore[attr-defined]


class KnownChangeForm(RefusableForm):
    what = forms.CharField(
        label=_("What changed?"), max_length=200,
        help_text=_("A few words: who moved, what is needed now. It becomes a duty to enter it."),
    )  # fmt: skip
    known_at = forms.DateTimeField(
        label=_("Known since"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Left empty: since now. The time to enter it counts from here."),
    )  # fmt: skip


class LeaveForm(RefusableForm):
    """Somebody leaves: who takes his customers, and the last day where the policy leaves room for one."""

    to = PersonChoice(label=_("Customers go to"), queryset=User.objects.none(), required=False, empty_label=_("nobody"))
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The access ends with this day. Left empty: at once."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Any, has_customers: bool, may_give: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = rules()
        to: Any = self.fields["to"]
        to.queryset = people
        to.empty_label = _("nobody yet: they stay in this person's name")
        if rule.leavers_hand_over:
            to.help_text = _(
                "The policy asks that they are handed over. With nobody named, the superiors are told to see to it."
            )
        if not has_customers or not may_give:
            del self.fields["to"]
        if rule.leavers_out_at_once:
            del self.fields["last_day"]


class HolderChoice(PersonChoice):
    """Whose customers go: with how many there are, and whether he is still here."""

    def label_from_instance(self, obj: Any) -> str:
        label = super().label_from_instance(obj)
        words = ngettext("%(person)s, %(n)d customer", "%(person)s, %(n)d customers", obj.holds)
        told = words % {"person": label, "n": obj.holds}
        return told if obj.is_active else gettext("%(person)s, has left") % {"person": told}


class HandOverForm(RefusableForm):
    leaver = HolderChoice(label=_("From"), queryset=User.objects.none(), empty_label="—")
    to = PersonChoice(label=_("To"), queryset=User.objects.none(), empty_label="—")
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Any, leavers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leaver"].queryset, self.fields["to"].queryset = leavers, people  # type: ignore[attr-defined]
