"""Values without a column of their own, kept in the remark as lines `标签：值`, found again and never doubled."""

from __future__ import annotations

from collections.abc import Mapping

SIGN = "："


def split_remark(remark: str, labels: frozenset[str]) -> tuple[str, dict[str, str]]:
    """(the text people wrote, {label: value}) of a remark."""
    if SIGN not in remark:
        return remark.strip("\n"), {}
    text: list[str] = []
    kept: dict[str, str] = {}
    for line in remark.split("\n"):
        label, sign, value = line.partition(SIGN)
        if sign and label in labels and label not in kept:
            kept[label] = value
        else:
            text.append(line)
    return "\n".join(text).strip("\n"), kept


def join_remark(text: str, kept: Mapping[str, str]) -> str:
    """The remark with its kept lines behind the text."""
    lines = [f"{label}{SIGN}{' '.join(value.split())}" for label, value in kept.items() if value]
    return "\n".join([text, *lines] if text else lines)
