"""The real files beside the project; skipped where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from weixi.kernel.importing.reading import open_table

DATA = Path(os.environ.get("WEIXI_SHARED", Path(__file__).parents[5] / "shared")) / "data"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the shared data is not beside the project"),
]


def test_four_encodings_give_the_same_companies() -> None:
    read = {}
    for path in sorted((DATA / "listed_companies").glob("*.csv")):
        table = open_table(path)
        assert table.header == ("证券简称", "公司中文名称")
        assert table.encoding is not None
        read[table.encoding.name] = [row.cells for row in table.rows() if row.skipped is None and row.fault is None]
    assert sorted(read) == ["gb18030", "utf-16-le", "utf-8", "utf-8-sig"]
    assert {len(rows) for rows in read.values()} == {7828}
    assert len({tuple(rows) for rows in read.values()}) == 1


def test_online_retail() -> None:
    table = open_table(DATA / "online_retail" / "online_retail_2010-12.csv")
    rows = list(table.rows())
    assert len(rows) == 42_481
    assert not any(row.skipped or row.fault for row in rows)
    customer = table.header.index("CustomerID")
    assert sum(row.cells[customer] is None for row in rows) == 15_631


def test_help_desk_and_opportunities() -> None:
    assert sum(1 for _row in open_table(DATA / "helpdesk" / "Helpdesk.csv").rows()) == 21_348
    assert sum(1 for _row in open_table(DATA / "crm_sales" / "sales_pipeline.csv").rows()) == 8_800
