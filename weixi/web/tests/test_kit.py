"""What the small tags write: the ring's states, spans in words, figures, addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from weixi.kernel import clock
from weixi.kernel.drawing import figures, moments
from weixi.kernel.drawing.marks import ring_state

NOW = datetime(2026, 11, 24, 2, 20, tzinfo=UTC)  # 10:20 in Shanghai


@pytest.mark.parametrize(
    ("opened", "due", "state", "part"),
    [
        (-48, 96, "rest", 1.0),
        (-48, 24.001, "rest", 1.0),
        (-48, 19, "open", 19 / 24),
        (-48, 12, "mid", 0.5),
        (-48, 6, "mid", 0.25),
        (-48, 5.99, "soon", 5.99 / 24),
        (-48, 0, "soon", 0.0),
        (-48, -0.001, "late", 0.0),
        # a limit of two hours is its own whole: half an hour left of it is a quarter
        (-1.5, 0.5, "mid", 0.25),
        (-1.75, 0.25, "soon", 0.125),
        (0, 2, "open", 1.0),
    ],
)
def test_the_ring_measures_the_last_day_or_the_whole_limit(opened: float, due: float, state: str, part: float) -> None:
    found, left = ring_state(NOW + timedelta(hours=opened), NOW + timedelta(hours=due), NOW)
    assert (found, round(left, 6)) == (state, round(part, 6))


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (130, "剩 2 小时 10 分", "2 h 10 min left"),
        (125, "剩 2 小时 05 分", "2 h 05 min left"),
        (120, "剩 2 小时", "2 h left"),
        (35, "剩 35 分", "35 min left"),
        (0.5, "剩 不到 1 分", "less than a minute left"),
        (27 * 60, "剩 1 天 3 小时", "1 d 3 h left"),
        (49 * 60, "剩 2 天", "2 d left"),
        (-65, "超 1 小时 05 分", "over by 1 h 05 min"),
        (-51 * 60, "超 2 天 3 小时", "over by 2 d 3 h"),
        (-24 * 24 * 60, "超 24 天", "over by 24 d"),
    ],
)
def test_time_left_in_words(minutes: float, zh: str, en: str) -> None:
    due = NOW + timedelta(minutes=minutes)
    with translation.override("zh-hans"):
        assert moments.left_text(due, NOW) == zh
    with translation.override("en"):
        assert moments.left_text(due, NOW) == en


def test_days_in_the_habit_of_the_reader() -> None:
    with clock.at(NOW), translation.override("zh-hans"):
        assert figures.day_week(date(2026, 3, 2)) == "2026年3月2日 周一"
        assert [figures.near_day(date(2026, 11, each)) for each in (23, 24, 25, 26)] == [
            "昨天",
            "今天",
            "明天",
            "11月26日 周四",
        ]
        assert figures.near_day(date(2025, 1, 5)) == "2025年1月5日"
        assert figures.near(NOW) == (
            '<time datetime="2026-11-24T02:20:00+00:00" title="2026年11月24日 周二 10:20:00">今天 10:20</time>'
        )
    with clock.at(NOW), translation.override("en"):
        assert figures.day_week(date(2026, 3, 2)) == "Mon 2 Mar 2026"


@pytest.mark.django_db
def test_money_and_counts() -> None:
    assert figures.money(Decimal("-1234.5")) == "−¥1,234.50"
    assert figures.amount(Decimal("1286400")) == "1,286,400.00"
    assert (figures.count(2418), figures.percent(0.853), figures.money(None)) == ("2,418", "85%", "")


def render(text: str, query: str = "", **context: object) -> str:
    return Template(text).render(Context({"request": RequestFactory().get(f"/list/?{query}"), **context}))


def test_the_query_keeps_what_is_not_changed() -> None:
    assert render("{% qs page=2 %}", "tag=a&tag=b&page=1") == "?tag=a&amp;tag=b&amp;page=2"
    assert render("{% qs sort=None %}", "sort=x") == "/list/"
    assert render("{% qs_without 'tag' 'a' %}", "tag=a&tag=b&page=3") == "?tag=b"


def test_a_column_head_sorts_up_then_down() -> None:
    assert "?sort=name" in render("{% sort 'name' 'N' %}")
    assert "?sort=-name" in render("{% sort 'name' 'N' %}", "sort=name")
    assert "?sort=name" in render("{% sort 'name' 'N' %}", "sort=-name")


def test_what_people_typed_is_escaped_everywhere() -> None:
    bad = "<script>x</script>\"'"
    page = render(
        "{% avatar bad %}{% cut bad %}{% grade 1 bad %}{% clause bad bad %}{% state 'late' bad %}{% note bad %}"
        "{% nothing_here bad bad %}{% health 2 bad %}{% trend 1 bad %}{% combo 'a' '/x/' bad bad bad %}"
        "{% duty_line customer=bad what=bad url=bad who=bad clause_number=bad %}{% ring 'phone' title=bad %}",
        bad=bad,
    )
    assert "<script" not in page


def test_a_missing_page_gives_no_address() -> None:
    assert render("{% maybe_url 'no-such-page' 3 %}") == ""


def test_a_printed_form_has_its_page_number_and_no_frame(db: None) -> None:
    request = RequestFactory().get("/x/")
    request.viewer = None  # type: ignore[attr-defined]
    with translation.override("zh-hans"):
        page = render_to_string("web/print.html", request=request)
    assert "第 1 页　共 1 页" in page and "wx-rail" not in page and page.count("wx-a4") == 1


def test_a_fixed_part_says_its_state_in_the_language_of_the_moment() -> None:
    shown = Template('{% fixed "web/parts/me_who.html" name=name role=role %}')
    for language, name in (("en", "Lin"), ("zh-hans", "林<志>霞"), ("en", "Lin")):
        with translation.override(language):
            said = shown.render(Context({"name": name, "role": language, "shell": "unheard"}))
            assert said == render_to_string("web/parts/me_who.html", {"name": name, "role": language})
    assert "林&lt;志&gt;霞" in shown.render(Context({"name": "林<志>霞", "role": "x"}))
