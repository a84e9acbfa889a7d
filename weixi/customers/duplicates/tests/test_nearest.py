"""Rows of a file that bring a customer who may be there: what is near is found, what many share is passed over."""

from __future__ import annotations

import pytest

from weixi.customers import services
from weixi.customers.duplicates.queries import CROWD, OFFERED, nearest_among
from weixi.customers.duplicates.scan import look_at_changed
from weixi.customers.enums import CustomerKind
from weixi.customers.matching.compare import Kind
from weixi.customers.matching.keys import near_keys_of
from weixi.customers.matching.records import record_of
from weixi.customers.models import Customer

CODE = "91350100M000100Y43"


def add(cast, name, who="specialist", **values):
    return services.create_customer(viewer=cast.viewer("admin"), name=name, owner=cast.person(who), **values)


def nearest(viewer, records):
    return nearest_among(viewer, {row: near_keys_of(each) for row, each in records.items()}, records.__getitem__)


def near(viewer, **row):
    found = nearest(viewer, {0: record_of(-1, **{"is_person": False, **row})})
    assert found.keys() <= {0}
    return [(Customer.objects.get(pk=pk).number, match.kind) for match, pk in found.get(0, ())]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"name": "江苏苏州琥珀恒昌纺织有限责任公司"}, Kind.DUPLICATE),
        ({"name": "琥珀恒昌紡織（蘇州）有限公司"}, Kind.DUPLICATE),
        ({"name": "琥珀恒昌纺织有限公司"}, Kind.DUPLICATE),
        ({"name": "苏州琥珀恒昌坊织有限公司"}, Kind.DUPLICATE),
        ({"name": "苏州琥珀恒昌纺织织有限公司"}, Kind.DUPLICATE),
        ({"name": "苏州琥珀恒昌", "phones": ["0512-65123456"]}, Kind.DUPLICATE),
        ({"name": "某某厂", "code": CODE}, Kind.DUPLICATE),
        ({"name": "苏州琥珀恒昌纺织有限公司无锡分公司"}, Kind.RELATED),
        ({"name": "无锡琥珀恒昌纺织有限公司"}, None),
        ({"name": "王琥珀", "is_person": True}, None),
    ],
)
def test_what_is_near_is_found(cast, row, kind):
    add(cast, "苏州琥珀恒昌纺织有限公司", number="X-1", phone="0512-65123456", unified_code=CODE)
    assert near(cast.viewer("specialist"), **row) == ([("X-1", kind)] if kind else [])


def test_of_a_hidden_customer_nothing_is_said_and_it_takes_nobodys_place(cast):
    for n in range(OFFERED):
        add(cast, "苏州琥珀恒昌纺织有限公司", number=f"H-{n}", who="outsider")
    assert near(cast.viewer("colleague"), name="苏州琥珀恒昌纺织") == []
    add(cast, "苏州琥珀恒昌纺织厂", number="X-1")
    assert near(cast.viewer("specialist"), name="苏州琥珀恒昌纺织") == [("X-1", Kind.DUPLICATE)]


def test_what_a_crowd_shares_is_passed_over_and_what_few_share_is_not(cast):
    for n in range(CROWD + 1):
        values = {"kind": CustomerKind.PERSON, "phone": "0512-65120000"}
        add(cast, f"王{chr(0x5E00 + n)}", number=f"P-{n}", **values)
    person = {"is_person": True, "phones": ["0512-65120000"]}
    assert near(cast.viewer("specialist"), name="王\u5e03", **person) == [("P-3", Kind.DUPLICATE)]
    for n in range(CROWD + 1):
        add(cast, "苏州琥珀恒昌纺织有限公司", number=f"C-{n}")
    assert near(cast.viewer("specialist"), name="苏州琥珀恒昌纺织有限公司") == []


def test_those_that_share_most_come_first_and_only_so_many_are_compared(cast):
    for n in range(OFFERED):
        add(cast, "苏州琥珀恒昌纺织有限公司", number=f"C-{n}")
    add(cast, "苏州琥珀恒昌纺织有限公司", number="X-1", phone="0512-65123456")
    row = {"name": "苏州琥珀恒昌纺织厂", "phones": ["0512-65123456"]}
    found = near(cast.viewer("specialist"), **row)
    assert len(found) == OFFERED and found[0] == ("X-1", Kind.DUPLICATE)


def test_a_thousand_rows_ask_as_often_as_one(cast, assert_queries_same):
    viewer = cast.viewer("director")
    look_at_changed()
    count = iter(range(100))
    rows: dict[int, object] = {}

    def one_more():
        n = next(count)
        name = f"苏州琥珀{'恒昌泰'[n % 3]}{n}纺织"
        add(cast, f"{name}有限公司")
        rows[n] = record_of(-n, is_person=False, name=name)

    assert_queries_same(lambda: nearest(viewer, rows), one_more)
    assert nearest(viewer, rows).keys() == rows.keys()
