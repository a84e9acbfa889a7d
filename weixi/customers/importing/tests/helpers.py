"""Small files and one call for tests of imports."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from weixi.customers.importing.commands import import_file
from weixi.customers.importing.engine import COUNTS
from weixi.organisation.scope import Viewer, system_viewer


def write_csv(folder: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    """A file of these lines; leading blanks of the lines are left out."""
    path = folder / name
    lines = [line.strip() for line in text.strip().splitlines()]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def take(kind: str, path: Path, viewer: Viewer | None = None, **more: Any) -> dict[str, Any]:
    """Import and assert that every row of the file is accounted for."""
    outcome = import_file(kind, path, viewer=viewer or system_viewer("cli"), **more)
    assert outcome["read"] == sum(outcome[name] for name in COUNTS)
    return outcome


def counts(outcome: dict[str, Any]) -> tuple[int, ...]:
    """(created, updated, unchanged, rejected, skipped)"""
    return tuple(outcome[name] for name in COUNTS)


def reasons(outcome: dict[str, Any]) -> list[str]:
    """The last column of the error file."""
    with Path(outcome["error_file"]).open(encoding="utf-8-sig", newline="") as stream:
        return [row[-1] for row in csv.reader(stream)][1:]


def systems_of(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """(system, kind, {column: field or "-"}) of a table of `# system | kind` and `column=field;` lines."""
    found: list[tuple[str, str, dict[str, str]]] = []
    for line in text.strip().splitlines():
        if line.startswith("# "):
            name, kind = line[2:].split(" | ")
            found.append((name, kind, {}))
        else:
            for item in line.rstrip("; ").split("; "):
                header, field = item.rsplit("=", 1)
                found[-1][2][header] = field
    return found
