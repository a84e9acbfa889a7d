"""Standard output and error as a command finds them: closed, full, or in an encoding without Chinese."""

from __future__ import annotations

import codecs
import io
import os
import sys
from pathlib import Path


def prepare() -> None:
    """A closed stream takes everything and keeps nothing; what an encoding has no sign for is written escaped
    (in JSON that is the same text), and plain ASCII becomes UTF-8."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            plain = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if plain else None, errors="backslashreplace")


def let_go_of_output() -> None:
    """What is still held for a standard output that takes nothing more is dropped, not tried again at exit."""
    out = sys.__stdout__
    if out is not None and out is sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
