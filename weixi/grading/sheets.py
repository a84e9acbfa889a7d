"""Workbooks: the grading table and the service standard table. Rows are streamed, so that a table of a
million customers takes no more memory than one of a thousand; text that begins like a formula stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from django.utils import formats
from django.utils.translation import gettext as _

from weixi.customers.exporting.files import plain_header
from weixi.grading.enums import Advice
from weixi.grading.models import GradingRun
from weixi.grading.queries.table import register, table_rows
from weixi.grading.sections import grade_titles, thawed
from weixi.grading.words import indicator_titles, label_of
from weixi.kernel.slices import registry
from weixi.organisation.scope import Viewer
from weixi.policy.document.grading import Grading

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

# Excel takes 1,048,576 rows; what is beyond goes on on the next sheet.
ROWS_PER_SHEET = 1_000_000
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def _workbook(stream: BinaryIO) -> Workbook:
    # Loaded where a workbook is written: every process would carry its 20 MB.
    import xlsxwriter  # noqa: PLC0415

    return xlsxwriter.Workbook(stream, _OPTIONS)


def write_grading_table(viewer: Viewer, run: GradingRun, stream: BinaryIO, mark: str = "") -> None:
    """客户分级表: one row per customer the viewer sees, then the register on a sheet of its own; with the mark of who
    took it in every row and in the head of the sheets (`services.tables`)."""
    section = thawed(run.section)
    names, titles = grade_titles(section), indicator_titles(section)
    facts = list(dict.fromkeys(["annual_amount", *(row.key for row in section.indicator if not row.judged)]))
    keys = [row.key for row in section.indicator]
    head = [
        _("Customer number"), _("Customer"), _("Owner"), _("Grade"), _("Value"), _("Potential"), _("Advice"),
        *(label_of(code) for code in facts),
        *(_("Score: %(title)s") % {"title": titles[key]} for key in keys),
        *([_("Export mark")] if mark else []),
    ]  # fmt: skip
    with _workbook(stream) as book:
        if mark:
            book.set_properties({"comments": mark, "title": mark})
        bold = book.add_format({"bold": True, "bottom": 1})
        money = book.add_format({"num_format": "#,##0.00"})
        advice = dict(Advice.choices)
        number, sheet, row_number = 1, _sheet(book, _("Grading table"), head, bold, mark), 0
        for row in table_rows(viewer, run):
            row_number += 1
            if row_number > ROWS_PER_SHEET:
                number, row_number = number + 1, 1
                sheet = _sheet(book, f"{_('Grading table')} {number}", head, bold, mark)
            cells: list[tuple[Any, Any]] = [
                (text, None)
                for text in (row.number, row.name, row.owner, names.get(row.grade) or row.grade or _("Fits no grade"))
            ]
            cells += [(row.value, None), (row.potential, None), (str(advice.get(row.advice, "")), None)]
            cells += [(_cell(code, row.facts.get(code)), money if _is_yuan(code) else None) for code in facts]
            cells += [(_score(row.scores.get(key)), None) for key in keys]
            _write(sheet, row_number, [*cells, (mark, None)])
        _register_sheet(book, viewer, run, bold, money, mark)


def write_service_standards(section: Grading, stream: BinaryIO) -> None:
    """客户分层服务标准表 (G-11): the policy's own text, one row per grade."""
    names = grade_titles(section)
    head = [
        _("Grade"), _("Standard"), _("Service content"), _("Responsible"), _("Frequency"), _("Effect measure"),
    ]  # fmt: skip
    with _workbook(stream) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = _sheet(book, _("Service standards"), head, bold)
        for place, row in enumerate(section.service_standard, start=1):
            texts = (
                names[row.grade], row.standard, row.content, row.responsible, row.frequency, row.measure,
            )  # fmt: skip
            _write(sheet, place, [(text, None) for text in texts])


def write_register(viewer: Viewer, run: GradingRun, stream: BinaryIO) -> None:
    """客户分级名册: the grades with their standards, customers and strategies."""
    with _workbook(stream) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        _register_sheet(book, viewer, run, bold, book.add_format({"num_format": "#,##0.00"}), "")


def _register_sheet(book: Any, viewer: Viewer, run: GradingRun, bold: Any, money: Any, mark: str) -> None:
    head = [_("Grade"), _("Standard"), _("Customers"), _("Share, %"), _("Net amount of 12 months"), _("Strategy")]
    sheet = _sheet(book, _("Register"), head, bold, mark)
    rows, _section = register(viewer, run)
    for place, row in enumerate(rows, start=1):
        standard, strategy = (row.policy.standard, row.policy.strategy) if row.policy else (None, None)
        cells = [(row.title, None), (standard, None), (row.customers, None), (row.share_pct, None), (row.amount, money)]
        _write(sheet, place, [*cells, (strategy, None)])
    sheet.write_string(
        len(rows) + 2,
        0,
        _("As of %(day)s; policy %(label)s")
        % {"day": formats.date_format(run.as_of, "DATE_FORMAT"), "label": run.policy_label},
    )


def _sheet(book: Any, title: str, head: list[str], bold: Any, mark: str = "") -> Worksheet:
    sheet: Worksheet = book.add_worksheet(title[:31])
    if mark:
        sheet.set_header(f"&L{plain_header(mark)}")
    sheet.freeze_panes(1, 2)
    for place, text in enumerate(head):
        sheet.set_column(place, place, 28 if place == 1 else 14)
        sheet.write_string(0, place, str(text), bold)
    return sheet


def _write(sheet: Worksheet, row: int, cells: list[tuple[Any, Any]]) -> None:
    for place, (value, style) in enumerate(cells):
        if value is None or value == "":
            continue
        if isinstance(value, str):
            sheet.write_string(row, place, value)
        else:
            sheet.write_number(row, place, float(value), style)


def _is_yuan(code: str) -> bool:
    return code in registry.facts and registry.facts[code].unit == "yuan"


def _cell(code: str, stored: str | None) -> Any:
    """A number where the fact is one, text (a date) otherwise."""
    if stored is None or (code in registry.facts and registry.facts[code].unit == "date"):
        return stored
    return float(stored)


def _score(stored: str | None) -> float | None:
    return None if stored is None else float(stored)
