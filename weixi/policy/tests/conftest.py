from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from weixi.policy import queries, services
from weixi.policy.document.edit import set_values
from weixi.policy.models import PolicyVersion
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy

MORNING = "2026-03-02T09:00+08:00"
Draft = Callable[..., PolicyVersion]


@pytest.fixture
def standard(cast: Cast, moved_clock: Callable[[str], None]) -> PolicyVersion:
    """The standard policy in force since the morning of 2 March 2026."""
    moved_clock(MORNING)
    return shipped_policy("quadrant")


@pytest.fixture
def draft(cast: Cast, standard: PolicyVersion) -> Draft:
    """`draft(by="supervisor", **{"N-2a.within": "1 小时"})`: a draft made from the version in force."""

    def make(by: str = "supervisor", label: str = "2026.2", **values: Any) -> PolicyVersion:
        document = set_values(
            queries.document_of(standard),
            {"policy.version": label, "policy.effective_from": "2026-04-01", **values},
        )
        return services.draft_version(document, viewer=cast.viewer(by), based_on=standard)

    return make


@pytest.fixture
def supervisor(cast: Cast, client_as: Callable[[Any], Client]) -> Client:
    """Drafts, may not approve."""
    return client_as(cast.supervisor)


@pytest.fixture
def director(cast: Cast, client_as: Callable[[Any], Client]) -> Client:
    """Drafts and approves."""
    return client_as(cast.director)


@pytest.fixture
def specialist(cast: Cast, client_as: Callable[[Any], Client]) -> Client:
    """Reads."""
    return client_as(cast.specialist)
