"""Forms of people, departments, tokens and passwords; `save` only calls the service."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.organisation.enums import DataScope, Role, TokenScope
from weixi.organisation.kept_forms import SeenForm
from weixi.organisation.managing import may_give
from weixi.organisation.models import Department, User
from weixi.organisation.new_passwords import rule_in_words
from weixi.organisation.refusable import RefusableForm as RefusableForm
from weixi.organisation.scope import Viewer


class PasswordForm(RefusableForm):
    """One's own new password: the old one first."""

    old = forms.CharField(
        label=_("Present password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = rule_in_words()

    def clean_old(self) -> str:
        old = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("This is not your present password."))
        return old

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two do not agree."))
        return data


def _department_label(department: Department) -> str:
    return "　" * department.depth + department.name


class DepartmentChoice(forms.ModelChoiceField):
    """Departments as an indented list."""

    def label_from_instance(self, obj: Any) -> str:
        return _department_label(obj)


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.get_role_display()}）"


class PersonForm(SeenForm):
    """A person's entry; the log-in name is fixed once given."""

    name = forms.CharField(label=_("Name"), max_length=40)
    username = forms.CharField(
        label=_("Log-in name"), max_length=40, help_text=_("Letters, digits and . @ + - _ only.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.SPECIALIST)
    senior = forms.BooleanField(label=_("Senior (may own customers that ask for it)"), required=False)
    department = DepartmentChoice(
        label=_("Department"), queryset=Department.objects.none(), required=False, empty_label=_("none")
    )
    leader = PersonChoice(label=_("Reports to"), queryset=User.objects.none(), required=False, empty_label=_("nobody"))
    scope = forms.ChoiceField(
        label=_("Data scope"),
        required=False,
        choices=[("", _("As the role says")), *DataScope.choices],
        help_text=_("Whose customers this person sees."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    password = forms.CharField(
        label=_("First password"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("To be changed at the first log-in. Left empty: no log-in until one is set."),
    )

    def __init__(self, *args: Any, viewer: Viewer, person: User | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs["initial"] = {name: getattr(person, name) for name in self.base_fields if hasattr(person, name)}
            kwargs["initial"]["password"] = ""
        super().__init__(*args, **kwargs)
        self.viewer, self.person = viewer, person
        self.fields["department"].queryset = Department.objects.filter(closed_at=None)  # type: ignore[attr-defined]
        people = User.objects.filter(is_active=True).order_by("name")
        self.fields["leader"].queryset = people.exclude(pk=person.pk) if person else people  # type: ignore[attr-defined]
        self.fields["role"].choices = givable_roles(viewer, person)  # type: ignore[attr-defined]
        if person is not None:
            del self.fields["username"], self.fields["password"]
            if viewer.user is not None and viewer.user.pk == person.pk:
                for name in ("role", "scope"):
                    self.fields[name].disabled = True
            self.remember(("user", person.pk))
        else:
            self.fields["password"].help_text = f"{self.fields['password'].help_text} {rule_in_words()}"


def givable_roles(viewer: Viewer, person: User | None = None) -> list[tuple[str, Any]]:
    """The roles this viewer may give: none with more than his own; the person's own stays listed."""
    kept = person.role if person is not None else ""
    return [(value, label) for value, label in Role.choices if value == kept or may_give(viewer, value)]


class NewPasswordForm(RefusableForm):
    """A password an administrator gives; the person changes it at the next log-in."""

    password = forms.CharField(label=_("New password"), widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = rule_in_words()


class DepartmentForm(SeenForm):
    name = forms.CharField(label=_("Department name"), max_length=60)
    parent = DepartmentChoice(
        label=_("Belongs to"), queryset=Department.objects.none(), required=False, empty_label=_("none")
    )
    head = PersonChoice(label=_("Head"), queryset=User.objects.none(), required=False, empty_label=_("nobody"))

    def __init__(self, *args: Any, department: Department | None = None, **kwargs: Any) -> None:
        if department is not None:
            kwargs["initial"] = {
                "name": department.name,
                "parent": department.parent_id,
                "head": department.head_id,
            }
        super().__init__(*args, **kwargs)
        choices = Department.objects.filter(closed_at=None)
        if department is not None:
            choices = choices.exclude(path__startswith=department.path)
        self.fields["parent"].queryset = choices  # type: ignore[attr-defined]
        self.fields["head"].queryset = User.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        if department is not None:
            self.remember(("department", department.pk))


class TokenForm(RefusableForm):
    name = forms.CharField(label=_("What it is for"), max_length=60)
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=TokenScope.choices,
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than the person may do."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("One year")), (0, _("Until revoked"))],
    )
