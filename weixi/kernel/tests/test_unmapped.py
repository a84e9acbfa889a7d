"""A long work reads through the cache, and what comes after it as before."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest

from weixi.kernel import unmapped


def test_the_file_is_mapped_again_afterwards(tmp_path, monkeypatch) -> None:
    database = sqlite3.connect(tmp_path / "some.sqlite3")
    database.execute("PRAGMA mmap_size=1048576")
    opened: list[bool] = []
    there = SimpleNamespace(vendor="sqlite", connection=database, ensure_connection=lambda: opened.append(True))
    monkeypatch.setattr(unmapped, "connection", there)

    def size() -> int:
        return int(database.execute("PRAGMA mmap_size").fetchone()[0])

    with unmapped.unmapped():
        assert size() == 0
    assert size() == 1048576
    with pytest.raises(KeyError), unmapped.unmapped():
        raise KeyError
    assert size() == 1048576
    assert opened
    database.close()
