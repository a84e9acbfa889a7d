"""Numbers of several questions in one query."""

from __future__ import annotations

import pytest

from weixi.kernel.counting import count_together
from weixi.organisation.models import Department


@pytest.mark.django_db
def test_each_question_gets_its_own_number_from_one_query(django_assert_num_queries) -> None:
    for name in ("北区", "南区", "50% off"):
        Department.objects.create(name=name)
    rows = Department.objects.order_by("-name")
    asked = [rows, rows.filter(name="无"), rows.none(), rows.filter(name__contains="区"), rows.filter(name="50% off")]
    with django_assert_num_queries(1):
        assert count_together(asked) == [3, 0, 0, 2, 1]


def test_nothing_to_ask_is_no_query() -> None:
    assert count_together([]) == [] and count_together([Department.objects.none()]) == [0]
