"""The kinds of notice and their sentences. A slice registers its own in `slice.py`.

    register_kind("duty.overdue", _("Overdue: %(title)s"), _("%(title)s for %(customer)s was due %(due_at)s."))

A sentence may hold `%(name)s` placeholders and nothing else that is replaced. What a placeholder gets
is text: no attribute, no format, no code can be reached through it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import formats, timezone, translation

_PLACE = re.compile(r"%\((\w+)\)s")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`title` is one line, `body` may have several; both translatable. `mail=False`: in the app only.

    `still(viewer, notices)` gives the keys of those that the viewer may read although he does not see their customer.
    """

    code: str
    title: Any
    body: Any
    mail: bool = True
    still: Callable[[Any, Sequence[Any]], set[int]] | None = None
    places: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in the reader's language."""

    title: str
    body: str


_kinds: dict[str, NoticeKind] = {}


def register_kind(
    code: str,
    title: Any,
    body: Any = "",
    *,
    mail: bool = True,
    still: Callable[[Any, Sequence[Any]], set[int]] | None = None,
) -> NoticeKind:
    """Register the sentences of a kind; registering the same code again replaces nothing and is refused."""
    if code in _kinds:
        raise ValueError(f"notice kind {code} is registered twice")
    places: set[str] = set()
    for text in (str(title), str(body)):
        places.update(_PLACE.findall(text))
        if "%" in _PLACE.sub("", text):
            raise ValueError(f"notice kind {code}: only %(name)s placeholders may be used, not {text!r}")
    _kinds[code] = NoticeKind(code, title, body, mail, still, frozenset(places))
    return _kinds[code]


def get_kind(code: str) -> NoticeKind:
    """Raises ValueError for a kind nobody registered: a programming error."""
    try:
        return _kinds[code]
    except KeyError:
        raise ValueError(f"notice kind {code} is not registered; see the slice.py of its slice") from None


def find_kind(code: str) -> NoticeKind | None:
    """None for a kind that no longer exists."""
    return _kinds.get(code)


def tell_in_words(code: str, params: Mapping[str, Any], language: str = "") -> Told:
    """The sentences of a notice in `language` (default: the one active).

    A parameter that is an ISO time with offset or an ISO date is written as people write it. A kind
    that no longer exists is told by its code.
    """
    with translation.override(language or translation.get_language()):
        kind = _kinds.get(code)
        if kind is None:
            return Told(code, "")

        def put(match: re.Match[str]) -> str:
            return _written(params.get(match[1], ""), ends_a_day=match[1] == "due_at")

        return Told(_one_line(_PLACE.sub(put, str(kind.title))), _PLACE.sub(put, str(kind.body)))


def _one_line(text: str) -> str:
    """Without line ends and control characters: safe as a mail's subject."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _written(value: Any, *, ends_a_day: bool = False) -> str:
    """The midnight of a due time belongs to the day it ends: 24:00, as the lists say it."""
    text = str(value)
    try:
        if _TIME.fullmatch(text):
            moment = timezone.localtime(datetime.fromisoformat(text))
            if ends_a_day and (moment.hour, moment.minute) == (0, 0):
                return f"{formats.date_format((moment - timedelta(minutes=1)).date(), 'DATE_FORMAT')} 24:00"
            return str(formats.date_format(moment, "DATETIME_FORMAT"))
        if _DATE.fullmatch(text):
            return str(formats.date_format(date.fromisoformat(text), "DATE_FORMAT"))
    except ValueError:
        pass
    return text
