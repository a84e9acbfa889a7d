"""The paper as PDF: typeset by typst from plain data, so that no text of a customer is ever markup."""

from __future__ import annotations

import json
from pathlib import Path

import pylopdf_fonts_zh_cn

from weixi.web.papers.content import Paper, as_data

TEMPLATE = Path(__file__).with_name("paper.typ")


def pdf_of(paper: Paper, *, own_fonts: bool = False) -> bytes:
    """A4, with page numbers, in the Chinese fonts of the system (Noto CJK and the like) or, where it has none, in
    those that come with the product."""
    # 80 MB of library that only a download needs.
    import typst  # noqa: PLC0415

    data = json.dumps(as_data(paper), ensure_ascii=False)
    made = typst.compile(
        TEMPLATE, root=TEMPLATE.parent, font_paths=[fonts()], ignore_system_fonts=own_fonts, sys_inputs={"paper": data},
        format="pdf",
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def fonts() -> Path:
    """Where Noto Sans SC and Noto Serif SC lie, whole and under the Open Font License."""
    return Path(pylopdf_fonts_zh_cn.__file__).parent
