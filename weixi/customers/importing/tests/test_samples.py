"""The empty tables: drop-down lists for what may be chosen, a sheet that explains and is never imported."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.utils import translation

from weixi.customers.importing.commands import import_file
from weixi.customers.importing.samples import columns_of, sample_workbook
from weixi.customers.importing.specs import KINDS
from weixi.organisation.scope import system_viewer

SYSTEM = system_viewer("cli")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_column_is_explained(kind, language, db) -> None:
    with translation.override(language):
        book = openpyxl.load_workbook(io.BytesIO(sample_workbook(KINDS[kind])))
    table, notes, lists = book.worksheets
    header = [cell.value for cell in table[1]]
    assert len(header) == len(columns_of(KINDS[kind])) and lists.sheet_state == "hidden"
    explained = [row[0] for row in notes.iter_rows(values_only=True)]
    assert set(header) <= set(explained)
    choices = {key for key in columns_of(KINDS[kind]) if KINDS[kind].field(key).type in ("choice", "yes_no")}
    assert len(table.data_validations.dataValidation) == len(choices)
    for rule in table.data_validations.dataValidation:
        # An address in the hidden sheet: a written-out list would be cut at 255 characters.
        assert rule.formula1.startswith("lists!$")


@pytest.mark.django_db
@pytest.mark.parametrize("filled", [True, False])
def test_the_first_sheet_is_read_filled_or_not(tmp_path, filled) -> None:
    path = tmp_path / "客户.xlsx"
    with translation.override("zh-hans"):
        path.write_bytes(sample_workbook(KINDS["customers"]))
    if filled:
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        sheet.append(["", "甲公司"])
        book.save(path)
    outcome = import_file("customers", path, viewer=SYSTEM)
    assert (outcome["read"], outcome["created"]) == ((1, 1) if filled else (0, 0))
    assert all(column["field"] for column in outcome["columns"])
