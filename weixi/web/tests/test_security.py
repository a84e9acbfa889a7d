from __future__ import annotations

import pytest

from weixi.organisation.passwords import SecurityRules, rules
from weixi.policy.document.guard import Security
from weixi.web import security


def test_the_door_follows_the_policy_in_force(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    section = Security.model_validate({"passwords": {"length_from": 14}, "lock_out": {"tries": 3, "wait": "PT1H30M"}})
    monkeypatch.setattr(security, "security_rules", lambda: section)
    found = rules()
    assert (found.password_length, found.failures_per_pair, found.wait_minutes) == (14, 3, 90)


def test_what_the_policy_leaves_open_keeps_its_value(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(security, "security_rules", Security)
    assert rules() == SecurityRules()
