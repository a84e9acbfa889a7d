"""The error file of a run: its rejected rows as they came, with the reasons of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import get_language

from weixi.customers.importing.models import ImportPart, ImportRun
from weixi.kernel.importing.reading import REASONS_HEADERS, Table
from weixi.kernel.importing.report import open_error_file

STEM = "errors"


def write_error_file(folder: Path, table: Table, parts: Iterable[ImportPart], *, stem: str = STEM) -> str:
    """Write the rejected rows of the parts into the folder; the file's name, "" when none was rejected."""
    reasons: dict[int, list[str]] = {}
    for part in parts:
        reasons.update((int(row), texts) for row, texts in part.reasons.items())
    if not reasons:
        return ""
    header = REASONS_HEADERS[1 if (get_language() or "").startswith("en") else 0]
    with open_error_file(folder, stem, table, reasons_header=header) as errors:
        for source in table.rows():
            if source.number in reasons and source.skipped is None:
                errors.add(source, reasons[source.number])
    return errors.path.name


def parts_with_faults(run: ImportRun) -> Iterable[ImportPart]:
    return ImportPart.objects.filter(run=run, rejected__gt=0).order_by("seq").only("reasons").iterator()
