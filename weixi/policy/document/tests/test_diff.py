from __future__ import annotations

import pytest

from weixi.policy.document.diff import diff, in_words
from weixi.policy.document.dump import dump_policy
from weixi.policy.document.edit import add_item, remove_item, set_value
from weixi.policy.document.load import load_policy, policy_of
from weixi.policy.document.plain import plain
from weixi.policy.document.shipped import build_shipped
from weixi.policy.document.tests.samples import SMALL

STANDARD = build_shipped()


@pytest.mark.parametrize(
    ("path", "raw", "zh", "en"),
    [
        (
            "N-2a.within",
            "PT1H",
            "N-2a 需求首次响应：时限由 2 小时改为 1 小时",
            "N-2a 需求首次响应: time limit from 2 hours to 1 hour",
        ),
        (
            "C-1a.every",
            "P3M",
            "C-1a 核心客户每月深度沟通：周期由月改为季度",
            "C-1a 核心客户每月深度沟通: period from month to quarter",
        ),
        (
            "K-2b.after",
            "P5M",
            "K-2b 购买后4—6个月回访：起始由 4 个月改为 5 个月",
            "K-2b 购买后4—6个月回访: opens after from 4 months to 5 months",
        ),
        (
            "C-4b.before",
            "P1W",
            "C-4b 关键联系人生日祝福：提前由 3 天改为 1 周",
            "C-4b 关键联系人生日祝福: notice from 3 days to 1 week",
        ),
        (
            "N-2a.clock",
            "working",
            "N-2a 需求首次响应：计时由日历钟点改为工作钟点",
            "N-2a 需求首次响应: clock from calendar clock to working clock",
        ),
        (
            "C-1a.where.grade",
            "important",
            "C-1a 核心客户每月深度沟通：适用范围由分级＝核心客户改为分级＝重要客户",
            "C-1a 核心客户每月深度沟通: applies where from grade = core to grade = important",
        ),
        (
            "grading.threshold.value",
            65,
            "G-2：价值分界线由 60 改为 65",
            "G-2: value threshold from 60 to 65",
        ),
        (
            "grading.spend.high_above",
            150000,
            "G-4：高价值超过由 100,000 改为 150,000",
            "G-4: high above from 100,000 to 150,000",
        ),
        (
            "policy.effective_from",
            "2026-04-01",
            "生效日期由 2026年1月1日改为 2026年4月1日",
            "date of effect from 2026-01-01 to 2026-04-01",
        ),
        (
            "gift.class.vip.amount_at_most",
            500,
            "T-1 VIP客户：金额上限由（未填）改为 500",
            "T-1 VIP客户: amount at most from (blank) to 500",
        ),
    ],
)
def test_one_change_in_words(path: str, raw: object, zh: str, en: str) -> None:
    changed = set_value(STANDARD, path, raw)
    (change,) = diff(STANDARD, changed)
    assert in_words(change, "zh", changed) == zh
    assert in_words(change, "en") == en


def test_a_policy_does_not_differ_from_its_own_text() -> None:
    assert diff(STANDARD, load_policy(dump_policy(STANDARD))) == []


def test_equal_lengths_and_another_order_of_rules_are_no_change() -> None:
    a = load_policy(SMALL.replace('before = "P3D"', 'before = "P7D"'))
    b = load_policy(SMALL.replace('before = "P3D"', 'before = "P1W"'))
    assert diff(a, b) == []
    before, rest = SMALL.split("[[deadline]]")
    rule, after = rest.split("[[cadence]]")
    first, second = "[[deadline]]" + rule, "[[deadline]]" + rule.replace("N-2a", "X-1")
    tail = "[[cadence]]" + after
    assert diff(load_policy(before + first + second + tail), load_policy(before + second + first + tail)) == []


def test_added_and_removed_rules() -> None:
    small = load_policy(SMALL)
    (removed,) = diff(small, remove_item(small, "N-2a"))
    assert (removed.kind, removed.path, removed.clause, removed.new) == ("removed", "N-2a", "N-2a", None)
    assert in_words(removed) == "删去时限规则：N-2a 需求首次响应"
    more = add_item(STANDARD, "node", {"clause": "X-9", "title": "教师节问候", "date": "--09-10"})
    (added,) = diff(STANDARD, more)
    assert in_words(added) == "新增节点规则：X-9 教师节问候"
    assert in_words(added, "en") == "node added: X-9 教师节问候"


def test_a_whole_preset_can_be_compared() -> None:
    changes = diff(STANDARD, build_shipped("spend"))
    sentences = [in_words(change) for change in changes]
    assert "G-1：分级方案由四象限改为消费额" in sentences
    assert "删去频率规则：C-1a 核心客户每月深度沟通" in sentences
    assert "新增频率规则：C-3d 低价值客户每周内容推送" in sentences
    assert all("None" not in sentence for sentence in sentences)


def test_the_order_of_advice_is_a_change() -> None:
    rows = plain(STANDARD)["grading"]["advice"]
    data = plain(STANDARD)
    data["grading"]["advice"] = rows[::-1]
    (change,) = diff(STANDARD, policy_of(data))
    assert change.kind == "reordered"
    assert in_words(change) == "G-1：关系建议的次序有变"
