"""Forms of whole tables: a rule with its steps of escalation, an indicator of the scorecard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.policy.document.base import Section
from weixi.policy.document.edit import add_item, read_field, set_values
from weixi.policy.document.grading import Indicator
from weixi.policy.document.labels import Lang
from weixi.policy.document.plain import RULE_ORDER
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import PolicyError
from weixi.policy.document.rules import Cadence, Deadline, Escalation, Node
from weixi.policy.document.words import code_in_words, value_in_words
from weixi.policy.forms.fields import DATES, EVENT_KEYS, field_of, sent
from weixi.policy.forms.raw import raw_of
from weixi.policy.forms.values import DraftForm

RULES: dict[str, type[Section]] = {"deadline": Deadline, "cadence": Cadence, "node": Node}
# Steps of escalation a form always has room for beyond those there are.
SPARE_STEPS = 2
MOST_STEPS = 12
# The form of a rule in the order people think of one; what a key left at its default means nobody has to read.
RULE_GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("The rule"), ("clause", "title", "source")),
    (_("When it arises"), ("opens_on", "date", "festival", "before", "every", "where")),
    (_("What settles it"), ("closes_on", "on", "times", "qualifies")),
    (_("By when"), ("within", "clock", "grace")),
    (_("Whose it is"), ("assignee", "priority")),
)
SELDOM = ("withdraws_on", "pauses_on", "resumes_on", "same", "match", "measure", "after", "due_from", "lunar", "mode")
# Values of SELDOM keys that say nothing.
USUAL = {"measure": "occurred_at", "mode": "aligned"}
INDICATOR_KEYS = (
    "key", "title", "dimension", "weight", "judged", "method", "bands", "low", "high", "levels", "less_is_better",
    "source",
)  # fmt: skip


class TableForm(DraftForm):
    """One table of a list: `place` is its position, None for one still to be made."""

    list_path = ""
    model: type[Section]
    keys: tuple[str, ...]

    def __init__(
        self, data: Mapping[str, Any] | None, *, policy: Policy, item: Section | None, place: int | None, lang: Lang
    ) -> None:
        super().__init__(data, policy=policy, lang=lang)
        self.item, self.place = item, place
        for key in self.keys:
            field = field_of(policy, self.model, key, lang)
            self.fields[key] = field
            if item is not None:
                self.initial[key] = sent(field, getattr(item, key), lang)
        self._add_more()
        self._remember()

    def _add_more(self) -> None:
        """Fields beyond the plain keys."""

    def _now(self) -> dict[str, Any]:
        if self.item is None:
            return {}
        return {key: sent(self.fields[key], getattr(self.item, key), self.lang) for key in self.keys}

    def _values(self) -> dict[str, Any]:
        return {key: self.cleaned_data[key] for key in self.keys}

    @property
    def prefix_path(self) -> str:
        place = self.place
        if place is None:
            place = self._count()
        return f"{self.list_path}[{place}]"

    def _count(self) -> int:
        raise TypeError("a table says how many of its kind there are")

    def changed(self) -> Policy | None:
        """The document with this table as typed; None when it is refused, with the reasons beside the fields."""
        values = self._values()
        try:
            if self.place is not None:
                return set_values(self.policy, {f"{self.prefix_path}.{key}": raw for key, raw in values.items()})
            item = {key: read_field(self.model, key, raw) for key, raw in values.items()}
            kept = {key: value for key, value in item.items() if value not in (None, [], {})}
            return add_item(self.policy, self.list_path, kept)
        except PolicyError as error:
            self._refuse(error, {}, prefix=self.prefix_path)
            return None


class RuleForm(TableForm):
    """A rule with all its keys; a step of escalation left empty falls away."""

    def __init__(self, data: Mapping[str, Any] | None, *, kind: str, **kwargs: Any) -> None:
        self.list_path, self.model = kind, RULES[kind]
        self.keys = tuple(key for key in RULE_ORDER if key in self.model.model_fields and key != "escalate")
        super().__init__(data, **kwargs)

    def _add_more(self) -> None:
        steps: tuple[Escalation, ...] = getattr(self.item, "escalate", ())
        self.step_count = min(MOST_STEPS, len(steps) + SPARE_STEPS)
        for number in range(self.step_count):
            for key in ("after", "to"):
                field = field_of(self.policy, Escalation, key, self.lang)
                field.label = _("After the due time") if key == "after" else _("Tell")
                field.help_text = ""
                self.fields[f"step{number}_{key}"] = field
                if number < len(steps):
                    self.initial[f"step{number}_{key}"] = raw_of(getattr(steps[number], key), self.lang)
        for key in ("where", "qualifies"):
            if self.item is not None and key in self.keys and (now := getattr(self.item, key)):
                words = value_in_words(now, self.lang, policy=self.policy)
                self.fields[key].help_text = _("Now: %(words)s. One condition in each line.") % {"words": words}
        if "date" in self.fields:
            named = ", ".join(f"{code} ({code_in_words(code, self.lang)})" for code in DATES)
            self.fields["date"].help_text = _("One of %(names)s, or a day like --09-10.") % {"names": named}

    def _now(self) -> dict[str, Any]:
        found = super()._now()
        steps = getattr(self.item, "escalate", ())
        for number, step in enumerate(steps[:MOST_STEPS]):
            for key in ("after", "to"):
                found[f"step{number}_{key}"] = raw_of(getattr(step, key), self.lang)
        return found

    def _count(self) -> int:
        return len(getattr(self.policy, self.list_path))

    def _values(self) -> dict[str, Any]:
        values = super()._values()
        if not values.get("priority"):
            values["priority"] = None
        for key in EVENT_KEYS & set(values):
            # In the order of the document: an unchanged rule stays the same text.
            before = list(getattr(self.item, key, ()))
            values[key] = sorted(values[key], key=lambda one: before.index(one) if one in before else len(before))
        values["escalate"] = [step for step in self._steps() if step]
        return values

    def _steps(self) -> list[dict[str, Any]]:
        found = []
        for number in range(self.step_count):
            after, to = (self.cleaned_data.get(f"step{number}_{key}") for key in ("after", "to"))
            if after or to:
                step = {"after": read_field(Escalation, "after", after), "to": to or None}
                found.append({key: value for key, value in step.items() if value is not None})
        return found

    @property
    def step_fields(self) -> list[tuple[Any, Any]]:
        return [(self[f"step{number}_after"], self[f"step{number}_to"]) for number in range(self.step_count)]

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        """(title, fields) in the order of reading."""
        found = [(title, [self[key] for key in keys if key in self.keys]) for title, keys in RULE_GROUPS]
        return [(title, fields) for title, fields in found if fields]

    @property
    def seldom(self) -> list[Any]:
        return [self[key] for key in SELDOM if key in self.keys]

    @property
    def seldom_said(self) -> bool:
        """True when a key that is seldom needed says something here, or is refused."""
        return any(bound.errors or bound.value() not in ("", None, [], USUAL.get(bound.name)) for bound in self.seldom)


class IndicatorForm(TableForm):
    """One row of the scorecard."""

    list_path = "grading.indicator"
    model = Indicator
    keys = INDICATOR_KEYS

    def _add_more(self) -> None:
        self.fields["key"].help_text = _("The fact it is computed from, or a name of its own for a judged one.")
        self.fields["weight"].help_text = _("A share like 0.25; those of one dimension sum to 1.")

    def _count(self) -> int:
        return len(self.policy.grading.indicator) if self.policy.grading else 0

    @property
    def key_fields(self) -> list[Any]:
        return [self[key] for key in self.keys]
