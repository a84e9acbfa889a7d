from __future__ import annotations

import pytest

from weixi.policy.document.activate import can_activate
from weixi.policy.document.edit import set_value
from weixi.policy.document.load import load_policy
from weixi.policy.document.shipped import build_shipped
from weixi.policy.document.tests.samples import BARE, SMALL


@pytest.mark.parametrize("preset", ["quadrant", "spend"])
def test_filled_presets_can_take_effect(preset: str) -> None:
    assert can_activate(build_shipped(preset)) == []


def test_a_policy_without_grading_can_take_effect() -> None:
    assert can_activate(load_policy(BARE)) == []


def test_the_vip_preset_lists_every_blank_and_can_take_effect_when_filled() -> None:
    policy = build_shipped("vip")
    blanks = [problem.path for problem in can_activate(policy)]
    assert len(blanks) == 14
    assert "grading.vip.vip.annual_amount_from" in blanks
    for path in blanks:
        if path.endswith("partnership"):
            policy = set_value(policy, path, "further")
        elif path == "grading.vip.important.orders_6m_to":
            policy = set_value(policy, path, 9)
        else:
            policy = set_value(policy, path, 5)
    assert can_activate(policy) == []


def test_partnership_in_place_of_csat_needs_no_csat() -> None:
    policy = set_value(build_shipped("vip"), "grading.vip.partnership", "instead")
    assert "grading.vip.vip.csat_from" not in [problem.path for problem in can_activate(policy)]


def test_weights_must_sum_to_one_before_it_takes_effect() -> None:
    found = can_activate(load_policy(SMALL))
    assert [(p.code, p.path) for p in found] == [
        ("weights", "grading.indicator"),
        ("blank", "grading.indicator"),
    ]
    assert "sum to 0.4" in found[0].message


def test_a_preset_without_its_numbers_cannot_take_effect() -> None:
    policy = load_policy(BARE + '[grading]\npreset = "spend"\n')
    assert [p.path for p in can_activate(policy)] == ["grading.every", "grading.approve_by", "grading.spend"]
