"""Keys and counts as they come in a form or an address."""

from __future__ import annotations

# Every column of keys holds so many digits; Python itself refuses to read some thousands.
MOST_DIGITS = 18
# What the databases take for a key.
MOST_KEY = 2**63 - 1


def key_in(text: str) -> int | None:
    """The whole number that a text is, where a column could hold it; None for any other text."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= MOST_DIGITS else None
