"""Text that a spreadsheet would run as a formula, made harmless and back again without loss."""

from __future__ import annotations

# The full-width forms are turned into the plain ones by some spreadsheet programs on opening a CSV.
_DANGEROUS = "=+-@\t\r\0＝＋－＠"
_GUARD = "'"


def neutral(text: str) -> str:
    """`text` as it may stand in a CSV cell: an apostrophe before anything that could be taken for a formula.

    `restored(neutral(text)) == text` for every text.
    """
    if text and (text[0] in _DANGEROUS or restored(text) != text):
        return _GUARD + text
    return text


def guarded(text: str) -> str:
    """`text` for a typed text cell, which no program runs: only what `restored` would change gets an
    apostrophe.
    """
    return _GUARD + text if restored(text) != text else text


def restored(text: str) -> str:
    """The text behind the apostrophe that `neutral` (or a spreadsheet's text mark) put before a formula
    sign.
    """
    if len(text) > 1 and text[0] == _GUARD:
        bare = text.lstrip(_GUARD)
        if bare and bare[0] in _DANGEROUS:
            return text[1:]
    return text
