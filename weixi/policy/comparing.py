"""What each change between two versions does, in words, by chapter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from weixi.policy.document.diff import Change, diff, in_words
from weixi.policy.document.labels import Lang
from weixi.policy.document.policy import Policy
from weixi.policy.document.words import value_in_words
from weixi.policy.reading import homes_of


@dataclass(frozen=True, slots=True)
class Line:
    clause: str
    kind: str
    sentence: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    lines: tuple[Line, ...]


def compared(old: Policy, new: Policy, lang: Lang) -> list[Group]:
    """The changes in the order of the chapters; what belongs to none comes first."""
    clause_of = homes_of(old, new)
    chapter_of = {clause.id: clause.chapter for policy in (old, new) for clause in policy.clause}
    titles = {one.letter: f"{one.letter} {one.title}" for policy in (old, new) for one in policy.chapter}
    groups: dict[str, list[Line]] = {letter: [] for letter in ("", *titles)}
    for change in diff(old, new):
        clause = clause_of.get(change.clause or "", change.clause or "")
        groups.setdefault(chapter_of.get(clause, ""), []).append(_line(change, clause, lang, new))
    head = _("Head and tables")
    return [Group(titles.get(letter, head), tuple(lines)) for letter, lines in groups.items() if lines]


def _line(change: Change, clause: str, lang: Lang, policy: Policy) -> Line:
    sentence = in_words(change, lang, policy)
    if change.kind != "changed" or change.key not in ("text", "note"):
        return Line(clause, change.kind, sentence)
    # Whole sentences are read one below the other, not inside a third.
    head = " ".join(part for part in (change.clause or "", change.title) if part)
    old, new = (value_in_words(value, lang, key=change.key, policy=policy) for value in (change.old, change.new))
    return Line(clause, change.kind, _("%(clause)s: the text changes") % {"clause": head}, old, new)


def sentences(old: Policy, new: Policy, lang: Lang) -> list[str]:
    """Every change as one sentence, for a toast or a list."""
    return [in_words(change, lang, new) for change in diff(old, new)]


def said(lines: Iterable[str], most: int = 2) -> str:
    """The first of these sentences and how many more there are."""
    every = list(lines)
    shown = "；".join(every[:most])
    return (
        shown if len(every) <= most else _("%(shown)s and %(more)d more") % {"shown": shown, "more": len(every) - most}
    )
