"""A policy in force for the tests of grading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from weixi.policy.document.grading import Grading


@pytest.fixture
def in_force(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Grading]:
    """`in_force(preset, **changes)`: the shipped policy of that preset with these keys of `[grading]` changed."""
    from weixi.kernel import clock
    from weixi.policy.document.shipped import build_shipped
    from weixi.policy.queries import VersionInForce

    def put(preset: str = "spend", **changes: Any) -> Grading:
        policy = build_shipped(preset)
        assert policy.grading is not None
        section = policy.grading.model_copy(update=changes)
        changed = policy.model_copy(update={"grading": section})
        version = VersionInForce(1, changed.header.version, clock.now(), changed)
        monkeypatch.setattr("weixi.grading.sections.policy_in_force", lambda at=None: changed)
        for module in ("weixi.grading.sections", "weixi.policy.queries.given", "weixi.policy.queries.chains"):
            monkeypatch.setattr(f"{module}.version_in_force", lambda at=None: version)
        return section

    return put
