"""The state of the policy is read once for a page, and anew everywhere else."""

from __future__ import annotations

from datetime import date

import pytest

from weixi.duties.timeline import current_timeline
from weixi.kernel.asked import asked_once
from weixi.kernel.clock import now
from weixi.policy.models import HolidayYear
from weixi.policy.queries import policy_signature, version_in_force
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db


def test_a_page_reads_the_state_once(django_assert_num_queries) -> None:
    shipped_policy("quadrant")
    known = current_timeline(), version_in_force()
    with asked_once(), django_assert_num_queries(1):
        assert (current_timeline(), version_in_force()) == known
        assert (current_timeline(), version_in_force()) == known


def test_outside_a_page_a_new_year_of_holidays_counts_at_once() -> None:
    shipped_policy("quadrant")
    before, timeline = policy_signature(), current_timeline()
    assert policy_signature() == before and current_timeline() is timeline
    HolidayYear.objects.create(year=2031, holidays=[date(2031, 1, 1).isoformat()], working_days=[], changed_at=now())
    assert policy_signature() != before and current_timeline() is not timeline
    version = version_in_force()
    assert version is not None and version.label


def test_a_block_within_a_block_is_part_of_it(django_assert_num_queries) -> None:
    shipped_policy("quadrant")
    known = policy_signature()
    with django_assert_num_queries(1), asked_once():
        with asked_once():
            assert policy_signature() == known
        assert policy_signature() == known
    HolidayYear.objects.create(year=2031, holidays=[], working_days=[], changed_at=now())
    assert policy_signature() != known
