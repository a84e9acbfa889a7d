"""The document as its page shows it: chapters, clauses, values with what they were, figures, marks of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.kernel import slices
from weixi.kernel.slices import Kept
from weixi.organisation.scope import Viewer
from weixi.policy.document.base import Section
from weixi.policy.document.diff import Change, diff
from weixi.policy.document.labels import Lang, label
from weixi.policy.document.paths import PathError, absolute, follow, name_of, resolve, written
from weixi.policy.document.policy import Policy
from weixi.policy.document.readable import ClauseText, Span, chapters, limit_in_words
from weixi.policy.document.words import role_in_words, value_in_words
from weixi.policy.editors import Editors
from weixi.policy.forms.values import place_of
from weixi.policy.queries import version_in_force

_DIGITS = "〇一二三四五六七八九十"
_UNFIT = re.compile(r"[^0-9A-Za-z一-鿿.-]+")


def language() -> Lang:
    """The document's language for the reader."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def role_name(code: str) -> str:
    """What the policy in force calls a role or a post, in the reader's language."""
    found = version_in_force()
    return role_in_words(code, language(), found.policy if found else None)


def anchor_of(number: str) -> str:
    """A clause's place on the page."""
    return _UNFIT.sub("_", number) or "_"


def chapter_name(number: int, lang: Lang) -> str:
    """第四章, Chapter 4."""
    if lang == "en":
        return f"Chapter {number}"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return f"第{head}{_DIGITS[ones] if ones or not tens else ''}章"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence. A value has `url` where it may be edited, `was` what stands in the version it
    was made from when that is another."""

    text: str
    is_value: bool = False
    was: str = ""
    url: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A rule beside its clause: what duties it makes and how they are kept."""

    clause: str
    title: str
    limit: str
    kept: Kept
    url: str = ""


@dataclass(frozen=True, slots=True)
class ClausePart:
    text: ClauseText
    anchor: str
    pieces: tuple[Piece, ...]
    ours: str
    made: tuple[Made, ...]
    kept: Kept
    changes: int
    # How the sections it names are kept: (sentence, address).
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """(kind, from, width) in percent of the bar."""
        found, at = [], 0.0
        for kind, count in (("k", self.kept.in_time), ("l", self.kept.late), ("x", self.kept.missed)):
            if count:
                width = 100 * count / self.kept.due
                found.append((kind, round(at, 2), round(max(width - 0.6, 0.4), 2)))
                at += width
        return found


@dataclass(frozen=True, slots=True)
class ChapterPart:
    letter: str
    number: str
    title: str
    clauses: tuple[ClausePart, ...]
    changes: int


@dataclass(frozen=True, slots=True)
class Page:
    policy: Policy
    lang: Lang
    month: datetime
    chapters: tuple[ChapterPart, ...]
    changes: tuple[Change, ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict)
    # Whether it says how the clauses are kept.
    counted: bool = False


def read_page(
    policy: Policy,
    viewer: Viewer,
    now: datetime,
    *,
    base: Policy | None = None,
    edit: Editors | None = None,
    counted: bool = False,
) -> Page:
    """`base` is the version changes are counted from; `edit` the editors of a draft. `counted` puts beside each clause
    how it is kept: it goes through a month's duties, so a page that is to stand at once leaves it to a second look."""
    lang = language()
    changes = tuple(diff(base, policy)) if base is not None else ()
    figures, notes = (_figures(viewer), _notes(policy, viewer)) if counted else ({}, {})
    homes = homes_of(*([base] if base else []), policy)
    counts: dict[str, int] = {}
    for change in changes:
        home = homes.get(change.clause or "", change.clause or "")
        counts[home] = counts.get(home, 0) + 1
    parts = []
    for number, chapter in enumerate(chapters(policy, lang), start=1):
        clauses = tuple(
            _clause(policy, text, lang, figures, counts, base, edit, notes.get(text.id, ())) for text in chapter.clauses
        )
        total = sum(clause.changes for clause in clauses)
        parts.append(ChapterPart(chapter.letter, chapter_name(number, lang), chapter.title, clauses, total))
    return Page(policy, lang, now, tuple(parts), changes, _heads(policy, lang), counted)


def _figures(viewer: Viewer) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for find in slices.registry.figures.values():
        for clause, kept in find(viewer).items():
            found[clause] = found.get(clause, Kept()).plus(kept)
    return found


def _notes(policy: Policy, viewer: Viewer) -> dict[str, tuple[tuple[str, str], ...]]:
    """By clause what is said of the sections it names."""
    said: dict[str, tuple[str, str]] = {}
    for find in slices.registry.notes.values():
        said |= {name: (str(words), url) for name, (words, url) in find(viewer).items()}
    return {clause.id: tuple(said[name] for name in clause.rules if name in said) for clause in policy.clause}


def _clause(
    policy: Policy,
    text: ClauseText,
    lang: Lang,
    figures: Mapping[str, Kept],
    counts: Mapping[str, int],
    base: Policy | None,
    edit: Editors | None,
    notes: tuple[tuple[str, str], ...],
) -> ClausePart:
    made = tuple(_made(policy, name, lang, figures, edit) for name in text.rules)
    kept = Kept()
    for one in made:
        kept = kept.plus(one.kept)
    return ClausePart(
        text=text,
        anchor=anchor_of(text.id),
        pieces=tuple(_piece(policy, span, lang, base, edit) for span in text.spans),
        ours=_ours(text),
        made=made,
        kept=kept,
        changes=counts.get(text.id, 0),
        notes=notes,
    )


def _made(policy: Policy, name: str, lang: Lang, figures: Mapping[str, Kept], edit: Editors | None) -> Made:
    rule = policy.rule(name)
    assert rule is not None
    url = ""
    if edit is not None and not edit.standards_only:
        url = reverse("policy-rule", args=[edit.pk]) + "?" + urlencode({"clause": name})
    return Made(name, rule.title or name, limit_in_words(rule, lang), figures.get(name, Kept()), url)


def _piece(policy: Policy, span: Span, lang: Lang, base: Policy | None, edit: Editors | None) -> Piece:
    if not span.is_value:
        return Piece(span.text)
    assert span.path is not None
    was = ""
    if base is not None:
        try:
            keys = absolute(base, span.path)
            before = value_in_words(follow(base, keys), lang, key=str(keys[-1]), policy=base)
        except PathError:
            before = ""
        if before and before != span.text:
            was = before
    url = ""
    if edit is not None and _is_single(policy, span.path):
        url = edit.url(span.path)
    return Piece(span.text, True, was, url, span.path)


def _is_single(policy: Policy, path: str) -> bool:
    try:
        place_of(policy, path)
    except PathError:
        return False
    return True


def _ours(text: ClauseText) -> str:
    """What of the clause is not in the sources, in words."""
    note = (text.note or "").rstrip("。.")
    if text.proposal == "own":
        return note or _("Ours: the sources do not have this clause")
    if text.proposal == "policy":
        return note or _("Ours: the sources leave this to the company")
    if text.proposal == "default":
        return note or _("Ours: numbers the sources do not give are proposals")
    return note


def _heads(policy: Policy, lang: Lang) -> dict[str, str]:
    """The head of the controlled document in words."""
    found = {}
    for name in ("executing", "supervising", "editing"):
        code = getattr(policy.control, name)
        found[name] = value_in_words(code, lang, key=name, policy=policy) if code else ""
    return found


def homes_of(*policies: Policy) -> dict[str, str]:
    """Rule -> the clause it belongs to: of several that name it the one whose number it carries, else the
    first."""
    found: dict[str, str] = {}
    for policy in policies:
        for clause in policy.clause:
            for name in clause.rules:
                if name.startswith(clause.id):
                    found[name] = clause.id
                found.setdefault(name, clause.id)
    return found


def clause_place(policy: Policy, number: str) -> str | None:
    """The anchor of the clause of that number, or of the clause whose rule it is; None when there is none."""
    known = {clause.id for chapter in chapters(policy) for clause in chapter.clauses}
    home = number if number in known else homes_of(policy).get(number, "")
    return anchor_of(home) if home in known else None


def place_in_words(policy: Policy, path: str, lang: Lang) -> str:
    """Where a value stands, as people call it: 需求首次响应 · 时限. Items go by their titles, the rest by the names of keys."""
    keys = absolute(policy, path)
    words: list[str] = []
    for depth, key in enumerate(keys, start=1):
        here = follow(policy, keys[:depth])
        if isinstance(key, int):
            title = getattr(here, "title", None) or (name_of(here) if isinstance(here, Section) else None)
            # A list is named by the item that is meant.
            words[-1:] = [str(title) if title else f"{words[-1]} {key + 1}"] if words else [str(title or key + 1)]
        else:
            words.append(label(str(key), lang, written(keys[:depth])))
    return " · ".join(words)


def words_at(policy: Policy, path: str, lang: Lang) -> str:
    """The value at a path in words; empty when there is no such place."""
    try:
        value = resolve(policy, path)
    except PathError:
        return ""
    return value_in_words(value, lang, key=path.rsplit(".", 1)[-1], policy=policy)
