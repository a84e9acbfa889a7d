from __future__ import annotations

from typing import Any

import pytest

from tests.security.world import World, make_world
from weixi.integrations import limits


@pytest.fixture(autouse=True)
def _count_anew() -> None:
    limits.forget()


@pytest.fixture
def world(db: None, settings: Any) -> World:
    """The company of the security tests, with the API's limit per minute out of the way."""
    settings.API_REQUESTS_PER_MINUTE = 100_000
    return make_world()
