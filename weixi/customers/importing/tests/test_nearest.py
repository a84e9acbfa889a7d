"""The check tells of rows that bring a customer who may be there already, and enters them all the same."""

from __future__ import annotations

import pytest

from weixi.customers.duplicates.filing import FEW
from weixi.customers.duplicates.models import DuplicatePair, MatchTodo
from weixi.customers.duplicates.scan import look_at_changed
from weixi.customers.importing.tests.helpers import counts, take, write_csv
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
