"""What stands in an exported file: rows and columns of the viewer, masked as on screen, with the mark."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from weixi.customers.enums import SeenBy
from weixi.customers.exporting import services
from weixi.customers.exporting.models import ExportState
from weixi.customers.exporting.tests.helpers import COLUMNS, Desk, asked, table
from weixi.customers.importing.commands import import_file
from weixi.customers.models import Customer, RecordView
from weixi.customers.services import add_contact, create_customer
from weixi.kernel.errors import Forbidden
from weixi.kernel.events.models import Event
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with, shipped_policy

FORMULAS = ["=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\uff1d1+1", "'quoted", "''=1", 'a"b', "a,b"]


def test_only_rows_and_columns_of_ones_own_scope_with_the_mark(cast: Cast) -> None:
    """What the address asks for beyond the scope is not there (A44)."""
    for query in ({}, {"all": "1", "page_size": "100000"}, {"owner": str(cast.outsider.pk)}):
        rows = table(asked(cast.viewer("supervisor"), **query))
        seen = {row[0] for row in rows[1:]}
        assert seen <= {"C-001", "C-002", "C-006"}
        assert len(rows[0]) == 2 + len(COLUMNS) + 1
    run = asked(cast.viewer("supervisor"), where="city:empty")
    assert {row[-1] for row in table(run)[1:]} == {services.mark_of(run)}
    assert run.number in services.mark_of(run) and cast.supervisor.username in services.mark_of(run)
    assert (run.rows, run.customers, run.state) == (3, 3, ExportState.DONE)
    event = Event.objects.get(type="export.written", subject_id=str(run.pk))
    assert event.data["rows"] == 3 and "where=city" in event.personal.data["filter"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_mark_where_the_policy_wants_none(cast: Cast, form: str) -> None:
    policy_with({"security.personal.export_watermark": False})
    run = asked(cast.viewer("supervisor"), form=form)
    assert services.mark_of(run) == ""
    if form == "csv":
        assert {len(row) for row in table(run)} == {2 + len(COLUMNS)}
    else:
        with zipfile.ZipFile(run.path) as book:
            assert not any(cast.supervisor.username.encode() in book.read(name) for name in book.namelist())


def test_a_sheet_has_a_name_and_the_page_tells_its_own_columns(cast: Cast, client_as: Desk) -> None:
    run = asked(cast.viewer("supervisor"), "contacts", "xlsx")
    assert CalamineWorkbook.from_path(run.path).sheet_names == ["联系人"]
    page = client_as(cast.supervisor).get(f"/customers/export/{run.pk}/").content.decode()
    assert "客户编号，客户，姓名，职位" in page and "开户银行" not in page


def test_a_workbook_carries_the_mark_in_head_properties_and_rows(cast: Cast) -> None:
    run = asked(cast.viewer("supervisor"), form="xlsx")
    with zipfile.ZipFile(run.path) as book:
        sheet, about = book.read("xl/worksheets/sheet1.xml").decode(), book.read("docProps/core.xml").decode()
    mark = services.mark_of(run)
    assert f"<oddHeader>&amp;L{mark}</oddHeader>" in sheet and mark in about


@pytest.mark.parametrize("kind", ["customers", "contacts", "orders"])
def test_whose_records_were_in_the_file_is_kept(cast: Cast, kind: str) -> None:
    asked(cast.viewer("supervisor"), kind=kind)
    seen = RecordView.objects.filter(person=cast.supervisor, way=SeenBy.EXPORT)
    assert set(seen.values_list("customer_id", flat=True)) == set(
        Customer.objects.filter(number__in=("C-001", "C-002", "C-006")).values_list("pk", flat=True)
    )


def test_masked_as_on_screen(cast: Cast) -> None:
    shipped_policy("quadrant")
    mine = cast.customer_of("specialist")
    mine.registration.bank_account = "6222020000001234"
    mine.registration.save()
    add_contact(mine, viewer=cast.viewer("specialist"), name="冯师傅", mobile="13800138000", birthday="1980-05-20")
    run = asked(cast.viewer("supervisor"), columns=[["bank_account", "w-140"]])
    assert "6222020000001234" not in run.path.read_text("utf-8-sig") and "1234" in run.path.read_text("utf-8-sig")
    assert len(run.masked) == 1
    text = asked(cast.viewer("supervisor"), kind="contacts").path.read_text("utf-8-sig")
    assert "冯师傅" in text and "1980" not in text
    with pytest.raises(Forbidden):
        asked(cast.viewer("supervisor"), where="bank_account:filled")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_formulas_are_text_and_come_back_as_they_were(cast: Cast, form: str) -> None:
    viewer = cast.viewer("director")
    made = [create_customer(viewer=viewer, name=f"户{place}", city=text) for place, text in enumerate(FORMULAS)]
    run = asked(viewer, form=form, columns=[["city", "w-80"]])
    if form == "csv":
        cells = {row[0]: row[2] for row in table(run)}
        for customer, text in zip(made, FORMULAS, strict=True):
            assert cells[customer.number][0] not in "=+-@\uff1d", text
    else:
        sheet = CalamineWorkbook.from_path(str(run.path)).get_sheet_by_index(0).to_python()
        assert {row[2] for row in sheet} >= {"=cmd|'/c calc'!A0", "-2+3"}
    Customer.objects.filter(pk__in=[customer.pk for customer in made]).update(city="变了")
    outcome = import_file("customers", run.path, viewer=viewer, mapping=None, sheet=None, create_customers=False,
                          check_only=False)  # fmt: skip
    assert outcome["rejected"] == 0
    for customer, text in zip(made, FORMULAS, strict=True):
        customer.refresh_from_db()
        assert customer.city == text


def test_orders_one_row_per_line(cast: Cast) -> None:
    from weixi.commerce.tests.helpers import buy

    buy(cast.customer_of("specialist"), "2026-01-05", "1200.50", number="SO-9")
    rows = table(asked(cast.viewer("supervisor"), kind="orders"))
    assert [row[:4] for row in rows[1:]] == [["C-001", "上海启明科技有限公司", "SO-9", "2026-01-05"]]
    assert rows[1][-2] == "1200.50"


def test_a_portion_takes_the_same_queries_however_many_rows(
    cast: Cast, assert_queries_same: Callable[..., int]
) -> None:
    from weixi.customers.exporting.rows import sheet_of
    from weixi.customers.lists.columns import chosen

    viewer = cast.viewer("supervisor")
    numbers = iter(range(100))

    def add() -> Any:
        made = create_customer(viewer=viewer, name=f"甲{next(numbers)}", owner=cast.colleague)
        return add_contact(made, viewer=viewer, name="乙")

    add()
    for kind in ("customers", "contacts", "orders"):

        def ask(kind: str = kind) -> Any:
            sheet = sheet_of(viewer, kind, chosen(viewer, COLUMNS))
            return list(sheet.rows(list(Customer.objects.filter(viewer.owned()).values_list("pk", flat=True))))

        assert_queries_same(ask, add)
