"""The policy as a document that people read: chapters, clauses, sentences with their values in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from weixi.policy.document.checks import PLACEHOLDER
from weixi.policy.document.labels import Lang
from weixi.policy.document.paths import PathError, absolute, follow, written
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import AnyRule, Cadence, Deadline
from weixi.policy.document.section import Proposal
from weixi.policy.document.words import duration_in_words, range_in_words, value_in_words

# Chapter of rules that no clause of the text names.
OTHER = ("Z", "其他条款")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a clause. With `path` it is a value: `path` opens its editor, `place` is the same from
    the top of the document, `clause` the rule it belongs to; without, it is plain text."""

    text: str
    path: str | None = None
    place: str | None = None
    clause: str | None = None

    @property
    def is_value(self) -> bool:
        return self.path is not None


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One clause: its sentence in spans, where it comes from, what is ours, which rules carry it out.

    `note` has its values filled in. `rules` are clauses of rules (they make duties); `sections` the other places
    that carry it out.
    """

    id: str
    title: str
    spans: tuple[Span, ...]
    source: str | None = None
    proposal: Proposal | None = None
    note: str | None = None
    rules: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Chapter:
    letter: str
    title: str
    clauses: tuple[ClauseText, ...]


def chapters(policy: Policy, lang: Lang = "zh") -> list[Chapter]:
    """The document in its order. Rules that no clause names come last, in words of their own."""
    known = {rule.clause for rule in policy.rules}
    named: set[str] = set()
    written_out: dict[str, list[ClauseText]] = {chapter.letter: [] for chapter in policy.chapter}
    for clause in policy.clause:
        rules = tuple(name for name in clause.rules if name in known)
        named.update(rules)
        written_out[clause.chapter].append(
            ClauseText(
                id=clause.id,
                title=clause.title,
                spans=tuple(spans(policy, clause.text, lang)),
                source=clause.source,
                proposal=clause.proposal,
                note="".join(span.text for span in spans(policy, clause.note, lang)) if clause.note else None,
                rules=rules,
                sections=tuple(name for name in clause.rules if name not in known),
            )
        )
    found = [Chapter(one.letter, one.title, tuple(written_out[one.letter])) for one in policy.chapter]
    rest = tuple(_of_rule(policy, rule, lang) for rule in policy.rules if rule.clause not in named)
    return [*found, Chapter(*OTHER, rest)] if rest else found


def spans(policy: Policy, text: str, lang: Lang = "zh") -> Iterator[Span]:
    """`text` cut at its `{placeholders}`; one that leads nowhere is shown as it stands."""
    at = 0
    for found in PLACEHOLDER.finditer(text):
        if found.start() > at:
            yield Span(text[at : found.start()])
        yield _value(policy, found.group(1), lang) or Span(found.group())
        at = found.end()
    if at < len(text):
        yield Span(text[at:])


def _value(policy: Policy, path: str, lang: Lang) -> Span | None:
    try:
        keys = absolute(policy, path)
        value = follow(policy, keys)
    except PathError:
        return None
    shown = value_in_words(value, lang, key=str(keys[-1]), policy=policy)
    rule = follow(policy, keys[:2]) if keys[0] in ("deadline", "cadence", "node") and len(keys) > 2 else None
    return Span(shown, path, written(keys), rule.clause if rule is not None else None)


def _of_rule(policy: Policy, rule: AnyRule, lang: Lang) -> ClauseText:
    """A rule without a text of its own, said from its keys."""
    colon, stop = ("：", "。") if lang == "zh" else (": ", ".")
    pieces: list[Span] = [Span(f"{rule.title or rule.clause}{colon}")]
    if isinstance(rule, Deadline) and rule.after is not None and rule.within is not None:
        pieces += [*_key(policy, rule, "after", lang), Span("—"), *_key(policy, rule, "within", lang)]
    elif isinstance(rule, Deadline) and rule.within is not None:
        pieces += _key(policy, rule, "within", lang)
        pieces.append(Span("内" if lang == "zh" else ""))
    elif isinstance(rule, Deadline):
        pieces.append(Span("按约定日期" if lang == "zh" else "on the date agreed"))
    elif isinstance(rule, Cadence):
        pieces += [Span("每" if lang == "zh" else "every "), *_key(policy, rule, "every", lang)]
        pieces += [Span("至少" if lang == "zh" else ", at least "), *_key(policy, rule, "times", lang)]
        pieces.append(Span("次" if lang == "zh" else " times"))
    elif rule.before is not None:
        pieces += [Span("提前" if lang == "zh" else "noticed "), *_key(policy, rule, "before", lang)]
        pieces.append(Span("提醒" if lang == "zh" else " before"))
    else:
        pieces.append(Span("当日" if lang == "zh" else "on the day"))
    pieces.append(Span(stop))
    return ClauseText(
        id=rule.clause,
        title=rule.title,
        spans=tuple(piece for piece in pieces if piece.text),
        source=rule.source or None,
        rules=(rule.clause,),
    )


def _key(policy: Policy, rule: AnyRule, key: str, lang: Lang) -> list[Span]:
    span = _value(policy, f"{rule.clause}.{key}", lang)
    return [span] if span is not None else [Span(str(getattr(rule, key)))]


def limit_in_words(rule: AnyRule, lang: Lang = "zh") -> str:
    """The rule's time in a few words, for lists: 2 小时, 4—6 个月, 季度, 提前 3 天."""
    if isinstance(rule, Deadline):
        if rule.within is None:
            return "按约定日期" if lang == "zh" else "as agreed"
        if rule.after is not None:
            return range_in_words(rule.after, rule.within, lang)
        return duration_in_words(rule.within, lang)
    if isinstance(rule, Cadence):
        return value_in_words(rule.every, lang, key="every")
    if rule.before is None:
        return "当日" if lang == "zh" else "on the day"
    days = duration_in_words(rule.before, lang)
    return f"提前 {days}" if lang == "zh" else f"{days} before"
