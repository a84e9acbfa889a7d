"""Two people on one record: what the other one made of it while this one was writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.kernel.errors import Conflict


@dataclass(frozen=True, slots=True)
class Rival:
    """A field somebody else changed since the form was opened.

    `old` is what the form was opened on, `new` what is stored now, both as a form sends them; the texts
    are the same as people read them (`old_text` None: the log does not keep what stood there). `who` and `at` are
    those of the last change, empty when not known.
    """

    field: str
    label: str
    old: Any
    new: Any
    old_text: str | None
    new_text: str
    who: str = ""
    at: datetime | None = None

    @property
    def sentence(self) -> str:
        """`陈晓把城市从“苏州”改为“无锡”。`"""
        words = {"who": self.who or _("Somebody"), "field": self.label, "old": self.old_text, "new": self.new_text}
        if self.old_text is None:
            return _("%(who)s changed %(field)s; it says “%(new)s” now.") % words
        return _("%(who)s changed %(field)s from “%(old)s” to “%(new)s”.") % words


class VersionConflict(Conflict):
    """The record was saved by somebody else meanwhile. `rivals` are the fields that differ; `version`
    the one to save on next; `message` says it in words of its own."""

    code = "version.conflict"

    def __init__(self, rivals: Sequence[Rival] = (), *, version: int | None = None, message: str = "") -> None:
        super().__init__(message or conflict_words(rivals), fields={each.field: each.sentence for each in rivals})
        self.rivals = tuple(rivals)
        self.version = version


def expect_same(stored: int, given: int | None) -> None:
    """Raises VersionConflict when a record whose changes nobody keeps field by field moved on."""
    if given is not None and given != stored:
        raise VersionConflict(version=stored)


def put_away_conflict(rivals: Sequence[Rival] = (), *, version: int) -> VersionConflict:
    """Of a record that was to be put away or removed as it had been before."""
    said = (
        _("It was changed after you opened it, so nothing was done."),
        *(each.sentence for each in rivals),
        _("If it still holds, do it again."),
    )
    return VersionConflict(rivals, version=version, message=" ".join(said))


def conflict_words(rivals: Sequence[Rival]) -> str:
    """Who saved meanwhile and how many fields differ, in one sentence, and the way on."""
    if not rivals:
        return _("Somebody else saved this record while you were editing. Your input is kept: compare and save again.")
    names = _(", ").join(dict.fromkeys(each.who for each in rivals if each.who)) or _("Somebody else")
    text = ngettext(
        "%(who)s changed %(n)d field while you were editing: %(fields)s. Your input is kept: compare and save again.",
        "%(who)s changed %(n)d fields while you were editing: %(fields)s. Your input is kept: compare and save again.",
        len(rivals),
    )
    return text % {"who": names, "n": len(rivals), "fields": _(", ").join(each.label for each in rivals)}


def moved(seen: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The fields that hold something else now than the form was opened on."""
    return [name for name in now if name in seen and _text(seen[name]) != _text(now[name])]


def _text(value: Any) -> str:
    return "" if value is None or value is False else str(value)
