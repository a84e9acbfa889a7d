"""How these days are told on the timeline."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from weixi.customers.occasions.rules import kind_titles
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.sentences import ARCHIVE, CONTACTS, Sentence, Told, register


def _words(told: Told) -> dict[str, str]:
    kind = str(told.get("kind") or "")
    what = str(told.get("title") or kind_titles().get(kind, kind))
    return {"who": told.who, "what": what, "day": _day(told.get("day"))}


def _day(text: object) -> str:
    return day_text(date.fromisoformat(text)) if isinstance(text, str) else ""


def noted(told: Told) -> Sentence:
    said = _(", ").join(filter(None, (str(told.get("place") or ""), str(told.get("remark") or ""))))
    return Sentence(_("%(who)s noted: %(what)s, %(day)s.") % _words(told), said=said)


def changed(told: Told) -> Sentence:
    words = _words(told)
    if "day" in (told.get("fields") or ()):
        return Sentence(_("%(what)s moved from %(old)s to %(day)s.") % {**words, "old": _day(told.get("old_day"))})
    return Sentence(_("%(who)s corrected: %(what)s, %(day)s.") % words)


def removed(told: Told) -> Sentence:
    return Sentence(_("%(who)s took out: %(what)s, %(day)s.") % _words(told))


def kept(told: Told) -> Sentence:
    return Sentence(_("%(who)s did something for the customer's day.") % {"who": told.who})


def untold(told: Told) -> None:
    """Stated for the rules: what it is about was told when it was entered."""


def register_all() -> None:
    register("occasion.noted", noted, icon="flag", kind=ARCHIVE)
    register("occasion.changed", changed, icon="flag", kind=ARCHIVE)
    register("occasion.removed", removed, icon="flag", kind=ARCHIVE)
    register("occasion.kept", kept, icon="flag", kind=CONTACTS)
    register("occasion.near", untold, icon="flag", kind=ARCHIVE)
    register("occasion.called_off", untold, icon="flag", kind=ARCHIVE)
