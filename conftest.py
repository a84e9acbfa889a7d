"""Shared fixtures stand in `weixi.testing.fixtures`; `weixi.testing.plugin` chooses the database."""

from __future__ import annotations

pytest_plugins = ["weixi.testing.fixtures"]
