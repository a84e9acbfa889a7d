"""Numbers of clauses stand in the policy: a company that numbers its clauses otherwise is never shown ours."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import weixi
from weixi.policy.document.citing import clause_of, clause_on
from weixi.policy.document.dump import dump_policy
from weixi.policy.document.load import load_policy
from weixi.policy.document.shipped import build_shipped

ROOT = Path(weixi.__file__).parent
NUMBER = re.compile(r"[A-Z]-\d{1,2}[a-z]?")
QUOTED = re.compile(rf"[\"'](?:{NUMBER.pattern})[\"']")
APART = {"tests", "testing", "migrations", "shipped", "locale", "static"}
# Drawings of the style guide: samples, no statements.
SAMPLES = {"web/templates/web/parts/kit.html"}


def texts_of(path: Path) -> Iterator[str]:
    if path.suffix == ".html":
        yield from QUOTED.findall(path.read_text(encoding="utf-8"))
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NUMBER.fullmatch(node.value):
            yield node.value


def test_no_number_of_a_clause_stands_in_the_program() -> None:
    found = {
        str(path.relative_to(ROOT)): numbers
        for suffix in ("*.py", "*.html")
        for path in ROOT.rglob(suffix)
        if not APART.intersection(path.parts) and str(path.relative_to(ROOT)) not in SAMPLES
        if (numbers := list(texts_of(path)))
    }
    assert found == {}, "ask the policy in force: `clause_in_force`, `{% clause_of %}`"


def test_a_number_would_be_found(tmp_path) -> None:
    code, page = tmp_path / "a.py", tmp_path / "a.html"
    code.write_text('"""A-5: said in words."""\nlabel = "A-5"\nnumber = "C-00217"\n', encoding="utf-8")
    page.write_text('{% clause "O-6" %} {% clause line.clause %}', encoding="utf-8")
    assert list(texts_of(code)) == ["A-5"] and list(texts_of(page)) == ['"O-6"']


PLACES = {
    "archive.group[business]": "A-2", "archive.record_card": "A-13", "archive.card": "A-9", "archive": "A-5",
    "approval.policy": "O-6", "security.backup": "D-4", "security.audit": "D-3", "security.personal": "D-1",
    "approval.grading_run": "G-5", "grading.fall": "G-5", "grading.service_standard": "G-11", "grading.collected_by": "G-9",
    "grading.indicator": "G-1",
}  # fmt: skip


def test_places_of_the_shipped_policy() -> None:
    policy = build_shipped("quadrant")
    assert {path: clause_of(policy, path) for path in PLACES} == PLACES
    assert clause_on(policy, "customer.owner_changed") == "O-3"
    assert clause_of(policy, "archive.card.contents") == "A-9"
    assert clause_of(policy, "nothing.of.this") is None and clause_on(policy, "nothing.happened") is None


@pytest.mark.parametrize("path", sorted(PLACES))
def test_a_company_that_numbers_otherwise_is_shown_its_own_numbers(path) -> None:
    text = dump_policy(build_shipped("quadrant"))
    number = PLACES[path]
    # Its own number instead of ours wherever it stands: citations, rules, the text.
    renamed = load_policy(re.sub(rf"(?<![\w-]){number}(?![\w])", "Z-9", text))
    assert clause_of(renamed, path) == "Z-9"
