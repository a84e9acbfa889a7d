"""The texts beside grades with their values in place: a number is written once, where it decides."""

from __future__ import annotations

from collections.abc import Iterator

from weixi.policy.document.base import Section
from weixi.policy.document.grading import Grading
from weixi.policy.document.policy import Policy
from weixi.policy.document.readable import spans

# What of a grade and of its row in the service standard table is a sentence.
GRADE = ("standard", "strategy")
SERVICE = ("standard", "content", "responsible", "frequency", "measure")


def filled(policy: Policy, text: str) -> str:
    """`text` with the value of this policy in place of each `{placeholder}`, in the document's own language."""
    return "".join(span.text for span in spans(policy, text)) if "{" in text else text


def filled_grading(policy: Policy) -> Grading | None:
    """The grading section as people read it; the same section where no text of it has a placeholder."""
    section = policy.grading
    if section is None or not any("{" in text for _path, text in grading_texts(section)):
        return section
    grades = tuple(_filled_row(policy, row, GRADE) for row in section.grade)
    services = tuple(_filled_row(policy, row, SERVICE) for row in section.service_standard)
    return section.model_copy(update={"grade": grades, "service_standard": services})


def _filled_row(policy: Policy, row: Section, keys: tuple[str, ...]) -> Section:
    return row.model_copy(update={key: filled(policy, text) for key in keys if (text := getattr(row, key))})


def grading_texts(section: Grading) -> Iterator[tuple[str, str]]:
    """(place, text) of every sentence beside a grade."""
    for name, rows, keys in (("grade", section.grade, GRADE), ("service_standard", section.service_standard, SERVICE)):
        for place, row in enumerate(rows):
            for key in keys:
                if text := getattr(row, key):
                    yield f"grading.{name}[{place}].{key}", text
