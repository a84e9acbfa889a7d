"""Whatever the rows: the counts add up, the check says what happens, and the same file again changes nothing."""

from __future__ import annotations

import csv
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from weixi.customers.importing import cutting
from weixi.customers.importing.engine import COUNTS
from weixi.customers.importing.models import ImportRun
from weixi.customers.importing.tests.helpers import counts, take
from weixi.customers.models import Customer
from weixi.kernel.events.models import Event

pytestmark = pytest.mark.django_db
HEADER = ("客户编号", "客户名称", "客户简称", "城市", "电话", "标签", "备注", "QQ", "客户阶段")
CELLS = (
    st.sampled_from(["", "", "1", "2", "2.0", "3"]),
    st.sampled_from(["", "甲公司", "乙公司", "　乙公司 ", "丙公司", "ABC", "丁公司"]),
    st.sampled_from(["", "", "甲", "乙"]),
    st.sampled_from(["", "上海", "北京"]),
    st.sampled_from(["", "", "13900139000", "不是电话"]),
    st.sampled_from(["", "一", "一、二"]),
    st.sampled_from(["", "", "好", "手机：1"]),
    st.sampled_from(["", "", "111", "222"]),
    st.sampled_from(["", "", "新客户", "老客户"]),
)
_files = count()
NAMED = {"1": "甲公司", "2": "乙公司", "2.0": "　乙公司 ", "3": "丙公司"}


def _of_one_mind(row: tuple[str, ...]) -> tuple[str, ...]:
    """A number means one name throughout the file, and a row without a number none of these names.

    What a file means that calls one customer by two names or two customers by one is decided row by row
    and told in its reasons; see the tables of `test_customer_rows`.
    """
    number, name, short, *rest = row
    if number:
        name = NAMED[number] if name else ""
    elif name in {*NAMED.values(), "乙公司"}:
        name = ""
    # A short name alone stands for the name, which is one more way to call a customer by two names.
    return (number, name, short if name else "", *rest)


@example(
    rows=[
        ("", "乙公司", "", "", "", "", "", "", ""),
        ("1", "乙公司", "", "", "", "", "", "", ""),
        ("1", "", "", "", "", "", "手机：1", "", ""),
    ],
    portion=1,
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(*CELLS).map(_of_one_mind), min_size=1, max_size=9), portion=st.sampled_from([1, 2, 1000])
)
def test_any_rows_of_customers(tmp_path, rows, portion) -> None:
    path = tmp_path / f"{next(_files)}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    before, cutting.PORTION = cutting.PORTION, portion
    whole = transaction.atomic()
    whole.__enter__()
    try:
        checked = take("customers", path, check_only=True)
        first = take("customers", path)
        run = ImportRun.objects.get(pk=first["run"])
        assert run.redecided == []
        assert [checked[name] for name in COUNTS] == [first[name] for name in COUNTS]
        stored = sorted(Customer.objects.values_list("number", "name", "city", "phone", "remark", "version"))
        events = Event.objects.exclude(type="import.finished").count()
        second = take("customers", path)
        assert counts(second)[:2] == (0, 0)
        assert stored == sorted(Customer.objects.values_list("number", "name", "city", "phone", "remark", "version"))
        assert events == Event.objects.exclude(type="import.finished").count()
    finally:
        cutting.PORTION = before
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)
