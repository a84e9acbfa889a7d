"""Policies and holidays as files, holidays by hand; hostile input."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from weixi.policy import queries
from weixi.policy.document.dump import dump_policy
from weixi.policy.document.shipped import build_shipped
from weixi.policy.models import HolidayYear, PolicyVersion
from weixi.policy.tests.conftest import Draft
from weixi.policy.tests.pages import PANEL, director_of, fields_of, save, toml, value_page

# --- files ------------------------------------------------------------------------------------------


def test_a_download_comes_back_unchanged(standard: PolicyVersion, supervisor: Client, draft: Draft) -> None:
    version = draft()
    content = supervisor.get(f"/policy/versions/{version.pk}/file/").content
    assert content.decode() == dump_policy(queries.document_of(version))
    answer = supervisor.post(
        f"/policy/versions/{version.pk}/upload/", {"file": toml(content), "digest": version.digest}
    )
    assert answer.status_code == 302
    assert PolicyVersion.objects.get(pk=version.pk).digest == version.digest


def test_every_fault_of_a_file_is_listed_and_nothing_stored(standard: PolicyVersion, supervisor: Client) -> None:
    text = dump_policy(build_shipped()).replace('opens_on = "case.opened"', 'opens_on = "case.opend"', 1)
    text = text.replace("[calendar]\n", "[calendar]\nworkin_days = 3\n")
    answer = supervisor.post("/policy/draft/file/", {"file": toml(text)}, **PANEL)
    page = answer.content.decode()
    assert answer.status_code == 422 and page.count("<code>") == 2
    assert "case.opened" in page and "working_days" in page and re.search(r'class="at">[^<]*\d+', page)
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"a" * (2 * 1024 * 1024 + 1), b"[[[[", b"a = " + b"[" * 5000, b"policy = 1", b"[policy]\nname = \"<script>alert(1)</script>\"\nx = 1",
     b"PK\x03\x04 not a text \x00", b"a=1\n" * 60000, b"x = 1e999999999"],
    ids=["empty", "utf16", "large", "broken", "deep", "wrong", "script", "zip", "twice", "huge"],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_words(content: bytes, standard: PolicyVersion, supervisor: Client) -> None:
    answer = supervisor.post("/policy/draft/file/", {"file": toml(content)}, **PANEL)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    assert PolicyVersion.objects.count() == 1


def test_a_file_over_a_draft_changed_meanwhile_is_refused(draft: Draft, supervisor: Client, director: Client) -> None:
    version = draft()
    assert save(director, value_page(director, version, "N-2a.within"), v0="3 小时").status_code == 204
    now = PolicyVersion.objects.get(pk=version.pk).digest
    content = dump_policy(queries.document_of(version))
    answer = supervisor.post(
        f"/policy/versions/{version.pk}/upload/", {"file": toml(content), "digest": version.digest}, **PANEL
    )
    assert answer.status_code == 422
    assert f"其间{director_of(version)}改了这份草稿" in answer.content.decode()
    assert PolicyVersion.objects.get(pk=version.pk).digest == now


# --- working days -----------------------------------------------------------------------------------


def test_a_year_not_announced_says_so(standard: PolicyVersion, specialist: Client) -> None:
    page = specialist.get("/policy/holidays/").content.decode()
    year = page.split("<h2>2027")[1].split("</section>")[0]
    assert "wx-st warn" in year and "2027" in year


def test_a_year_is_entered_by_hand(standard: PolicyVersion, supervisor: Client) -> None:
    answer = save(
        supervisor, "/policy/holidays/2027/", holidays="2027-01-01 至 2027-01-03", working_days="2027年1月9日"
    )
    assert answer.status_code == 204
    row = HolidayYear.objects.get(pk=2027)
    assert row.holidays == ["2027-01-01", "2027-01-02", "2027-01-03"] and row.working_days == ["2027-01-09"]


@pytest.mark.parametrize(
    "typed", ["2026-01-01", "31.12.2027", "2027-02-30", "2027-03-05 至 2027-03-01", "2027-01-01 至 2027-12-31"]
)
def test_days_that_are_none_are_refused_beside_the_field(
    typed: str, standard: PolicyVersion, supervisor: Client
) -> None:
    answer = save(supervisor, "/policy/holidays/2027/", holidays=typed)
    assert answer.status_code == 422 and 'id="id_holidays-error"' in answer.content.decode()
    assert not HolidayYear.objects.exists()


def test_a_year_saved_by_somebody_else_meanwhile_is_not_lost(
    standard: PolicyVersion, supervisor: Client, director: Client, moved_clock: Any
) -> None:
    opened = fields_of(supervisor.get("/policy/holidays/2027/", **PANEL).content.decode())
    assert save(director, "/policy/holidays/2027/", holidays="2027-01-01").status_code == 204
    answer = supervisor.post("/policy/holidays/2027/", {**opened, "holidays": "2027-05-01"}, **PANEL)
    assert answer.status_code == 422
    assert HolidayYear.objects.get(pk=2027).holidays == ["2027-01-01"]


@pytest.mark.parametrize(
    ("name", "content", "holidays", "working"),
    [
        ("y.csv", "日期,类型\n2027-01-01,休\n2027-01-09,班\n", ["2027-01-01"], ["2027-01-09"]),
        ("y.toml", 'country = "CN"\n[years.2027]\noff = [["2027-01-01", "2027-01-02"]]\nworking = ["2027-01-09"]\n',
         ["2027-01-01", "2027-01-02"], ["2027-01-09"]),
    ],
)  # fmt: skip
def test_a_year_comes_as_a_file(
    name: str, content: str, holidays: list[str], working: list[str], standard: PolicyVersion, supervisor: Client
) -> None:
    assert supervisor.post("/policy/holidays/file/", {"file": toml(content, name)}).status_code == 302
    row = HolidayYear.objects.get(pk=2027)
    assert (row.holidays, row.working_days) == (holidays, working)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01", b"[years.2027]", b'country = "CN"\n[years.2027]\noff = [["2027-01-02", "2027-01-01"]]'],
)
def test_a_hostile_holiday_file_is_refused(content: bytes, standard: PolicyVersion, supervisor: Client) -> None:
    assert supervisor.post("/policy/holidays/file/", {"file": toml(content)}, **PANEL).status_code == 422
    assert not HolidayYear.objects.exists()
