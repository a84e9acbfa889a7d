"""The language of commands."""

from __future__ import annotations

import os


def speak() -> None:
    """Chinese, unless the terminal's locale is English."""
    from django.conf import settings
    from django.utils import translation

    english = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").startswith("en")
    translation.activate("en" if english else settings.LANGUAGE_CODE)
