"""Reads of interactions: viewer first, already scoped."""

from __future__ import annotations

from weixi.interactions.queries.recent import recent_customers

__all__ = ["recent_customers"]
