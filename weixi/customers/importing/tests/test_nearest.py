"""The check tells of rows that bring a customer who may be there already, and enters them all the same."""

from __future__ import annotations

import pytest

from weixi.customers.duplicates.filing import FEW
from weixi.customers.duplicates.models import DuplicatePair, MatchTodo
from weixi.customers.duplicates.queries import nearest_among, rows_with_near
from weixi.customers.duplicates.scan import look_at_changed
from weixi.customers.importing import customer_rows, engine
from weixi.customers.importing.models import ImportRun
from weixi.customers.importing.tests.helpers import counts, take, write_csv
from weixi.customers.matching.compare import Kind
from weixi.customers.matching.keys import near_keys_of
from weixi.customers.matching.records import record_of
from weixi.customers.services import create_customer
from weixi.customers.services.bulk import NewCustomer, create_customers

pytestmark = pytest.mark.django_db


def told(outcome) -> dict[int, str]:
    return dict(outcome["warnings"])


def test_rows_like_a_customer_are_told_with_the_reason_and_entered(tmp_path, cast) -> None:
    admin = cast.viewer("admin")
    create_customer(
        viewer=admin,
        name="苏州琥珀恒昌纺织有限公司",
        number="X-1",
        owner=cast.person("specialist"),
        phone="0512-65123456",
    )
    path = write_csv(tmp_path, """
        客户名称,电话
        琥珀恒昌纺织（苏州）股份有限公司,
        苏州琥珀恒昌,65123456
        苏州琥珀恒昌纺织有限公司无锡分公司,
        苏州远航机械有限公司,
        """)  # fmt: skip
    outcome = take("customers", path, viewer=cast.viewer("director"))
    assert counts(outcome) == (4, 0, 0, 0, 0)
    warnings = told(outcome)
    assert warnings.keys() == {2, 3, 4} and all("X-1" in text for text in warnings.values())
    assert "电话相同" in warnings[3]


def test_whoever_came_with_many_is_met_once_the_worker_has_filed_them(tmp_path, cast) -> None:
    rows = [NewCustomer(f"苏州琥珀{chr(0x5E00 + n)}昌纺织有限公司", number=f"M-{n}") for n in range(FEW + 1)]
    create_customers(rows, viewer=cast.viewer("data_steward"))
    waiting = MatchTodo.objects.count()
    director = cast.viewer("director")
    first = take("customers", write_csv(tmp_path, "客户名称\n琥珀帀昌纺织（苏州）厂"), viewer=director)
    assert not told(first) and MatchTodo.objects.count() == waiting + 1
    look_at_changed()
    assert DuplicatePair.objects.filter(a__number="M-0", b__name="琥珀帀昌纺织（苏州）厂").exists()
    second = take("customers", write_csv(tmp_path, "客户名称\n苏州琥珀帀昌纺织", "more.csv"), viewer=director)
    assert "M-0" in told(second)[2]


def test_beyond_those_told_each_is_counted(tmp_path, cast, monkeypatch) -> None:
    admin = cast.viewer("admin")
    for number, name in enumerate(("苏州琥珀恒昌纺织有限公司", "杭州远航精密机械有限公司"), 1):
        create_customer(viewer=admin, name=name, number=f"X-{number}", owner=cast.person("specialist"))
    monkeypatch.setattr(customer_rows, "MOST_WARNINGS", 1)
    monkeypatch.setattr(engine, "MOST_WARNINGS", 1)
    monkeypatch.setattr(customer_rows.CustomerRows, "at_once", 2)
    path = write_csv(tmp_path, """
        客户名称
        琥珀恒昌纺织（苏州）厂
        南宁天元仪器厂
        琥珀恒昌纺织（苏州）集团
        太原德丰食品厂
        杭州远航精密机械厂
        苏州琥珀恒昌纺织有限公司无锡分公司
        """)  # fmt: skip
    outcome = take("customers", path, viewer=cast.viewer("director"))
    assert list(told(outcome)) == [2]
    assert ImportRun.objects.get(pk=outcome["run"]).similar == 4


def test_who_has_anybody_near_is_told_as_by_the_full_comparison(cast) -> None:
    admin, specialist = cast.viewer("admin"), cast.viewer("specialist")
    # The first shares more keys with the row than the second, and is another company by its legal number.
    given = {
        "X-1": {"name": "苏州琥珀恒昌纺织有限公司", "unified_code": "91320594MA1MWKT35N", "phone": "0512-65123456"},
        "X-2": {"name": "苏州琥珀恒昌纺织厂"},
        "X-3": {"name": "太原德丰食品有限公司"},
    }
    for number, values in given.items():
        owner = cast.person("sales" if number == "X-3" else "specialist")
        create_customer(viewer=admin, number=number, owner=owner, **values)
    rows = [
        record_of(0, is_person=False, name="苏州琥珀恒昌纺织", code="91310115MA1K3F8Y29", phones=["0512-65123456"]),
        record_of(0, is_person=False, name="太原德丰食品厂"),
        record_of(0, is_person=False, name="南宁天元仪器厂"),
        record_of(0, is_person=False, name="南京海川物流", phones=["0512-65123456"]),
    ]
    keys = {place: near_keys_of(record) for place, record in enumerate(rows)}
    for viewer, wanted in ((admin, {0, 1}), (specialist, {0})):
        near = nearest_among(viewer, keys, rows.__getitem__)
        assert rows_with_near(viewer, keys, rows.__getitem__) == near.keys() == wanted
    assert [match.kind for match, _pk in nearest_among(admin, keys, rows.__getitem__)[0]] == [Kind.DUPLICATE]
