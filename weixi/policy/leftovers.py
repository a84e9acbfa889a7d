"""Words of a draft that still say what was so before its numbers or titles were changed.

Titles and sentences of a policy are its own text: a rule called 核心客户每月深度沟通 keeps that name when the month
becomes a quarter, and everybody's list of duties says so. What to do about it is for who drafts; he is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from weixi.kernel.currencies import currency_of
from weixi.policy.document.labels import Lang
from weixi.policy.document.paths import PathError
from weixi.policy.document.policy import Policy
from weixi.policy.document.promises import overruled
from weixi.policy.document.readable import limit_in_words
from weixi.policy.document.rules import AnyRule
from weixi.policy.document.words import value_in_words
from weixi.policy.forms.values import place_of
from weixi.policy.problem_words import in_words

# A time said in a title: a number, or each so and so much.
_TIME = re.compile(
    r"\d|每|半年|季|[一二两三四五六七八九十]个?(?:天|日|周|月|年|小时)|\b(?:daily|weekly|monthly|quarterly|yearly|every)\b"
)


@dataclass(frozen=True, slots=True)
class Leftover:
    """`text` stands in the draft; `why` says what was changed under it; `url` opens an editor, where there is one."""

    text: str
    why: str
    url: str = ""


def leftovers_of(pk: int, base: Policy, draft: Policy, lang: Lang) -> list[Leftover]:
    """What the draft with this key still says of `base`, by rule and by title; nothing is repeated."""
    whys: dict[str, dict[str, None]] = {}
    urls: dict[str, str] = {}
    for each in (
        *_of_rules(pk, base, draft, lang),
        *_of_titles(pk, base, draft),
        *_of_currency(pk, base, draft, lang),
        *_of_chains(draft),
    ):
        whys.setdefault(each.text, {})[each.why] = None
        urls[each.text] = urls.get(each.text) or each.url
    return [Leftover(text, _("; ").join(said), urls[text]) for text, said in whys.items()]


def _of_rules(pk: int, base: Policy, draft: Policy, lang: Lang) -> Iterator[Leftover]:
    """Titles with a time in them, of rules whose time is another now; so of what stands beside those rules."""
    before = {rule.clause: rule for rule in base.rules}
    questions = {each.rule: each for each in draft.callback.question if each.rule}
    old_questions = {each.rule: each.title for each in base.callback.question if each.rule}
    for rule in draft.rules:
        old = before.get(rule.clause)
        if old is None or limit_in_words(old, lang) == limit_in_words(rule, lang):
            continue
        why = _("%(clause)s: %(old)s became %(new)s") % {
            "clause": rule.clause,
            "old": limit_in_words(old, lang),
            "new": limit_in_words(rule, lang),
        }
        if rule.title and rule.title == old.title and _TIME.search(rule.title):
            yield Leftover(rule.title, why, _rule_url(pk, rule))
        asked = questions.get(rule.clause)
        if asked and asked.title == old_questions.get(rule.clause) and _TIME.search(asked.title):
            yield Leftover(asked.title, why)
        yield from _of_standards(base, draft, rule, limit_in_words(old, lang), why)


def _of_chains(draft: Policy) -> Iterator[Leftover]:
    """Chains of approval that name others than the place which holds."""
    for problem in overruled(draft):
        code = problem.path.split(".")[1]
        yield Leftover(draft.approval[code].title or code, in_words(problem))


def _of_standards(base: Policy, draft: Policy, rule: AnyRule, old: str, why: str) -> Iterator[Leftover]:
    """How often the service standard of the rule's grade says one is in touch."""
    if base.grading is None or draft.grading is None:
        return
    grade = rule.where.get("grade")
    before = {each.grade: each.frequency for each in base.grading.service_standard}
    for each in draft.grading.service_standard:
        said = each.frequency or ""
        if each.grade == grade and said == before.get(each.grade) and old in said:
            yield Leftover(said, why)


def _of_titles(pk: int, base: Policy, draft: Policy) -> Iterator[Leftover]:
    """Texts that name a grade or a role as it was called."""
    renamed = dict(_renamed(base, draft))
    for text, path in _texts(draft):
        for old, new in renamed.items():
            if old in text and new not in text:
                why = _("%(old)s is called %(new)s now") % {"old": old, "new": new}
                yield Leftover(text, why, _value_url(pk, draft, path))


def _of_currency(pk: int, base: Policy, draft: Policy, lang: Lang) -> Iterator[Leftover]:
    """Texts that write the old currency behind an amount themselves; {policy.currency} follows."""
    old, new = (each.header.currency for each in (base, draft))
    if old == new:
        return
    amount = re.compile(rf"[\d}}万千百]\s*(?:{'|'.join(map(re.escape, (old, *currency_of(old)[1:])))})")
    why = _("the currency is %(new)s now") % {"new": value_in_words(new, lang, key="currency")}
    for text, path in _texts(draft):
        if amount.search(text):
            yield Leftover(text, why, _value_url(pk, draft, path))


def _renamed(base: Policy, draft: Policy) -> Iterator[tuple[str, str]]:
    if base.grading is not None and draft.grading is not None:
        names = {each.grade: each.title for each in base.grading.grade}
        for grade in draft.grading.grade:
            if grade.title != (old := names.get(grade.grade, grade.title)):
                yield old, grade.title
    roles = {each.role: each.title for each in base.organisation.role}
    for role in draft.organisation.role:
        if role.title != (was := roles.get(role.role, role.title)):
            yield was, role.title


def _texts(draft: Policy) -> Iterator[tuple[str, str]]:
    """(text, where it is edited): titles of rules, sentences of clauses, what stands beside grades."""
    for rule in draft.rules:
        yield rule.title or "", f"{rule.clause}.title"
    for clause in draft.clause:
        yield clause.text, f"clause[{clause.id}].text"
    if draft.grading is not None:
        for grade in draft.grading.grade:
            yield grade.standard or "", f"grading.grade[{grade.grade}].standard"
        for standard in draft.grading.service_standard:
            for key in ("standard", "content", "responsible", "frequency"):
                yield getattr(standard, key) or "", f"grading.service_standard[{standard.grade}].{key}"


def _rule_url(pk: int, rule: AnyRule) -> str:
    return reverse("policy-rule", args=[pk]) + "?" + urlencode({"clause": rule.clause})


def _value_url(pk: int, draft: Policy, path: str) -> str:
    try:
        place_of(draft, path)
    except PathError:
        return ""
    return reverse("policy-value", args=[pk]) + "?" + urlencode({"path": path})
