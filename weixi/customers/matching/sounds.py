"""How a name sounds, as one text."""

from __future__ import annotations

from functools import lru_cache

from weixi.kernel.pinyin import syllables


# A portion of a scan asks for the same names again and again.
@lru_cache(maxsize=32768)
def spoken(text: str) -> str:
    """The readings of a name's characters with blanks between; the text itself where there are none."""
    return " ".join(syllables(text, surname=False)) or text
