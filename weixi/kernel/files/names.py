"""Names of files as people gave them: kept to be read, never to be opened."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

LONGEST = 120
# Device names of Windows; a download of that name cannot be saved there.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def shown_name(given: str, suffix: str) -> str:
    """The last part of the given name without what has a meaning in paths or headers, ending with `suffix`.

    `..\\..\\报价 单.html;.png` with `png` -> `报价 单.html;.png` and for a PDF `报价 单.html;.pdf`.
    """
    text = unicodedata.normalize("NFC", given.replace("\\", "/")).rsplit("/", 1)[-1]
    text = "".join(sign for sign in text if not unicodedata.category(sign).startswith("C") and sign not in '<>:"|?*')
    stem = text.rpartition(".")[0] if "." in text.strip(". ") else text
    stem = stem.strip(". ")[:LONGEST]
    if not stem or stem.split(".")[0].lower() in _DEVICES:
        stem = f"file-{stem}".rstrip("-")
    return f"{stem}.{suffix}"


def disposition(name: str, *, inline: bool = False) -> str:
    """Content-Disposition by RFC 6266: a plain name for old clients, the true one in UTF-8."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_. ") else "_" for sign in name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
