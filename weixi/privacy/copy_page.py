"""A person's copy as tables to read: every column named, every moment in the habit of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from weixi.customers.models import Customer
from weixi.customers.queries.timeline import told_lines
from weixi.kernel.drawing.moments import day_text, partial_day_text
from weixi.kernel.held import EVENTS, events_about
from weixi.kernel.personal import Person
from weixi.organisation.scope import system_viewer

# What sources call their values, in words; a pair of `field` and `value` names itself.
HEADS: dict[str, Any] = {
    "act": gettext_lazy("What was done"), "answer": pgettext_lazy("copy", "Answer"), "at": gettext_lazy("When"),
    "basis": pgettext_lazy("copy", "Basis"), "by": pgettext_lazy("copy", "Who"), "bytes": gettext_lazy("Size in bytes"),
    "channel": gettext_lazy("Channel"), "conclusion": gettext_lazy("Conclusion"), "content": gettext_lazy("Content"),
    "day": gettext_lazy("Day"), "end_reason": gettext_lazy("Why it ended"), "evidence": gettext_lazy("Evidence"),
    "feedback": gettext_lazy("Feedback"), "given_at": gettext_lazy("Agreed on"), "grade": gettext_lazy("Grade"),
    "indicator": gettext_lazy("Indicator"), "kind": gettext_lazy("Kind"), "location": gettext_lazy("Location"),
    "name": pgettext_lazy("of a thing", "Name"), "need": gettext_lazy("Customer's need"), "new": gettext_lazy("After"),
    "number": gettext_lazy("Number"), "old": gettext_lazy("Before"), "participants": gettext_lazy("Participants"),
    "place": gettext_lazy("Place"), "purpose": pgettext_lazy("copy", "Purpose"), "reason": gettext_lazy("Why"),
    "received_at": gettext_lazy("Received"), "remark": gettext_lazy("Remark"), "result": pgettext_lazy("copy", "Result"),
    "row": gettext_lazy("Row"), "solution": gettext_lazy("Solution"), "terms": gettext_lazy("Terms"),
    "text": gettext_lazy("What was promised"), "title": gettext_lazy("Title"), "way": pgettext_lazy("copy", "Way"),
    "what": gettext_lazy("What"), "withdrawn_at": gettext_lazy("Withdrawn on"), "words": gettext_lazy("Words"),
}  # fmt: skip
_NAMED = ("field", "value")


@dataclass(frozen=True, slots=True)
class Table:
    """One source's rows; without `heads` each row is a name and its value."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_of(person: Person, parts: Iterable[tuple[str, str, Sequence[Mapping[str, Any]]]]) -> list[Table]:
    """The tables of (code, title, rows) that hold something. What happened is told in sentences."""
    found = []
    for code, title, rows in parts:
        if code == EVENTS.code:
            found.append(_story(person, title))
        elif rows:
            found.append(_table(title, rows))
    return [table for table in found if table.rows]


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    heads = () if tuple(keys) == _NAMED else tuple(str(HEADS.get(key, key)) for key in keys)
    lines = [tuple(read(row.get(key)) for key in keys) for row in rows]
    return Table(title, heads, tuple(lines if heads else [(capfirst(line[0]), *line[1:]) for line in lines]))


def _story(person: Person, title: str) -> Table:
    customer = Customer.objects.get(pk=person.customer_id)
    lines = told_lines(system_viewer("copy"), customer, list(events_about(person)))
    rows = tuple((read(at.isoformat()), text) for at, text in lines)
    return Table(title, (str(HEADS["at"]), str(HEADS["what"])), rows)


def read(value: Any) -> str:
    """A value of the copy as people read it: moments in the company's time, lists and mappings in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _("; ").join(f"{HEADS.get(str(key), key)}{_(': ')}{read(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return _(", ").join(read(each) for each in value)
    text = str(value)
    try:
        moment = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        moment = None
    if moment is None:
        return partial_day_text(text)
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{day_text(local.date())} {local:%H:%M}"
