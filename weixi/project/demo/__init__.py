"""The demo company: `weixi demo`."""

from __future__ import annotations

from weixi.project.demo.build import build

__all__ = ["build"]
