"""The paper as a Word file: in the company's own layout, or in the one made here."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from html import unescape
from io import BytesIO
from typing import Any
from xml.parsers.expat import ExpatError

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docxtpl import DocxTemplate
from jinja2 import TemplateError

from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.importing.package_check import has_declaration, is_wide, reaches_outside
from weixi.web.papers.content import Grid, Paper
from weixi.web.papers.placeholders import LISTS, check_source, environment, names

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
            parts = {info.filename for info in infos}
            if "word/document.xml" not in parts or any(name.lower().endswith("vbaproject.bin") for name in parts):
                raise Invalid(_("Bring a Word file (.docx) without macros."), code="template.kind")
            for name in parts:
                if name.lower().endswith((".xml", ".rels")):
                    _expect_inside(name, packed.read(name))
        template = DocxTemplate(BytesIO(content))
        template.init_docx()
        sources = [template.patch_xml(template.get_xml())]
        for uri in (template.HEADER_URI, template.FOOTER_URI):
            sources += [
                template.patch_xml(template.get_part_xml(part)) for _key, part in template.get_headers_footers(uri)
            ]
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, ExpatError):
        raise Invalid(_("Bring a Word file (.docx) without macros."), code="template.kind") from None
    for source in sources:
        check_source(source)


# Fields by which Word fetches a file, runs a program or asks a database when the paper is opened.
_FETCHES = re.compile(r"\b(?:INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DDE|DDEAUTO|RD|DATABASE)\b", re.IGNORECASE)
_INSTRUCTION = re.compile(r"<(?:[^\s<>/:!?]+:)?instrText\b[^>]*>([^<]*)<|\binstr\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")

_QUOTED = re.compile(r'"[^"]*"')


def _expect_inside(name: str, part: bytes) -> None:
    """Pictures, templates and fields from elsewhere would be fetched by whoever opens the file."""
    if is_wide(part) or has_declaration(part):
        raise Invalid(_("Bring a Word file (.docx) without macros."), code="template.kind")
    if name.lower().endswith(".rels"):
        outside = reaches_outside(part)
    else:
        # The words of a field may be divided among several runs; what stands in quotes is its values.
        said = "".join("".join(found) for found in _INSTRUCTION.findall(part.decode("utf-8", "replace")))
        outside = _FETCHES.search(_QUOTED.sub(" ", unescape(said))) is not None
    if outside:
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
    values = {name: known.get(name) or paper.values.get(name, "") for name in names()}
    return values | {name: list(getattr(paper, name)) for name in LISTS}


# Narrow enough that what fits the printed page fits here.
MARGIN, INNER = Mm(16), 178
ROW = Mm(5.4)


def plain_word(paper: Paper) -> bytes:
    """The same parts in the product's own layout."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin, section.bottom_margin = Mm(15), Mm(14)
    section.header_distance = section.footer_distance = Mm(7)
    _chinese(document)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(heading, paper.title, size=17, bold=True)
    line = document.add_paragraph()
    line.paragraph_format.tab_stops.add_tab_stop(Mm(INNER), WD_TAB_ALIGNMENT.RIGHT)
    _run(line, f"{_('Customer')}{_(': ')}{paper.name}\t{_('Customer number')}{_(': ')}{paper.number}")
    for part in paper.parts:
        title = document.add_paragraph()
        title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(4), Pt(2)
        title.paragraph_format.keep_with_next = True
        _run(title, part.title, size=10.5, bold=True)
        if isinstance(part, Grid):
            _table(document, [part.heads, *part.rows], part.widths, heads=1)
        else:
            pairs = [part.rows[at : at + 2] for at in range(0, len(part.rows), 2)]
            _table(document, [tuple(text for pair in row for text in pair) for row in pairs], LABELLED)
    signs = document.add_paragraph()
    signs.paragraph_format.space_before = Pt(14)
    _run(signs, "　　".join(f"{sign}{_(': ')}____________" for sign in paper.signs))
    _foot(section.footer.paragraphs[0], document.styles["Normal"], paper)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


# Shares of the sheet: two labels, each with its value beside it.
LABELLED = (15, 35, 15, 35)


def _foot(paragraph: Any, normal: Any, paper: Paper) -> None:
    """Who printed it and when; the page, which Word counts itself."""
    # The style of footers has tab stops of its own.
    paragraph.style = normal
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(INNER), WD_TAB_ALIGNMENT.RIGHT)
    _run(paragraph, f"{_('Printed by')} {paper.printed_by}　{paper.printed_on}\t", size=8)
    for text in re.split(r"(\{page\}|\{pages\})", _("Page {page} of {pages}")):
        if text not in ("{page}", "{pages}"):
            _run(paragraph, text, size=8)
            continue
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE" if text == "{page}" else "NUMPAGES")
        paragraph._p.append(field)
        run = paragraph.add_run("1")
        run.font.size = Pt(8)
        field.append(run._r)


def _chinese(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = "SimSun", Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    # Punctuation stands as in Chinese of the mainland, whatever the reader's Word speaks.
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.rPr.append(language)
    style.paragraph_format.space_after = Pt(4)


def _run(paragraph: Any, text: str, *, size: float = 10, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold


def _table(document: Any, rows: list[tuple[str, ...]], shares: Sequence[int], *, heads: int = 0) -> None:
    """A table of those shares of the sheet; its head comes again on each page, no row is torn apart."""
    table = document.add_table(rows=len(rows), cols=len(shares))
    table.style, table.autofit = "Table Grid", False
    widths = [Mm(INNER * share / sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        settings = row._tr.get_or_add_trPr()
        settings.append(OxmlElement("w:cantSplit"))
        row.height, row.height_rule = ROW, WD_ROW_HEIGHT_RULE.AT_LEAST
        if number < heads:
            settings.append(OxmlElement("w:tblHeader"))
        cells = zip(row.cells, (*texts, *[""] * (len(shares) - len(texts))), widths, strict=True)
        for place, (cell, text, width) in enumerate(cells):
            cell.width, paragraph = width, cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            run = paragraph.add_run(text)
            run.font.size = Pt(9)
            if number < heads or (shares == LABELLED and place % 2 == 0):
                run.font.color.rgb = RGBColor(0x5C, 0x62, 0x64)
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


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
        LABELLED,
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
        (30, 35, 35),
        heads=1,
    )
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
