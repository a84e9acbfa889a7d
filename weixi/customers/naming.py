"""When two names are the same name: equal after NFKC and trimming, and nothing looser."""

from __future__ import annotations

import unicodedata


def name_key(name: str) -> str:
    """The form by which a row of a file finds its customer (see `Customer.name_key`)."""
    return unicodedata.normalize("NFKC", name).strip()
