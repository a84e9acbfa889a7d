"""The texts beside grades carry the policy's numbers: another number is another text, on every page and file."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from weixi.grading.models import GradingRun
from weixi.grading.sections import choose_section, grading_in_force
from weixi.grading.services import compute_run, start_run
from weixi.grading.sheets import write_service_standards
from weixi.organisation.scope import system_viewer
from weixi.policy.document.edit import set_values
from weixi.policy.document.problems import PolicyError
from weixi.policy.document.shipped import build_shipped
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with

SYSTEM = system_viewer("test")
CHANGED = {
    "grading.spend.high_above": 5000,
    "grading.spend.mid_from": 1000,
    "grading.grade[high].title": "钻石客户",
    "C-3a.every": "P3M",
}


@pytest.mark.parametrize("preset", ["quadrant", "spend", "vip"])
def test_the_shipped_texts_have_no_open_placeholder(preset: str) -> None:
    from weixi.policy.document.filling import filled_grading, grading_texts

    section = filled_grading(build_shipped(preset))
    assert section is not None
    assert [text for _path, text in grading_texts(section) if "{" in text or "}" in text] == []


def test_other_numbers_are_other_texts_everywhere(cast: Cast, client_as: Callable[..., Client]) -> None:
    policy_with(CHANGED, preset="spend")
    run = start_run(viewer=SYSTEM)
    compute_run(run)
    director = client_as(cast.director)
    register = director.get(reverse("grading-register")).content.decode()
    assert "年消费超5,000元" in register and "年消费1,000—5,000元" in register and "钻石客户" in register
    standards = director.get(reverse("grading-service-standards")).content.decode()
    assert "每季度1次上门拜访或视频沟通" in standards
    assert "每季度1次上门拜访或视频沟通" in director.get(reverse("grading-gaps")).content.decode()
    section = grading_in_force()
    assert section is not None
    stream = io.BytesIO()
    write_service_standards(section, stream)
    stream.seek(0)
    rows = CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python()
    assert rows[1][:2] == ["钻石客户", "年消费超5,000元，或潜力高"]


def test_a_run_keeps_the_texts_of_its_day(cast: Cast, moved_clock: Callable[[str], None]) -> None:
    policy_with(CHANGED, preset="spend")
    run = GradingRun.objects.get(pk=start_run(viewer=SYSTEM).pk)
    assert run.section["grade"][0]["standard"] == "年消费超5,000元，或潜力高"


def test_another_preset_has_its_own_numbers(cast: Cast) -> None:
    policy_with({"grading.spend.high_above": 80000})
    section = choose_section("spend").grading
    assert section.grade[0].standard == "年消费超80,000元，或潜力高"
    assert section.service_standard[2].frequency == "每周1次内容推送"


def test_a_text_that_shows_a_value_that_is_not_there_is_refused() -> None:
    with pytest.raises(PolicyError) as refusal:
        set_values(build_shipped(), {"grading.service_standard[core].frequency": "每{C-9z.every}一次"})
    assert [problem.code for problem in refusal.value.problems] == ["dangling_text"]
