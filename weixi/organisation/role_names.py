"""What the company calls its roles (O-9): on Chinese pages the titles of the policy in force, else the program's names.

The policy stands above this slice and is asked once a request anyway (`web.middleware`), so names cost no query.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

_NONE: Mapping[str, str] = MappingProxyType({})
_titles: ContextVar[Mapping[str, str]] = ContextVar("role_titles", default=_NONE)


def name_roles(titles: Mapping[str, str]) -> None:
    """From here on, in this request or piece of work, these are the titles of roles, by their codes."""
    _titles.set(titles)


def _name(code: str, plain: Any) -> str:
    title = _titles.get().get(code) if (get_language() or "").startswith("zh") else ""
    return title or str(plain)


# (code, the program's name) -> the name as it is whenever it is shown.
named: Any = lazy(_name, str)
