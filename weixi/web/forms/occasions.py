"""The form of a day a customer has once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.occasions.rules import kind_titles, kinds
from weixi.organisation.kept_forms import KeptForm


class OccasionForm(KeptForm):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    title = forms.CharField(label=gettext_lazy("What it is"), max_length=80, required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120, required=False)
    remark = forms.CharField(
        label=gettext_lazy("Remark"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kind_titles().items())  # type: ignore[attr-defined]
        self.fields["day"].help_text = _ahead()


def _ahead() -> str:
    """How long before the day somebody has to act, as the policy says of each kind."""
    found = kinds()
    days = {kind.before.days for kind in found}
    if len(days) == 1:
        return _("It becomes a duty %(n)d days before.") % {"n": days.pop()}
    each = [_("%(kind)s %(n)d days") % {"kind": kind.title, "n": kind.before.days} for kind in found]
    return _("It becomes a duty before the day: %(kinds)s.") % {"kinds": _(", ").join(each)} if each else ""
