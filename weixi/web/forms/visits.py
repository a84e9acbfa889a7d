"""Forms of visits: choosing a customer, ending that, planning a visit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Customer
from weixi.interactions.visit_systems import system_titles, usual_system
from weixi.kernel import clock
from weixi.organisation.kept_forms import KeptForm


class ChooseForm(KeptForm):
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("It stands beside the customer and on its timeline.")
    )


class EndForm(KeptForm):
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class PlanVisitForm(KeptForm):
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    purpose = forms.CharField(label=_("What for"), max_length=200, required=False)
    system = forms.ChoiceField(label=_("Visit system"), required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = system_titles()
        system: Any = self.fields["system"]
        system.choices = list(titles.items())
        system.initial = usual_system(customer)
        if not titles:
            del self.fields["system"]
        self.fields["day"].widget.attrs["min"] = clock.today().isoformat()
