"""The policies that come with the product: the standard one, and presets laid over it.

An overlay is a small TOML file: `[overlay]` says which grade of the standard policy stands for which
of its own and which rules fall away; every other section replaces or adds to the standard one —
items of a list by their name (clause, key, code ...), `[grading]` as a whole.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, get_args

from weixi.policy.document.grading import Preset
from weixi.policy.document.load import load_policy, policy_of
from weixi.policy.document.policy import Policy

SHIPPED = Path(__file__).resolve().parent.parent / "shipped"
PRESETS: tuple[str, ...] = get_args(Preset)
_NAMES = ("id", "key", "code", "grade", "clause")
# Keys under which grade codes stand.
_GRADE_KEYS = frozenset({"grade", "grades", "required_for", "bulk_greeting_grades"})


@cache
def build_shipped(preset: str = "quadrant") -> Policy:
    """The full document of a preset: `quadrant` (the standard), `spend` or `vip`. Raises KeyError else."""
    if preset not in PRESETS:
        raise KeyError(preset)
    standard = SHIPPED / "standard.toml"
    if preset == "quadrant":
        return load_policy(standard)
    base = tomllib.loads(standard.read_text("utf-8"))
    overlay = tomllib.loads((SHIPPED / "presets" / f"{preset}.toml").read_text("utf-8"))
    return policy_of(_laid_over(base, overlay))


def _laid_over(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    rules = overlay.pop("overlay")
    base.pop("grading")
    for kind in ("deadline", "cadence", "node"):
        base[kind] = [rule for rule in base[kind] if rule["clause"] not in rules["drop"]]
    base = _with_grades(base, rules["grades"])
    _merge(base, overlay)
    return base


def _with_grades(value: Any, grades: dict[str, list[str]], path: tuple[str, ...] = ()) -> Any:
    """`value` with the grade codes under grade keys replaced; a condition may come to mean several."""
    if isinstance(value, dict):
        return {name: _with_grades(item, grades, (*path, name)) for name, item in value.items()}
    under_grade = bool(path) and path[-1] in _GRADE_KEYS
    if isinstance(value, list):
        if under_grade and all(isinstance(item, str) for item in value):
            return [new for old in value for new in grades.get(old, [old])]
        return [_with_grades(item, grades, path) for item in value]
    if under_grade and value in grades:
        new = grades[value]
        return new if "where" in path and len(new) > 1 else new[0]
    return value


def _merge(base: dict[str, Any], overlay: dict[str, Any]) -> None:
    for key, value in overlay.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _merge(base[key], value)
        elif isinstance(value, list) and value and isinstance(value[0], dict) and key in base:
            base[key] = _merged_lists(base[key], value)
        else:
            base[key] = value


def _merged_lists(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    name = next(name for name in _NAMES if name in new[0])
    fresh = {item[name]: item for item in new}
    kept = [fresh.pop(item[name]) if item[name] in fresh else item for item in old]
    return [*kept, *fresh.values()]
