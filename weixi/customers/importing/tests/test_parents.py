"""A customer reached through one that the same file brings, before it or behind it, in its portion or another."""

from __future__ import annotations

from pathlib import Path

import pytest

from weixi.customers.importing import cutting, engine
from weixi.customers.importing.commands import undo_import
from weixi.customers.importing.models import ImportRun
from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.models import Customer
from weixi.customers.services import archive_customer, create_customer
from weixi.kernel.events.models import Event
from weixi.organisation.scope import system_viewer

pytestmark = pytest.mark.django_db
TEXT = """客户编号,客户名称,上级客户
P-1,甲分公司,甲集团
P-2,乙公司,
P-3,丙分公司,甲集团
P-4,甲集团,
P-5,丁分公司,甲集团
"""
LINKED = [("P-1", "P-4"), ("P-2", None), ("P-3", "P-4"), ("P-4", None), ("P-5", "P-4")]


def links() -> list[tuple[str, str | None]]:
    rows = Customer.objects.filter(number__startswith="P-", archived_at=None).order_by("number")
    return list(rows.values_list("number", "through__number"))


@pytest.mark.parametrize("portion", [1, 2, 3, 1000])
def test_it_is_linked_wherever_the_other_stands(tmp_path, monkeypatch, portion) -> None:
    monkeypatch.setattr(cutting, "PORTION", portion)
    path = write_csv(tmp_path, TEXT)
    checked = take("customers", path, check_only=True)
    made = take("customers", path)
    assert counts(made) == counts(checked) == (5, 0, 0, 0, 0)
    assert ImportRun.objects.get(pk=made["run"]).redecided == []
    assert [row for row, text in checked["warnings"] if "甲集团" in text][:2] == [2, 4]
    assert links() == LINKED
    before = Event.objects.count()
    assert counts(take("customers", path)) == (0, 0, 5, 0, 0)
    # Only that the import has ended is stated.
    assert Event.objects.count() == before + 1
    undo_import(str(made["run"]), viewer=system_viewer("cli"))
    assert links() == []


def test_a_run_that_goes_on_links_what_it_had_written(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(cutting, "PORTION", 1)
    path, write = write_csv(tmp_path, TEXT), engine._write_portion
    count = iter(range(100))

    def ending(*given):
        if next(count) == 2:
            raise RuntimeError("pulled out")
        write(*given)

    monkeypatch.setattr(engine, "_write_portion", ending)
    with pytest.raises(Exception, match=r"."):
        take("customers", path)
    monkeypatch.setattr(engine, "_write_portion", write)
    assert counts(take("customers", path)) == (5, 0, 0, 0, 0)
    assert links() == LINKED


BROKEN = """客户编号,客户名称,上级客户,邮箱
P-1,甲分公司,甲集团,
P-2,甲分公司一部,甲分公司,
P-3,乙公司,,
P-4,甲集团,,不是邮箱
P-5,丙公司,,
P-5,丙公司,甲集团,
P-2,甲分公司一部,,a@b.cn
"""


@pytest.mark.parametrize("portion", [1, 2, 1000])
def test_who_hangs_on_a_rejected_row_is_rejected_with_the_reason(tmp_path, monkeypatch, portion) -> None:
    monkeypatch.setattr(cutting, "PORTION", portion)
    path = write_csv(tmp_path, BROKEN)
    checked = take("customers", path, check_only=True)
    made = take("customers", path)
    # The child, its own child with a further row of that one, the parent itself, and the row that names the parent.
    assert counts(made) == counts(checked) == (2, 0, 0, 5, 0)
    run = ImportRun.objects.get(pk=made["run"])
    assert run.redecided == [] and run.similar == len(run.warnings) == len(checked["warnings"])
    assert links() == [("P-3", None), ("P-5", None)]
    for outcome in (checked, made):
        told = reasons(outcome)
        assert len(told) == 5 and sum("甲集团" in text for text in told) == 2
    # Put right, the error file is taken as it is.
    text = Path(made["error_file"]).read_text(encoding="utf-8-sig").replace("不是邮箱", "c@d.cn")
    again = take("customers", write_csv(tmp_path, text, "fixed.csv"))
    assert counts(again)[3:] == (0, 0)
    assert links() == [("P-1", "P-4"), ("P-2", "P-1"), ("P-3", None), ("P-4", None), ("P-5", "P-4")]


@pytest.mark.parametrize("portion", [1, 1000])
def test_of_two_parents_of_one_name_neither_is_taken_for_the_other(tmp_path, monkeypatch, portion) -> None:
    monkeypatch.setattr(cutting, "PORTION", portion)
    text = "客户编号,客户名称,上级客户\nP-1,甲集团,\nP-2,甲分公司,甲集团\nP-3,甲集团,\n"
    path = write_csv(tmp_path, text)
    assert counts(take("customers", path, check_only=True)) == (2, 0, 0, 1, 0)
    made = take("customers", path)
    assert counts(made) == (2, 0, 0, 1, 0) and links() == [("P-1", None), ("P-3", None)]
    assert ["甲集团" in text for text in reasons(made)] == [True]


def test_a_parent_that_does_not_come_after_all_is_told(tmp_path, monkeypatch) -> None:
    """Between check and write somebody else has taken the parent's number."""
    monkeypatch.setattr(cutting, "PORTION", 1)
    store = engine.store_plan

    def checked_then_taken(*given):
        outcome = store(*given)
        create_customer(viewer=system_viewer("cli"), name="别家公司", number="P-9")
        archive_customer(Customer.objects.get(number="P-9"), viewer=system_viewer("cli"), reason="不再往来")
        return outcome

    monkeypatch.setattr(engine, "store_plan", checked_then_taken)
    made = take("customers", write_csv(tmp_path, "客户编号,客户名称,上级客户\nP-1,甲分公司,甲集团\nP-9,甲集团,\n"))
    assert counts(made) == (1, 0, 0, 1, 0)
    run = ImportRun.objects.get(pk=made["run"])
    assert run.redecided == [[3, "c", "r"]]
    assert run.warnings[0][0] == 2 and "甲集团" in run.warnings[0][1] and run.similar == len(run.warnings)
    assert Customer.objects.get(number="P-1").through_id is None


def test_a_long_chain_behind_a_rejected_row_is_followed(tmp_path) -> None:
    rows = "".join(f"P-{n},链条公司{n},链条公司{n - 1}\n" for n in range(400, 0, -1))
    made = take("customers", write_csv(tmp_path, f"客户编号,客户名称,上级客户,邮箱\n{rows}P-0,链条公司0,,不是邮箱\n"))
    assert counts(made) == (0, 0, 0, 401, 0)


def test_one_that_nobody_brings_is_refused_and_oneself_too(tmp_path) -> None:
    made = take("customers", write_csv(tmp_path, TEXT.replace("P-4,甲集团", "P-4,戊集团") + "P-6,己公司,己公司\n"))
    assert counts(made) == (2, 0, 0, 4, 0)
    assert len(reasons(made)) == 4 and links() == [("P-2", None), ("P-4", None)]
