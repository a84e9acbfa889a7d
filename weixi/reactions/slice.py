"""Connects the table of reactions. The app stands behind the slices whose events it names."""

from __future__ import annotations

from weixi.reactions.wiring import wire

wire()
