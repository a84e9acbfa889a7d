from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.served.house import House, standing
from tests.served.wire import Wire


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The served company: one for all tests; a test that changes it puts it back or works on what it made itself."""
    with standing(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture(autouse=True)
def _no_error_of_ours(house: House) -> Iterator[None]:
    """The server goes on answering, and its log has no traceback that was not there before."""
    before = len(house.log)
    yield
    assert Wire(house.address).ask("GET", "/healthz")[0] == 200
    assert "Traceback" not in house.log[before:], house.log[before:][-3000:]
