"""People keep saving while an import runs, and while one is taken back; nobody overwrites anybody."""

from __future__ import annotations

import pytest

from weixi.customers.importing import cutting
from weixi.customers.importing.commands import undo_import
from weixi.customers.importing.tests.helpers import take, write_csv
from weixi.customers.models import Customer
from weixi.customers.services import change_customer, create_customer
from weixi.organisation.scope import system_viewer

SYSTEM = system_viewer("cli")
ROWS = 120


@pytest.fixture(autouse=True)
def _small_portions(monkeypatch) -> None:
    monkeypatch.setattr(cutting, "PORTION", 20)


def table(tmp_path, city: str, name: str):
    rows = "\n".join(f"N{n},公司{n},{city}" for n in range(ROWS))
    return write_csv(tmp_path, f"客户编号,客户名称,城市\n{rows}", name)


def people_work() -> int:
    """Somebody enters customers and changes those the import is about."""
    for n in range(12):
        create_customer(viewer=SYSTEM, name=f"手工{n}")
        customer = Customer.objects.filter(number=f"N{n * 9}").first()
        if customer is not None:
            change_customer(customer, viewer=SYSTEM, values={"industry": "手工填写"})
    return 12


def test_people_save_while_an_import_runs(tmp_path, at_once) -> None:
    take("customers", table(tmp_path, "上海", "a.csv"))
    second = table(tmp_path, "北京", "b.csv")
    results = at_once(lambda: take("customers", second)["updated"], people_work)
    assert results == [ROWS, 12]
    assert Customer.objects.filter(city="北京").count() == ROWS
    assert Customer.objects.filter(industry="手工填写").count() == 12
    assert Customer.objects.filter(name__startswith="手工").count() == 12


def test_people_save_while_an_import_is_taken_back(tmp_path, at_once) -> None:
    take("customers", table(tmp_path, "上海", "a.csv"))
    second = take("customers", table(tmp_path, "北京", "b.csv"))
    results = at_once(lambda: undo_import(str(second["run"]), viewer=SYSTEM), people_work)
    assert [type(each) for each in results] == [dict, int], results
    assert (results[0]["restored"], results[0]["kept"]) == (ROWS, [])
    assert Customer.objects.filter(city="上海").count() == ROWS
    assert Customer.objects.filter(industry="手工填写").count() == 12
