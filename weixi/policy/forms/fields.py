"""The field of a form for one key of the document: its kind, its choices and what is allowed there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.kernel.roles import ROLE_NAMES
from weixi.policy.document.base import ASSIGNEES, Section
from weixi.policy.document.catalogue import EVENT_TYPES, OUTPUT_ONLY
from weixi.policy.document.checks import refs_of
from weixi.policy.document.durations import Duration
from weixi.policy.document.edit import bare
from weixi.policy.document.event_words import events_by_family
from weixi.policy.document.grading import Grading
from weixi.policy.document.labels import Lang, label
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import FESTIVALS, NODE_DATES, PERIODS, Escalation, Node
from weixi.policy.document.words import code_in_words, duration_in_words, period_in_words, role_in_words
from weixi.policy.forms.raw import conditions_of, pairs_of, raw_of

EVENT_KEYS = frozenset({"closes_on", "withdraws_on", "pauses_on", "resumes_on", "on"})
HELP = {
    Duration: _("Like 2 小时, 3 天, 4 个月, or PT2H, P3D, P4M."),
    Decimal: _("A number, like 60 or 100,000."),
    int: _("A whole number."),
}


class ConditionsField(forms.CharField):
    """`name = value` lines."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return conditions_of(text)
        except ValueError as error:
            raise forms.ValidationError(
                _("“%(line)s” is no condition; write one in each line, like grade = core、important."),
                params={"line": str(error)},
            ) from None


class PairsField(forms.CharField):
    """`from → score` lines."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def __init__(self, *, numbers: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.numbers = numbers

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return pairs_of(text, numbers=self.numbers) or None
        except ValueError as error:
            example = "30,000 → 60" if self.numbers else "高 → 100"
            raise forms.ValidationError(
                _("“%(line)s” is no pair; write one in each line, like %(example)s."),
                params={"line": str(error), "example": example},
            ) from None


class ManyField(forms.CharField):
    """Several texts in one line."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list | tuple) else value


class TickedField(forms.MultipleChoiceField):
    """Several of a list; none ticked leaves the key empty."""

    widget: type[forms.CheckboxSelectMultiple] = forms.CheckboxSelectMultiple


class FoldedTicks(forms.CheckboxSelectMultiple):
    """Drawn as what is ticked, unfolded to the whole list."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "picks"})


class EventsField(TickedField):
    """Several event types, folded until somebody looks for one: the list is long."""

    widget = FoldedTicks


class CheckedDateField(forms.CharField):
    """A date as text, so that the document itself says what is wrong with it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def field_of(policy: Policy, model: type[Section], key: str, lang: Lang, *, path: str = "") -> forms.Field:
    """The field for `key` of a table of kind `model`; what is chosen or typed there the document reads."""
    name, info = next((n, i) for n, i in model.model_fields.items() if (i.alias or n) == key)
    kind = bare(info.annotation)
    common: dict[str, Any] = {"label": label(key, lang, path or key).capitalize(), "required": False}
    optional = not info.is_required()
    choices = _choices(policy, model, name, kind, lang)
    several = get_origin(kind) is tuple
    if key in EVENT_KEYS:
        return EventsField(choices=_events(lang), **common)
    if choices is not None and several:
        return TickedField(choices=choices, **common)
    if choices is not None:
        rows = [("", _("— (left out)") if optional else "—"), *choices]
        return forms.ChoiceField(choices=rows, **common)
    if kind is bool:
        rows = [("true", _("Yes")), ("false", _("No"))]
        return forms.ChoiceField(choices=[("", _("— (left out)")), *rows] if optional else rows, **common)
    if get_origin(kind) is dict:
        return ConditionsField(
            help_text=_("One condition in each line, like grade = core、important; several values mean one of them."),
            **common,
        )
    if key in ("bands", "levels"):
        return PairsField(numbers=key == "bands", help_text=_("One in each line: from → score."), **common)
    if several:
        return ManyField(help_text=_("Several, separated by 、."), **common)
    if kind is dt.date:
        return CheckedDateField(**common)
    attrs = {"inputmode": "decimal"} if kind in (Decimal, int) else {}
    return forms.CharField(max_length=4000, help_text=HELP.get(kind, ""), widget=forms.TextInput(attrs=attrs), **common)


def sent(field: forms.Field, value: Any, lang: Lang) -> Any:
    """What the field's widget sends for `value` when nobody touches it."""
    several = isinstance(field, forms.MultipleChoiceField)
    if isinstance(field, forms.ChoiceField) and isinstance(value, Duration):
        return value.text
    raw = raw_of(value, lang)
    if isinstance(raw, list) and not several:
        return "、".join(raw)
    return [] if several and raw == "" else raw


def _choices(policy: Policy, model: type[Section], name: str, kind: Any, lang: Lang) -> list[tuple[str, Any]] | None:
    inner = bare(get_args(kind)[0]) if get_origin(kind) is tuple else kind
    if name == "opens_on":
        return _events(lang)
    if name == "assignee":
        codes = [*ASSIGNEES, *(f"role:{role}" for role in sorted(ROLE_NAMES))]
        return [(code, role_in_words(code, lang, policy)) for code in codes]
    if model is Escalation and name == "to":
        return _roles(policy, sorted(ROLE_NAMES), lang)
    if name == "every" and "times" in model.model_fields:
        return [(text, period_in_words(Duration.parse(text), lang)) for text in PERIODS]
    if model is Grading and name == "every" and policy.grading is not None and policy.grading.every_choices:
        offered = dict.fromkeys([*policy.grading.every_choices, *filter(None, [policy.grading.every])])
        return [(each.text, duration_in_words(each, lang)) for each in offered]
    if model is Node and name == "festival":
        return [(one, one) for one in FESTIVALS]
    if name == "priority" and "assignee" in model.model_fields:
        # Without the policy: its grade of the same code has another name.
        return [(code, code_in_words(code, lang)) for code in ("low", "normal", "high", "urgent")]
    if get_origin(inner) is Literal:
        return [(str(code), code_in_words(str(code), lang, policy)) for code in get_args(inner)]
    return _referred(policy, refs_of(model).get(name), lang)


def _events(lang: Lang) -> list[tuple[str, Any]]:
    return [*events_by_family(EVENT_TYPES - OUTPUT_ONLY, lang)]


def _roles(policy: Policy, codes: Iterable[str], lang: Lang) -> list[tuple[str, Any]]:
    return [(code, role_in_words(code, lang, policy)) for code in codes]


def _referred(policy: Policy, to: str | None, lang: Lang) -> list[tuple[str, Any]] | None:
    """What a reference may name; None where the document leaves it open."""
    if to == "role":
        posts = [post.code for post in policy.organisation.position]
        return _roles(policy, [*sorted(ROLE_NAMES), *posts], lang)
    if to == "department" and policy.organisation.department:
        return [(one.code, one.title) for one in policy.organisation.department]
    if to == "approval" and policy.approval:
        return [(code, code.replace("_", " ")) for code in policy.approval]
    if to == "metric" and policy.metric:
        return [(one.key, one.title or one.key) for one in policy.metric]
    if to == "grade" and policy.grading is not None:
        return [(code, code_in_words(code, lang, policy)) for code in policy.grading.grades]
    if to == "rule":
        return [(rule.clause, f"{rule.clause} {rule.title}") for rule in policy.rules]
    if to == "visit_class":
        return [(code, one.title) for code, one in policy.visit.classes.items()]
    if to == "gift_class":
        return [(code, one.title) for code, one in policy.gift.classes.items()]
    return None


DATES = NODE_DATES
