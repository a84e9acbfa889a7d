"""The paper as PDF: typeset by typst from plain data, so that no text of a customer is ever markup."""

from __future__ import annotations

import json
from pathlib import Path

from weixi.web.papers.content import Paper, as_data

TEMPLATE = Path(__file__).with_name("paper.typ")


def pdf_of(paper: Paper) -> bytes:
    """A4, with page numbers. Uses the Chinese fonts of the system (Noto CJK and the like)."""
    # 80 MB of library that only a download needs.
    import typst  # noqa: PLC0415

    data = json.dumps(as_data(paper), ensure_ascii=False)
    made = typst.compile(TEMPLATE, root=TEMPLATE.parent, sys_inputs={"paper": data}, format="pdf")
    assert isinstance(made, bytes)
    return made
