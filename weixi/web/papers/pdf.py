"""The paper as PDF: typeset by typst from plain data, so that no text of a customer is ever markup."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pylopdf_fonts_zh_cn

from weixi.web.papers.content import Paper, as_data

TEMPLATE = Path(__file__).with_name("paper.typ")
TYPESET = Path(__file__).with_name("typeset.py")
# A table of the most lines that are taken on paper needs a tenth of it.
MOST_SECONDS = 100


def pdf_of(paper: Paper, *, own_fonts: bool = False) -> bytes:
    """A4, with page numbers, in the Chinese fonts of the system (Noto CJK and the like) or, where it has none, in
    those that come with the product.

    In a process of its own: typst keeps its last ten papers in memory, 60 MB for a table of 500 lines, and who asked
    for some of them would take that from everybody who shares the process.
    """
    asked = {
        "template": str(TEMPLATE),
        "root": str(TEMPLATE.parent),
        "fonts": str(fonts()),
        "own_fonts": own_fonts,
        "paper": json.dumps(as_data(paper), ensure_ascii=False),
    }
    command = [sys.executable, "-P", str(TYPESET)]
    # A file of ours by our own interpreter; what people typed comes in as data.
    done = subprocess.run(  # noqa: S603
        command, input=json.dumps(asked).encode(), capture_output=True, check=False, timeout=MOST_SECONDS
    )
    if done.returncode or not done.stdout:
        raise RuntimeError(f"typesetting ended with {done.returncode}: {done.stderr[-1000:].decode(errors='replace')}")
    return done.stdout


def fonts() -> Path:
    """Where Noto Sans SC and Noto Serif SC lie, whole and under the Open Font License."""
    return Path(pylopdf_fonts_zh_cn.__file__).parent
