"""What must not be in a tracked file: addresses of registries, machine paths, third-party builds."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Put together from halves, so that this file does not name what it looks for.
HOSTS = re.compile(
    r"(py" r"pi|python" r"hosted|npm" r"js|yarn" r"pkg)\.(org|com)|\"resolved\": *\"http|file:" r"///", re.IGNORECASE
)


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in names.decode().split("\0") if name]


def test_no_tracked_file_names_a_registry() -> None:
    found = []
    for path in tracked():
        if path.suffix in {".png", ".jpg", ".ico"} or not path.is_file():
            continue
        if HOSTS.search(path.read_text(encoding="utf-8", errors="ignore")):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_no_third_party_build_is_tracked() -> None:
    bad = re.compile(r"(\.min\.(js|css)|node_modules/|/vendor/|\.woff2?)$")
    assert [str(path) for path in tracked() if bad.search(str(path))] == []
