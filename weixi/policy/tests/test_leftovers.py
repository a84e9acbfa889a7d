"""Who drafts is told which words still say what his numbers no longer say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from weixi.organisation.scope import system_viewer
from weixi.policy import services
from weixi.policy.document.edit import set_values
from weixi.policy.document.shipped import build_shipped
from weixi.policy.leftovers import leftovers_of
from weixi.policy.queries import document_of
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with

# A company that writes the time into the service standard itself: the shipped one shows the rule's.
SAYS = {"grading.service_standard[core].frequency": "每月至少1次深度沟通"}
BASE = set_values(build_shipped("quadrant"), SAYS)


def said(**values: object) -> dict[str, str]:
    changed = {path.replace("__", "."): value for path, value in values.items()}
    return {each.text: each.why for each in leftovers_of(1, BASE, set_values(BASE, changed), "zh")}


def test_nothing_changed_says_nothing() -> None:
    assert leftovers_of(1, BASE, BASE, "zh") == []


def test_titles_with_a_time_in_them() -> None:
    found = {each.text: each for each in leftovers_of(1, BASE, set_values(BASE, {"C-1a.every": "P3M"}), "zh")}
    assert set(found) == {"核心客户每月深度沟通", "每月至少1次深度沟通"}
    assert "C-1a" in found["核心客户每月深度沟通"].why
    assert found["核心客户每月深度沟通"].url.endswith("/rule/?clause=C-1a")


def test_a_title_changed_with_the_number_is_none() -> None:
    changed = {"C-1a.every": "P3M", "C-1a.title": "核心客户每季度深度沟通"}
    assert [each.text for each in leftovers_of(1, BASE, set_values(BASE, changed), "zh")] == ["每月至少1次深度沟通"]


def test_a_text_that_shows_the_rules_time_follows_by_itself() -> None:
    shipped = build_shipped("quadrant")
    found = leftovers_of(1, shipped, set_values(shipped, {"C-1a.every": "P3M"}), "zh")
    assert [each.text for each in found] == ["核心客户每月深度沟通"]


def test_amounts_that_name_the_old_currency_themselves() -> None:
    own = "大单（单笔10万元以上）另报，元旦前后除外。"
    base = set_values(build_shipped("spend"), {"clause[G-9].text": own})
    found = leftovers_of(1, base, set_values(base, {"policy.currency": "USD"}), "zh")
    # What the shipped texts say of amounts follows by itself.
    assert [(each.text, each.why) for each in found] == [(own, "货币现为美元")]


def test_a_title_without_a_time_stays_silent() -> None:
    assert leftovers_of(1, BASE, set_values(BASE, {"A-3.within": "PT30H"}), "zh") == []


def test_questions_of_calls_stand_beside_their_rule() -> None:
    changed = set_values(BASE, {"K-2b.after": "P5M", "K-2b.within": "P8M"})
    assert {each.text for each in leftovers_of(1, BASE, changed, "zh")} == {"购买后4—6个月回访", "购买4—6个月"}


def test_texts_that_name_a_grade_as_it_was_called() -> None:
    found = leftovers_of(1, BASE, set_values(BASE, {"grading.grade[core].title": "战略客户"}), "zh")
    assert len(found) > 5 and all("核心客户" in each.text for each in found)
    texts = [each.text for each in found]
    assert len(set(texts)) == len(texts) and "核心客户需求访谈" in texts


@pytest.mark.django_db
def test_the_draft_shows_them_to_who_may_edit(cast: Cast, client_as: Callable[..., Client]) -> None:
    viewer = system_viewer("test")
    version = policy_with(SAYS)
    changed = set_values(document_of(version), {"C-1a.every": "P3M"})
    draft = services.draft_version(changed, viewer=viewer, based_on=version)
    where = reverse("policy-version", args=[draft.pk])
    page = client_as(cast.admin).get(where).content.decode()
    assert "有 2 处文字可能还是改动之前的说法" in page and "C-1a 已由月改为季度" in page
    assert "改动之前的说法" not in client_as(cast.specialist).get(where).content.decode()
