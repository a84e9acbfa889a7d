"""Typesets one paper as PDF, in a process of its own (see `pdf.py`): JSON comes in, the file goes out.

Started as a file, so it imports nothing of the application.
"""

from __future__ import annotations

import json
import sys

import typst

asked = json.loads(sys.stdin.buffer.read())
made = typst.compile(
    asked["template"], root=asked["root"], font_paths=[asked["fonts"]], ignore_system_fonts=asked["own_fonts"],
    sys_inputs={"paper": asked["paper"]}, format="pdf",
)  # fmt: skip
assert isinstance(made, bytes)
sys.stdout.buffer.write(made)
