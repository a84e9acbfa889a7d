"""Why a customer's grade changes: which indicators moved, the strongest first. Kept as codes and values;
`words` tells them in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from weixi.grading.ladders import AMOUNT, Figure
from weixi.grading.scorecard import PLACES, ZERO, Evaluation
from weixi.policy.document.grading import Grading

MOST = 3
Reason = dict[str, str]


def as_text(figure: Figure) -> str:
    """A fact or score as exact text; what is stored with a result."""
    if isinstance(figure, Decimal):
        return f"{figure:f}"
    return figure.isoformat() if hasattr(figure, "isoformat") else str(figure)


def find_reasons(
    grading: Grading,
    found: Evaluation,
    facts: Mapping[str, str],
    old_facts: Mapping[str, str] | None,
    old_scores: Mapping[str, str] | None,
) -> list[Reason]:
    """What to tell of a customer who moves.

    With an earlier result: the indicators whose weighted score changed most, and the year's amount where
    the preset goes by it. Without one: what weighs most now.
    """
    old_scores = old_scores or {}
    weighed: list[tuple[Decimal, int, Reason]] = []
    for place, (row, score) in enumerate(zip(grading.indicator, found.scores, strict=True)):
        new = _shown(row.judged, score, facts.get(row.key))
        before = old_scores.get(row.key)
        old = (before if row.judged else (old_facts or {}).get(row.key)) or ""
        if new is None and not old:
            continue
        change = abs((score or ZERO) - Decimal(before or 0)) * row.weight
        if old_facts is None or change:
            weighed.append((-change, place, {"key": row.key, "old": old, "new": new or ""}))
    reasons = [reason for _, _, reason in sorted(weighed, key=lambda item: item[:2])]
    if grading.preset != "quadrant" and (amount := facts.get(AMOUNT)) is not None:
        reasons = [reason for reason in reasons if reason["key"] != AMOUNT]
        old = (old_facts or {}).get(AMOUNT, "")
        if old != amount:
            reasons.insert(0, {"key": AMOUNT, "old": old, "new": amount})
    return reasons[:MOST]


def _shown(judged: bool, score: Decimal | None, fact: str | None) -> str | None:
    if judged:
        return None if score is None else f"{score:f}"
    return fact


def scores_by_key(grading: Grading, scores: Sequence[Decimal | None]) -> dict[str, str]:
    """Known scores as text, rounded to two places."""
    return {
        row.key: _score_text(score) for row, score in zip(grading.indicator, scores, strict=True) if score is not None
    }


# Bands and levels give the same few scores to everybody.
@lru_cache(maxsize=1024)
def _score_text(score: Decimal) -> str:
    return f"{score.quantize(PLACES):f}" if score != score.to_integral_value() else str(int(score))
