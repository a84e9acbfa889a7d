"""The paper as a Word file: in the company's own layout, or in the one made here."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from weixi.kernel.errors import Conflict, Invalid
from weixi.web.papers.content import Grid, Paper
from weixi.web.papers.placeholders import LISTS, NAMES, check_source, environment

# A form is some pages; unpacked it is never more.
MOST_UNPACKED = 40_000_000
MOST_BYTES = 5_000_000


def check_template(content: bytes) -> None:
    """Raises Invalid for what is no Word file, is too large, reaches outside itself, or names what it may not."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            infos = packed.infolist()
            if sum(info.file_size for info in infos) > MOST_UNPACKED or len(content) > MOST_BYTES:
                raise Invalid(_("This template is too large."), code="template.size")
            names = {info.filename for info in infos}
            if "word/document.xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Invalid(_("Bring a Word file (.docx) without macros."), code="template.kind")
            for name in names:
                if name.endswith(".rels"):
                    _expect_inside(packed.read(name))
        template = DocxTemplate(BytesIO(content))
        template.init_docx()
        sources = [template.patch_xml(template.get_xml())]
        for uri in (template.HEADER_URI, template.FOOTER_URI):
            sources += [
                template.patch_xml(template.get_part_xml(part)) for _key, part in template.get_headers_footers(uri)
            ]
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError):
        raise Invalid(_("Bring a Word file (.docx) without macros."), code="template.kind") from None
    for source in sources:
        check_source(source)


def _expect_inside(rels: bytes) -> None:
    """Pictures and templates from elsewhere would be fetched by whoever opens the file."""
    for part in rels.split(b"<Relationship ")[1:]:
        if b'TargetMode="External"' in part and b"/hyperlink" not in part:
            raise Invalid(
                _("The template fetches something from outside itself; put it into the file."), code="template.outside"
            )


def fill(content: bytes, paper: Paper) -> bytes:
    """The template with the paper's values. Raises Conflict when it cannot be filled (any more)."""
    template = DocxTemplate(BytesIO(content))
    try:
        template.render(context_of(paper), environment(), autoescape=True)
    except TemplateError as error:
        raise Conflict(
            _("The template cannot be filled: %(why)s. Bring it anew.") % {"why": str(error)}, code="template.broken"
        ) from None
    stream = BytesIO()
    template.save(stream)
    return stream.getvalue()


def context_of(paper: Paper) -> dict[str, Any]:
    """Every name a template may have, so that none is ever undefined."""
    known = {
        "title": paper.title, "org": paper.org, "number": paper.number, "name": paper.name,
        "printed_by": paper.printed_by, "printed_on": paper.printed_on,
    }  # fmt: skip
    values = {name: known.get(name) or paper.values.get(name, "") for name in NAMES}
    return values | {name: list(getattr(paper, name)) for name in LISTS}


def plain_word(paper: Paper) -> bytes:
    """The same parts in the product's own layout."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    _chinese(document)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(heading, paper.title, size=17, bold=True)
    _run(document.add_paragraph(), f"{_('Customer')}：{paper.name}　　{_('Customer number')}：{paper.number}")
    for part in paper.parts:
        _run(document.add_paragraph(), part.title, size=11, bold=True)
        if isinstance(part, Grid):
            _table(document, [part.heads, *part.rows], heads=1)
        else:
            pairs = [part.rows[at : at + 2] for at in range(0, len(part.rows), 2)]
            _table(document, [tuple(text for pair in row for text in pair) for row in pairs], width=4)
    document.add_paragraph()
    _run(document.add_paragraph(), "　　".join(f"{sign}：____________" for sign in paper.signs))
    _run(section.footer.paragraphs[0], f"{_('Printed by')} {paper.printed_by}　{paper.printed_on}", size=8)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _chinese(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = "SimSun", Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    style.paragraph_format.space_after = Pt(4)


def _run(paragraph: Any, text: str, *, size: float = 10, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold


def _table(document: Any, rows: list[tuple[str, ...]], *, heads: int = 0, width: int = 0) -> None:
    columns = width or max(len(row) for row in rows)
    table = document.add_table(rows=len(rows), cols=columns)
    table.style = "Table Grid"
    for row, texts in zip(table.rows, rows, strict=True):
        for place, (cell, text) in enumerate(zip(row.cells, (*texts, *[""] * (columns - len(texts))), strict=True)):
            run = cell.paragraphs[0].add_run(text)
            run.font.size = Pt(9.5)
            if (width and place % 2 == 0) or row._index < heads:
                run.font.color.rgb = RGBColor(0x5C, 0x62, 0x64)


def sample_template() -> bytes:
    """A template to begin with: every kind of placeholder once, ready to be laid out anew."""
    document = Document()
    _chinese(document)
    _run(document.add_paragraph(), "{{ title }}", size=17, bold=True)
    _run(document.add_paragraph(), "客户：{{ name }}　编号：{{ number }}　等级：{{ grade }}　负责：{{ owner }}")
    _table(
        document,
        [
            ("行业", "{{ industry }}", "员工人数", "{{ headcount }}"),
            ("地址", "{{ address }}", "电话", "{{ phone }}"),
            ("法人", "{{ legal_representative }}", "总经理", "{{ general_manager }}"),
            ("近12个月", "{{ amount_12m }}", "联络频率", "{{ frequency }}"),
        ],
        width=4,
    )
    _run(document.add_paragraph(), "联系人", bold=True)
    _table(
        document,
        [
            ("姓名", "职位", "电话"),
            ("{%tr for p in people %}", "", ""),
            ("{{ p.name }}", "{{ p.position }}", "{{ p.mobile }}"),
            ("{%tr endfor %}", "", ""),
        ],
        heads=1,
    )
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def names_by_group() -> list[tuple[str, list[str]]]:
    """What a template may name, for the page that takes one."""
    return [
        (_("Single values"), list(NAMES)),
        *((name, [f"{name}: {', '.join(keys)}"]) for name, keys in LISTS.items()),
    ]
