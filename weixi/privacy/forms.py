"""Forms about people's data; `save` is the service's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.customers.enums import Channel
from weixi.organisation.forms import RefusableForm
from weixi.privacy.enums import Basis, RequestKind
from weixi.privacy.queries.consents import personal_rules


class _PurposeForm(RefusableForm):
    purpose = forms.ChoiceField(label=_("Purpose of use"))
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = personal_rules().purposes
        self.fields["purpose"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]


class ConsentForm(_PurposeForm):
    basis = forms.ChoiceField(label=_("Legal basis"), choices=Basis.choices)
    evidence = forms.CharField(
        label=_("What shows the consent"),
        max_length=300,
        help_text=_("What shows it: a signed form, a recorded call, a message."),
    )
    notice_version = forms.CharField(label=_("Version of the privacy notice"), max_length=40, required=False)


class WithdrawForm(_PurposeForm):
    how = forms.CharField(label=_("How it was said"), max_length=300)


class RequestForm(RefusableForm):
    kind = forms.ChoiceField(label=_("What is asked"), choices=RequestKind.choices)
    channel = forms.ChoiceField(label=_("How it came"), choices=Channel.choices)
    identity = forms.CharField(
        label=_("How the person was recognised"), max_length=200,
        help_text=_("Called back, came with a document, known voice."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("In the person's words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(RefusableForm):
    granted = forms.ChoiceField(
        label=_("Outcome of the request"), choices=(("yes", _("Request granted")), ("no", _("Request refused"))),
        widget=forms.RadioSelect(attrs={"class": "seg wx-vh"}), initial="yes",
    )  # fmt: skip
    answer = forms.CharField(label=_("What was answered"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class EraseForm(RefusableForm):
    reason = forms.CharField(label=_("Why"), max_length=300)
    sure = forms.BooleanField(
        label=_("I know that this cannot be undone"), error_messages={"required": _("Tick this to go on.")}
    )


class ReadmitForm(RefusableForm):
    text = forms.CharField(label=_("Number, e-mail or WeChat that is refused"), max_length=120)
    evidence = forms.CharField(label=_("What shows that the person agrees"), max_length=300)
