"""A key that stands in the policy and that nothing reads is a promise nobody keeps: it is found here.

What is looked for is the attribute's name, anywhere in the program but in the document's own model. A name that is common
elsewhere (`title`) passes without proof; one that is found nowhere is certainly not read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import weixi
from weixi.policy.document.base import Section
from weixi.policy.document.plain import CITATION
from weixi.policy.document.policy import Policy

ROOT = Path(weixi.__file__).parent
DOCUMENT = ROOT / "policy" / "document"
# Of the document's own files these act: what is refused because nobody would do it, and what the engine asks the document.
ACTS = {DOCUMENT / "promises.py", DOCUMENT / "policy.py"}
# Sections whose screens are still to come: nothing of them need be read yet.
LATER = frozenset(
    {
        "Callback", "CallbackRetry", "Case", "Conference", "Course", "Discount", "Encouragement", "Gift",
        "GiftClass", "GiftDelivery", "Lead", "LeadGrade", "Lifecycle", "LifecycleStage", "Metric", "Outreach", "Plan",
        "PlanDuty", "PlanStep", "Referral", "Review", "Reward", "Stage", "Suggestion", "SuggestionResult",
        "SuggestionTime", "Survey", "Target", "Training", "Upgrade", "UpgradePath", "Visit", "VisitClass",
    }
)  # fmt: skip
# Single keys of sections that are at work.
UNREAD = {
    # Whole sections that come later.
    ("Policy", "case"), ("Policy", "survey"), ("Policy", "upgrade"), ("Policy", "suggestion"),
    ("Policy", "lead"), ("Policy", "stage"), ("Policy", "appraisal"), ("Policy", "review"), ("Policy", "outreach"),
    ("Policy", "training"),
    # With the self-service channel and third-party enrichment.
    ("Grade", "self_service"), ("Archive", "enrichment"), ("Enrichment", "ways"),
    # Another value than the one there is cannot be written: a cadence is aligned to the calendar.
    ("Cadence", "mode"),
    # With the programmes and the budget.
    ("Organisation", "programme_approval"), ("Organisation", "resources"), ("Department", "leads"),
    # The conference, greetings in bulk and the self-service channel come later.
    ("Care", "conference"), ("Care", "self_service"), ("Care", "bulk_greeting_grades"),
    # Documents of before only.
    ("Personal", "request_answered_within"),
}  # fmt: skip


def models() -> Iterator[type[Section]]:
    """Every typed part of a policy."""
    seen: set[type[Section]] = set()
    todo: list[type[Section]] = [Policy]
    while todo:
        model = todo.pop()
        if model in seen:
            continue
        seen.add(model)
        yield model
        inside = [info.annotation for info in model.model_fields.values()]
        while inside:
            part = inside.pop()
            if isinstance(part, type) and issubclass(part, Section):
                todo.append(part)
            inside += get_args(part)


def names_read() -> set[str]:
    """Every name that stands behind a dot in the program or in a page."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        if (path.is_relative_to(DOCUMENT) and path not in ACTS) or {"tests", "testing", "migrations"} & set(path.parts):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for path in ROOT.rglob("*.html"):
        found |= set(re.findall(r"\.(\w+)", path.read_text(encoding="utf-8")))
    return found


def keys() -> set[tuple[str, str]]:
    return {(model.__name__, key) for model in models() for key in model.model_fields if key not in CITATION}


def test_every_key_of_the_policy_is_read_somewhere() -> None:
    read = names_read()
    unread = {(model, key) for model, key in keys() if key not in read and model not in LATER}
    assert unread - UNREAD == set(), "carry these out, or say here when they will be"


def test_the_exceptions_name_what_there_is() -> None:
    known = keys()
    assert known >= UNREAD
    assert {model for model, _key in known} >= LATER
