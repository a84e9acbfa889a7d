"""What can only be judged over the whole document: references between its sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice
from typing import Any, get_args

from pydantic_core import PydanticCustomError

from weixi.kernel.roles import ROLE_NAMES
from weixi.policy.document.base import Section
from weixi.policy.document.care import STAGE_CODES
from weixi.policy.document.paths import PathError, resolve
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import Problem
from weixi.policy.document.rules import check_rules
from weixi.policy.document.section import Cited, Ref

MOST_PROBLEMS = 100
# Beyond so many names a slip is not looked for: it would take too long.
MOST_NAMES = 200
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
TEXTS_OF_GRADES = ("standard", "strategy", "content", "responsible", "frequency", "measure")


def near(value: str, names: Iterable[str]) -> str | None:
    """The name that differs from `value` by a slip, or None."""
    best: tuple[int, str] | None = None
    for name in islice(names, MOST_NAMES):
        distance = _distance(value.lower(), name.lower(), 3)
        if distance <= max(1, min(3, len(name) // 3)) and (best is None or (distance, name) < best):
            best = (distance, name)
    return best[1] if best else None


def _distance(a: str, b: str, limit: int) -> int:
    """Edit distance with neighbours swapped counted as one, cut off above `limit`."""
    if abs(len(a) - len(b)) > limit or len(a) > 80:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        fresh = [i]
        for j, y in enumerate(b, start=1):
            cost = min(row[j] + 1, fresh[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            fresh.append(cost)
        before, row = row, fresh
    return row[-1]


def check(policy: Policy) -> list[Problem]:
    """Faults between sections, at most 100; empty when the document holds together."""
    found = chain(
        _rules(policy),
        _grade_names(policy),
        _unique(policy),
        _references(policy),
        _clauses(policy),
        _texts_of_grades(policy),
    )
    return list(islice(found, MOST_PROBLEMS))


def _rules(policy: Policy) -> Iterator[Problem]:
    try:
        check_rules(policy.calendar, policy.deadline, policy.cadence, policy.node)
    except PydanticCustomError as error:
        context = dict(error.context or {})
        params = {str(name): str(value)[:200] for name, value in context.items()}
        yield Problem(
            error.type,
            str(context.get("key", "")),
            error.message(),
            clause=context.get("value"),
            sentence=params.pop("sentence", ""),
            params=params,
        )


def _conditions(policy: Policy) -> Iterator[tuple[str, str, str, Any]]:
    """(path, clause, name, value) of every `where` entry that speaks of the customer's state."""
    for kind in ("deadline", "cadence", "node"):
        for place, rule in enumerate(getattr(policy, kind)):
            for name, value in rule.where.items():
                yield f"{kind}[{place}].where.{name}", rule.clause, name, value


def _grade_names(policy: Policy) -> Iterator[Problem]:
    """Grade and lifecycle names are known only when [grading] says which world this is; a policy that lists no
    lifecycle stages has the usual ones."""
    if policy.grading is None:
        return
    stages = tuple(stage.code for stage in policy.lifecycle.stage)
    known = {"grade": policy.grading.grades, "lifecycle": stages or STAGE_CODES}
    for path, clause, name, value in _conditions(policy):
        for single in value if isinstance(value, tuple) else (value,):
            if name in known and single not in known[name]:
                yield _unknown(f"unknown_{name}", path, name, single, known[name], clause)
    for place, field in enumerate(policy.archive.field):
        for code in field.required_for:
            if code not in (*policy.grading.grades, "all"):
                path = f"archive.field[{place}].required_for"
                yield _unknown("unknown_grade", path, "grade", code, (*policy.grading.grades, "all"))


def _unknown(
    code: str, path: str, what: str, value: object, allowed: tuple[str, ...], clause: str | None = None
) -> Problem:
    text = str(value)
    return Problem(
        code,
        path,
        f'unknown {what} "{text[:60]}"; allowed: {", ".join(allowed) or "none is defined"}',
        allowed=allowed,
        hint=near(text, allowed),
        clause=clause,
        params={"value": text[:60]},
    )


def _unique(policy: Policy) -> Iterator[Problem]:
    for path, items in lists_of(policy, ""):
        name = next((n for n in ("id", "key", "code", "letter", "number") if n in type(items[0]).model_fields), None)
        if name is None or path in ("deadline", "cadence", "node"):
            continue
        seen: dict[object, int] = {}
        for place, item in enumerate(items):
            value = getattr(item, name)
            first = seen.setdefault(value, place)
            if first != place:
                yield Problem("twice", f"{path}[{place}].{name}", f'"{value}" stands twice, first at {path}[{first}]')


def lists_of(model: Section, path: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every non-empty list of tables in the document with its path."""
    for name, value in _children(model):
        place = f"{path}.{name}" if path else name
        if isinstance(value, Section):
            yield from lists_of(value, place)
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, Section):
                    yield from lists_of(item, f"{place}.{key}")
        elif isinstance(value, tuple) and value and isinstance(value[0], Section):
            yield place, value
            for number, item in enumerate(value):
                yield from lists_of(item, f"{place}[{number}]")


def sections_of(model: Section, path: str = "") -> Iterator[tuple[str, Section]]:
    """Every table of the document with its path, the document itself first."""
    yield path, model
    for name, value in _children(model):
        place = f"{path}.{name}" if path else name
        if isinstance(value, Section):
            yield from sections_of(value, place)
        elif isinstance(value, dict):
            for key, item in value.items():
                if isinstance(item, Section):
                    yield from sections_of(item, f"{place}.{key}")
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, Section):
                    yield from sections_of(item, f"{place}[{number}]")


def _children(model: Section) -> Iterator[tuple[str, Any]]:
    for name, info in type(model).model_fields.items():
        yield info.alias or name, getattr(model, name)


@cache
def refs_of(model: type[Section]) -> dict[str, str]:
    """{key: what it names} of the fields of one kind of table that refer elsewhere."""
    found = {}
    for name, info in model.model_fields.items():
        ref = next((m for m in info.metadata if isinstance(m, Ref)), None) or _ref_in(info.annotation)
        if ref is not None:
            found[name] = ref.to
    return found


def _ref_in(annotation: Any) -> Ref | None:
    for mark in getattr(annotation, "__metadata__", ()):
        if isinstance(mark, Ref):
            return mark
    inner = (_ref_in(part) for part in get_args(annotation))
    return next((ref for ref in inner if ref is not None), None)


def _targets(policy: Policy) -> dict[str, tuple[str, ...]]:
    """What each kind of reference may name; a kind left out is not judged in this document."""
    org = policy.organisation
    targets = {
        "role": tuple(sorted(ROLE_NAMES)) + tuple(post.code for post in org.position),
        "metric": tuple(metric.key for metric in policy.metric),
        "approval": tuple(policy.approval),
        "rule": tuple(rule.clause for rule in policy.rules),
        "visit_class": tuple(policy.visit.classes),
        "gift_class": tuple(policy.gift.classes),
    }
    if org.department:
        targets["department"] = tuple(item.code for item in org.department)
    if policy.grading is not None:
        targets["grade"] = policy.grading.grades
    return targets


_CALLED = {"approval": "approval chain", "rule": "rule clause"}


def _references(policy: Policy) -> Iterator[Problem]:
    targets = _targets(policy)
    for path, section in sections_of(policy):
        for key, kind in refs_of(type(section)).items():
            value = getattr(section, key)
            for code in value if isinstance(value, tuple) else (value,):
                if code is not None and kind in targets and code not in targets[kind]:
                    called = _CALLED.get(kind, kind.replace("_", " "))
                    place = f"{path}.{key}" if path else key
                    yield _unknown(f"unknown_{kind}", place, called, code, targets[kind])


def _clauses(policy: Policy) -> Iterator[Problem]:
    """Citations, chapters, named rules and placeholders of the readable text."""
    if not policy.clause:
        return
    ids = tuple(clause.id for clause in policy.clause)
    letters = tuple(chapter.letter for chapter in policy.chapter)
    for path, section in sections_of(policy):
        cited = section.clause if isinstance(section, Cited) else getattr(section, "basis", None)
        if isinstance(cited, str) and cited not in ids:
            key = "clause" if isinstance(section, Cited) else "basis"
            yield _unknown("dangling_clause", f"{path}.{key}", "clause", cited, ids)
    for place, clause in enumerate(policy.clause):
        here = f"clause[{place}]"
        if clause.chapter not in letters:
            yield _unknown("dangling_chapter", f"{here}.chapter", "chapter", clause.chapter, letters, clause.id)
        yield from _named_rules(policy, here, clause.id, clause.rules)
        for found in PLACEHOLDER.finditer(clause.text):
            try:
                resolve(policy, found.group(1))
            except PathError as error:
                yield Problem("dangling_placeholder", f"{here}.text", str(error), clause=clause.id)


def _texts_of_grades(policy: Policy) -> Iterator[Problem]:
    """Placeholders of the sentences beside grades."""
    if policy.grading is None:
        return
    rows: list[tuple[str, int, Section]] = [("grade", *row) for row in enumerate(policy.grading.grade)]
    rows += [("service_standard", *row) for row in enumerate(policy.grading.service_standard)]
    for name, place, row in rows:
        for key in TEXTS_OF_GRADES:
            for found in PLACEHOLDER.finditer(getattr(row, key, None) or ""):
                try:
                    resolve(policy, found.group(1))
                except PathError as error:
                    yield Problem("dangling_text", f"grading.{name}[{place}].{key}", str(error))


def _named_rules(policy: Policy, here: str, clause: str, rules: tuple[str, ...]) -> Iterator[Problem]:
    clauses = tuple(rule.clause for rule in policy.rules)
    for name in rules:
        if name in clauses:
            continue
        try:
            resolve(policy, name)
        except PathError:
            yield Problem(
                "dangling_rule",
                f"{here}.rules",
                f'"{name}" is neither the clause of a rule nor a path of this document',
                hint=near(name, clauses),
                clause=clause,
            )


__all__ = ["PLACEHOLDER", "check", "lists_of", "near", "sections_of"]
