"""Facts, scores and reasons as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.grading.ladders import INTENT, OUTLOOK, PARTNERSHIP
from weixi.kernel.currency import money_text
from weixi.kernel.slices import registry
from weixi.policy.document.grading import Grading

NOTE = "note"


def indicator_titles(section: Grading) -> dict[str, str]:
    """Key -> name: the policy's own title, else the fact's."""
    titles = {row.key: row.title or label_of(row.key) for row in section.indicator}
    titles.setdefault(PARTNERSHIP, _("Strategic partner"))
    titles.setdefault(OUTLOOK, _("Outlook of the industry"))
    titles.setdefault(INTENT, _("Intent"))
    return titles


def label_of(code: str) -> str:
    fact = registry.facts.get(code)
    return str(fact.label) if fact else code


def figure_text(code: str, stored: Any) -> str:
    """A stored fact with its unit: `¥1,234.50`, `31.4%`, `5 times`, a date. Nothing known is a dash."""
    if stored in (None, ""):
        return "—"
    fact = registry.facts.get(code)
    unit = fact.unit if fact else ""
    if unit == "date":
        return formats.date_format(date.fromisoformat(str(stored)), "SHORT_DATE_FORMAT")
    try:
        number = Decimal(str(stored))
    except InvalidOperation:
        return str(stored)
    if unit == "yuan":
        return money_text(number)
    text = score_text(number)
    if unit == "percent":
        return f"{text}%"
    whole = int(number)
    if unit == "times":
        return ngettext("%(n)s time", "%(n)s times", whole) % {"n": text}
    if unit == "days":
        return ngettext("%(n)s day", "%(n)s days", whole) % {"n": text}
    if unit == "kinds":
        return ngettext("%(n)s kind", "%(n)s kinds", whole) % {"n": text}
    return text


def score_text(score: Decimal | float | None, places: int = 1) -> str:
    """A score with at most `places` places and no idle zeros; a dash where nothing is known."""
    if score is None:
        return "—"
    text = f"{Decimal(str(score)):.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def reason_text(reason: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """`Net amount of 12 months ¥38,000.00 → ¥86,000.00`."""
    key, old, new = str(reason["key"]), reason.get("old"), reason.get("new")
    if key == NOTE:
        return str(new)
    title = titles.get(key) or label_of(key)
    if not old:
        return f"{title} {figure_text(key, new)}"
    return f"{title} {figure_text(key, old)} → {figure_text(key, new)}"


def reasons_text(reasons: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> str:
    return _("; ").join(reason_text(reason, titles) for reason in reasons)
