"""What a person types around his second factor."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.organisation.refusable import RefusableForm


class PasswordForm(RefusableForm):
    """The password once more, before something grave."""

    password = forms.CharField(
        label=_("Present password"),
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(RefusableForm):
    code = forms.CharField(
        label=_("Code on the phone"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "data-no-draft": "", "autofocus": True}
        ),
    )
