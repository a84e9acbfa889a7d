from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from weixi.customers.services import create_customer
from weixi.kernel import clock
from weixi.organisation.scope import system_viewer
from weixi.policy.document.shipped import build_shipped
from weixi.policy.enums import VersionState
from weixi.policy.models import PolicyVersion
from weixi.policy.queries import policy_in_force, versions_in_force
from weixi.policy.services import (
    activate_version,
    approve_version,
    draft_version,
    install_shipped_policy,
    submit_version,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def _put_in_force(label: str, since: date) -> PolicyVersion:
    viewer = system_viewer("test")
    policy = build_shipped("spend")
    header = policy.header.model_copy(update={"version": label, "effective_from": since})
    version = draft_version(policy.model_copy(update={"header": header}), viewer=viewer)
    submit_version(version, viewer=viewer)
    version.refresh_from_db()
    approve_version(version, viewer=viewer, own=True)
    return activate_version(version, viewer=viewer)


def test_before_the_first_customer_the_companys_own_policy_is_the_first() -> None:
    with clock.at(NOON):
        shipped = install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
        own = _put_in_force("A1", date(2026, 1, 1))
    assert shipped is not None
    shipped.refresh_from_db()
    assert shipped.state == VersionState.DROPPED
    assert [version.pk for version in versions_in_force()] == [own.pk]
    assert own.effective_at == datetime(2025, 12, 31, 16, 0, tzinfo=UTC)


def test_until_the_date_of_the_companys_own_policy_the_shipped_one_stays_in_force() -> None:
    with clock.at(NOON):
        shipped = install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
        later = _put_in_force("A1", date(2027, 1, 1))
        assert shipped is not None
        assert [version.pk for version in versions_in_force()] == [shipped.pk, later.pk]
        assert policy_in_force().header.version == shipped.label
        sooner = _put_in_force("A2", date(2026, 4, 1))
        assert [version.pk for version in versions_in_force()] == [shipped.pk, sooner.pk]
        assert sooner.effective_at == datetime(2026, 3, 31, 16, 0, tzinfo=UTC)


def test_afterwards_a_version_waits_for_tomorrow() -> None:
    with clock.at(NOON):
        shipped = install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
        create_customer(viewer=system_viewer("test"), name="苏州一号有限公司")
        own = _put_in_force("A1", date(2026, 1, 1))
    assert shipped is not None
    assert [version.pk for version in versions_in_force()] == [shipped.pk, own.pk]
    assert own.effective_at == datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
