from __future__ import annotations

import pytest

from weixi.integrations import limits


@pytest.fixture(autouse=True)
def _count_anew() -> None:
    limits.forget()
