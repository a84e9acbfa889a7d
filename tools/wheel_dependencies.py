"""Hatch metadata hook: the wheel's dependencies are the lines of req/base.in, written down once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


def requirements(text: str) -> list[str]:
    """The requirement of each line, without comments and options."""
    lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("-")]


class DependenciesHook(MetadataHookInterface):
    """Fills in `dependencies`, which pyproject.toml declares dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = (Path(self.root) / "req" / "base.in").read_text(encoding="utf-8")
        metadata["dependencies"] = requirements(text)
