"""The grading section as tables of values, each with its editor in a draft."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from weixi.policy.document.filling import filled
from weixi.policy.document.grading import Indicator
from weixi.policy.document.labels import Lang, label
from weixi.policy.document.paths import resolve
from weixi.policy.document.policy import Policy
from weixi.policy.document.words import number_in_words, value_in_words
from weixi.policy.editors import Editors
from weixi.policy.forms.steps import PRESET_LABELS

HEAD = (
    "every", "window", "department", "collected_by", "drafted_by", "standards_approved_by", "graded_by",
    "approve_by", "recorded_by", "missing",
)  # fmt: skip
# The tables a preset is judged by: name -> keys.
TABLES = {
    "threshold": ("value", "potential"),
    "spend": ("high_above", "mid_from", "potential_from"),
    "override": ("asked_by", "approved_by", "valid_at_most"),
    "fall": ("notify", "drop_pct", "compared_with", "silent_times", "below_threshold", "after_each_import", "nightly"),
}
# What a grade is, and what is done for it.
GRADE = (
    "title",
    "standard",
    "strategy",
    "owners",
    "owners_together",
    "key_customer",
    "visit_class",
    "gift_class",
    "priority",
)
SERVICE = ("standard", "content", "responsible", "frequency", "measure")
VIP_TESTS = ("vip", "high_potential", "important", "normal")


@dataclass(frozen=True, slots=True)
class Value:
    label: str
    text: str
    blank: bool
    url: str


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    clause: str
    values: tuple[Value, ...]
    url: str
    # The present preset does not look at this table.
    unused: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator in words."""

    key: str
    title: str
    weight: str
    weight_url: str
    method: str
    bands: str
    judged: bool
    ours: bool
    url: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Dimension:
    code: str
    rows: tuple[Row, ...]
    total: Decimal

    @property
    def fits(self) -> bool:
        return not self.rows or self.total == 1

    @property
    def total_text(self) -> str:
        return number_in_words(self.total)


@dataclass(frozen=True, slots=True)
class GradingPage:
    preset: Any
    preset_code: str
    tables: tuple[Table, ...]
    dimensions: tuple[Dimension, ...]
    # One of each grade: what it is, and its row of the service standards.
    grades: tuple[Table, ...] = ()
    services: tuple[Table, ...] = ()


def grading_page(policy: Policy, edit: Editors | None, lang: Lang) -> GradingPage | None:
    """None when the document has no section on grading."""
    grading = policy.grading
    if grading is None:
        return None
    tables = [_table(policy, "grading", HEAD, edit, lang, title="grading")]
    for name, keys in TABLES.items():
        if getattr(grading, name) is not None:
            unused = (
                name in ("threshold", "spend") and {"threshold": "quadrant", "spend": "spend"}[name] != grading.preset
            )
            tables.append(_table(policy, f"grading.{name}", keys, edit, lang, title=name, unused=unused))
    if grading.vip is not None:
        tables.append(_table(policy, "grading.vip", ("order", "partnership"), edit, lang, title="order"))
        for test in VIP_TESTS:
            keys = tuple(type(getattr(grading.vip, test)).model_fields)
            tables.append(_table(policy, f"grading.vip.{test}", keys, edit, lang, title=test))
    dimensions = tuple(_dimension(grading.indicator, code, edit, lang) for code in ("value", "potential"))
    titles = {one.grade: one.title for one in grading.grade}
    grades = [
        _table(policy, f"grading.grade[{one.grade}]", GRADE, edit, lang, title=one.title) for one in grading.grade
    ]
    services = [
        _table(
            policy,
            f"grading.service_standard[{one.grade}]",
            SERVICE,
            edit,
            lang,
            title=titles.get(one.grade, one.grade),
        )
        for one in grading.service_standard
    ]
    return GradingPage(
        PRESET_LABELS[grading.preset], grading.preset, tuple(tables), dimensions, tuple(grades), tuple(services)
    )


def _table(
    policy: Policy,
    path: str,
    keys: tuple[str, ...],
    edit: Editors | None,
    lang: Lang,
    *,
    title: str,
    unused: bool = False,
) -> Table:
    part: Any = resolve(policy, path)
    values = []
    for key in keys:
        value = getattr(part, key)
        url = edit.url(f"{path}.{key}") if edit else ""
        text = value_in_words(value, lang, key=key, policy=policy)
        if isinstance(value, str):
            text = _class_title(policy, key, value) or filled(policy, text)
        values.append(Value(label(key, lang, f"{path}.{key}"), text, value is None, url))
    whole = edit.url(*(f"{path}.{key}" for key in keys)) if edit else ""
    grade = next((one.title for one in policy.grading.grade if one.grade == title), "") if policy.grading else ""
    return Table(grade or label(title, lang), getattr(part, "clause", None) or "", tuple(values), whole, unused)


def _class_title(policy: Policy, key: str, code: str) -> str:
    """What the policy calls a visit class or a gift class."""
    classes: Any = {"visit_class": policy.visit.classes, "gift_class": policy.gift.classes}.get(key, {})
    return classes[code].title if code in classes else ""


def _dimension(indicators: tuple[Indicator, ...], code: str, edit: Editors | None, lang: Lang) -> Dimension:
    rows = tuple(_row(one, edit, lang) for one in indicators if one.dimension == code)
    total = sum((one.weight for one in indicators if one.dimension == code), Decimal(0))
    return Dimension(code, rows, total)


def _row(one: Indicator, edit: Editors | None, lang: Lang) -> Row:
    query = "?" + urlencode({"key": one.key})
    return Row(
        key=one.key,
        title=one.title or one.key,
        weight=number_in_words(one.weight),
        weight_url=edit.url(f"grading.indicator[{one.key}].weight") if edit else "",
        method=one.method,
        bands=_bands(one),
        judged=one.judged,
        ours=one.proposal is not None,
        url=reverse("policy-indicator", args=[edit.pk]) + query if edit else "",
        remove_url=reverse("policy-indicator-remove", args=[edit.pk]) + query if edit else "",
    )


def _bands(one: Indicator) -> str:
    if one.levels:
        return "，".join(f"{name} {number_in_words(score)}" for name, score in one.levels)
    if one.bands:
        return "，".join(f"≥{number_in_words(start)} → {number_in_words(score)}" for start, score in one.bands)
    if one.low is not None and one.high is not None:
        return f"{number_in_words(one.low)} … {number_in_words(one.high)}"
    return ""
