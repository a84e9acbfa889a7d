"""Forms of grading; what they mean is decided by the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.grading.enums import Preset
from weixi.grading.queries.customer import JudgedRow
from weixi.kernel.drawing.moments import day_text
from weixi.organisation.forms import RefusableForm
from weixi.policy.document.grading import Grading

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RunForm(RefusableForm):
    """A new grading."""

    as_of = forms.DateField(label=_("As of"), widget=DAY, help_text=_("Orders up to this day count, 12 months back."))
    preset = forms.ChoiceField(label=_("Preset"), required=False)

    def __init__(self, *args: Any, in_force: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = dict(Preset.choices).get(in_force, in_force)
        others = [(code, name) for code, name in Preset.choices if code != in_force]
        self.fields["preset"].choices = [("", _("As the policy says: %(preset)s") % {"preset": label}), *others]  # type: ignore[attr-defined]


class ReturnForm(RefusableForm):
    """Why a grading goes back."""

    note = forms.CharField(
        label=_("What is to be looked at again"), max_length=300, widget=forms.Textarea(attrs={"rows": 4})
    )


class JudgeForm(RefusableForm):
    """Score and basis of every judged indicator of a customer; what is left empty is not judged."""

    def __init__(self, *args: Any, rows: Sequence[JudgedRow], section: Grading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        levels = {row.key: row.levels for row in section.indicator}
        for row in rows:
            known = row.judgement
            named = levels.get(row.key)
            self.fields[f"score_{row.key}"] = _score_field(row.title, named, known.score if known else None)
            self.fields[f"basis_{row.key}"] = forms.CharField(
                label=_("Basis"), max_length=300, required=False, initial=known.basis if known else ""
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for row in self.rows:
            score, basis = data.get(f"score_{row.key}"), data.get(f"basis_{row.key}")
            if score not in (None, "") and not basis:
                self.add_error(f"basis_{row.key}", _("A basis is needed."))
        return data

    def given(self) -> list[tuple[str, Decimal, str]]:
        """(indicator, score, basis) of what was filled in and differs from what holds."""
        found = []
        for row in self.rows:
            score, basis = self.cleaned_data[f"score_{row.key}"], self.cleaned_data[f"basis_{row.key}"]
            if score in (None, ""):
                continue
            value = Decimal(score)
            if row.judgement is None or (row.judgement.score, row.judgement.basis) != (value, basis):
                found.append((row.key, value, basis))
        return found


def _score_field(title: str, levels: Sequence[tuple[str, Decimal]] | None, known: Decimal | None) -> forms.Field:
    if not levels:
        return forms.DecimalField(
            label=title, min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False, initial=known,
            help_text=_("0 to 100"),
        )  # fmt: skip
    choices = [("", "—"), *((f"{score.normalize():f}", f"{name} ({score.normalize():f})") for name, score in levels)]
    initial = f"{known.normalize():f}" if known is not None else ""
    return forms.ChoiceField(label=title, choices=choices, required=False, initial=initial)


class OverrideForm(RefusableForm):
    """A grade set by a person."""

    grade = forms.ChoiceField(label=_("Grade"))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    expires_on = forms.DateField(label=_("Holds until"), widget=DAY)

    def __init__(
        self, *args: Any, grades: Sequence[tuple[str, str]], present: str, last: date | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = [pair for pair in grades if pair[0] != present]  # type: ignore[attr-defined]
        if last is not None:
            self.fields["expires_on"].help_text = _("By the policy until %(last)s at most.") % {"last": day_text(last)}
            self.fields["expires_on"].widget.attrs["max"] = last.isoformat()
