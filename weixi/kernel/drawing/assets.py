"""The built files under their hashed names."""

from __future__ import annotations

import json
from functools import lru_cache

from django.conf import settings
from django.templatetags.static import static


@lru_cache(maxsize=1)
def _manifest(stamp: float) -> dict[str, str]:
    return dict(json.loads((settings.ASSETS / "manifest.json").read_text(encoding="utf-8")))


def asset_url(name: str) -> str:
    """The address of `app.js`, `style.css`, `icons.svg` … as built.

    Raises RuntimeError with the way out when the front end was never built.
    """
    return _built(name, _stamp()) if settings.DEBUG else _as_started(name)


@lru_cache(maxsize=64)
def _as_started(name: str) -> str:
    """Outside development the files do not change while the process lives; a page asks hundreds of times."""
    return _built(name, _stamp())


def _stamp() -> float:
    try:
        return (settings.ASSETS / "manifest.json").stat().st_mtime
    except FileNotFoundError:
        raise RuntimeError("The front end is not built yet: run `make assets`.") from None


def _built(name: str, stamp: float) -> str:
    return static("dist/" + _manifest(stamp)[name])
