"""The pages of the policy: reading, deciding, the whole way; who may what."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from weixi.policy import queries, services
from weixi.policy.document.edit import set_values
from weixi.policy.enums import VersionState
from weixi.policy.models import PolicyVersion
from weixi.policy.tests.conftest import Draft
from weixi.policy.tests.pages import PANEL, save, value_page
from weixi.testing.cast import Cast

# --- reading ----------------------------------------------------------------------------------------


def test_everybody_reads_the_document(standard: PolicyVersion, specialist: Client) -> None:
    page = specialist.get("/policy/").content.decode()
    assert 'id="N-2"' in page and "2 小时" in page and "000 步骤4" in page
    assert "policy-value" not in page and "/value/?path=" not in page


def test_how_it_is_kept_comes_after_the_page_and_without_scripts_with_it(
    standard: PolicyVersion, specialist: Client
) -> None:
    address = f"/policy/versions/{standard.pk}/kept/"
    page = specialist.get("/policy/").content.decode()
    assert page.count(f'hx-get="{address}"') == 1 and f'<a class="wx-link" href="{address}">' in page
    assert "本月尚无到期" not in page
    parts = specialist.get(address, **PANEL).content.decode()
    assert "<html" not in parts and 'id="how-N-2" hx-swap-oob="true"' in parts and "本月尚无到期" in parts
    # Each part has its place on the page.
    places = re.findall(r'id="(how-[^"]+)" hx-swap-oob', parts)
    assert places and all(page.count(f'id="{place}"') == 1 for place in places)
    whole = specialist.get(address).content.decode()
    assert "<html" in whole and "本月尚无到期" in whole and "hx-swap-oob" not in whole


def test_a_clause_tag_leads_to_its_place_and_a_rule_to_its_clause(standard: PolicyVersion, specialist: Client) -> None:
    assert specialist.get("/policy/clauses/N-2/")["Location"] == "/policy/#N-2"
    assert specialist.get("/policy/clauses/N-2a/")["Location"] == "/policy/#N-2"


@pytest.mark.parametrize("number", ["Q-99", "%3Cscript%3E", "../../etc", "a/b"])
def test_an_unknown_clause_is_a_plain_404(number: str, standard: PolicyVersion, specialist: Client) -> None:
    answer = specialist.get(f"/policy/clauses/{number}/")
    assert answer.status_code == 404
    assert "<script>" not in answer.content.decode().split("</head>")[1].replace('<script id="wx-texts"', "")


@pytest.mark.parametrize("path", ["/policy/versions/", "/policy/holidays/", "/policy/versions/{pk}/", "/policy/versions/{pk}/print/",
                                  "/policy/versions/{pk}/grading/", "/policy/versions/{pk}/compare/", "/policy/versions/{pk}/file/"])  # fmt: skip
def test_the_other_pages_open_for_readers(path: str, standard: PolicyVersion, specialist: Client) -> None:
    assert specialist.get(path.format(pk=standard.pk)).status_code == 200
    assert Client().get(path.format(pk=standard.pk)).status_code == 302


def test_without_a_policy_the_page_says_how_to_begin(cast: Cast, director: Client) -> None:
    page = director.get("/policy/").content.decode()
    assert "/policy/draft/preset/" in page


def test_one_or_three_versions_need_the_same_queries(
    standard: PolicyVersion, specialist: Client, draft: Draft, assert_queries_same: Callable[..., int]
) -> None:
    labels = iter(["a", "b", "c"])
    assert assert_queries_same(lambda: specialist.get("/policy/versions/"), lambda: draft(label=next(labels))) < 25


def test_reading_the_document_needs_few_queries(
    standard: PolicyVersion, specialist: Client, draft: Draft, assert_queries_same: Callable[..., int]
) -> None:
    labels = iter(["a", "b", "c"])
    assert assert_queries_same(lambda: specialist.get("/policy/"), lambda: draft(label=next(labels))) < 25


def test_what_stands_in_the_text_is_never_markup(cast: Cast, standard: PolicyVersion, specialist: Client) -> None:
    evil = "<img src=x onerror=alert(1)>\"'&"
    document = queries.document_of(standard)
    place = next(i for i, clause in enumerate(document.clause) if clause.id == "N-3")
    document = set_values(document, {
        f"clause[{place}].text": evil, f"clause[{place}].title": evil, "policy.name": evil, "policy.version": "<b>9</b>", "N-2a.title": evil,
    })  # fmt: skip
    version = services.draft_version(document, viewer=cast.viewer("supervisor"))
    for path in ("", "print/", "compare/", "grading/"):
        page = specialist.get(f"/policy/versions/{version.pk}/{path}").content.decode()
        assert "<img src=x" not in page and "<b>9</b>" not in page
    assert "<b>9</b>" not in specialist.get("/policy/versions/").content.decode()


# --- who may what -----------------------------------------------------------------------------------

FORMS = ["/policy/draft/preset/", "/policy/draft/file/", "/policy/holidays/2027/", "/policy/holidays/file/",
         "/policy/versions/{pk}/value/?path=N-2a.within", "/policy/versions/{pk}/rule/?clause=N-2a",
         "/policy/versions/{pk}/grading/indicator/", "/policy/versions/{pk}/upload/"]  # fmt: skip
ACTS = ["/policy/draft/", "/policy/versions/{pk}/submit/", "/policy/versions/{pk}/drop/", "/policy/versions/{pk}/take-back/",
        "/policy/versions/{pk}/approve/", "/policy/versions/{pk}/activate/", "/policy/versions/{pk}/return/",
        "/policy/versions/{pk}/rule/remove/?clause=N-2a", "/policy/versions/{pk}/grading/indicator/remove/?key=margin_pct"]  # fmt: skip


@pytest.mark.parametrize("path", FORMS)
def test_editors_open_for_drafters_only(path: str, draft: Draft, supervisor: Client, specialist: Client) -> None:
    address = path.format(pk=draft().pk)
    assert supervisor.get(address).status_code == 200
    assert supervisor.get(address, **PANEL).status_code == 200
    assert specialist.get(address).status_code == 403


@pytest.mark.parametrize("path", ACTS)
def test_acts_are_refused_to_readers_and_change_nothing(path: str, draft: Draft, specialist: Client) -> None:
    version = draft()
    before = list(PolicyVersion.objects.order_by("pk").values())
    assert specialist.post(path.format(pk=version.pk), {"reason": "x"}).status_code == 403
    assert list(PolicyVersion.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("path", [act for act in ACTS if "return" not in act])
def test_acts_are_posts(path: str, draft: Draft, director: Client) -> None:
    assert director.get(path.format(pk=draft().pk)).status_code == 405


# --- the whole way ----------------------------------------------------------------------------------


def test_from_edit_to_force_by_the_pages(
    standard: PolicyVersion, supervisor: Client, director: Client, cast: Cast, client_as: Any, moved_clock: Any
) -> None:
    place = supervisor.post("/policy/draft/", {"from": standard.pk})["Location"]
    version = PolicyVersion.objects.latest("pk")
    assert (version.label, version.based_on_id, str(version.effective_from)) == ("2026.2", standard.pk, "2026-03-03")
    assert save(supervisor, value_page(supervisor, version, "N-2a.within"), v0="1 小时").status_code == 204
    digest = PolicyVersion.objects.get(pk=version.pk).digest
    assert supervisor.post(f"{place}submit/", {"digest": digest}).status_code == 302
    assert "/approve/" not in supervisor.get(place).content.decode()
    assert director.post(f"{place}return/", {"reason": ""}, **PANEL).status_code == 422
    assert director.post(f"{place}return/", {"reason": "请说明理由"}).status_code == 302
    assert "请说明理由" in supervisor.get(place).content.decode()
    assert supervisor.post(f"{place}submit/", {"digest": digest}).status_code == 302
    page = director.get(place).content.decode()
    assert "/approve/" not in page and "总经理" in page, "the chain of the policy in force asks somebody else"
    assert director.post(f"{place}approve/", {"digest": digest}).status_code == 403
    executive = client_as(cast.executive)
    assert "/approve/" in executive.get(place).content.decode()
    assert executive.post(f"{place}approve/", {"digest": digest}).status_code == 302
    assert "2026年3月3日" in director.get(place).content.decode()
    assert director.post(f"{place}activate/").status_code == 302
    assert "2026.2" in director.get("/policy/").content.decode()
    moved_clock("2026-03-03T08:00+08:00")
    assert re.search(r"wx-val[^>]*>1 小时<", director.get("/policy/").content.decode())
    compared = director.get(f"{place}compare/?with={standard.pk}").content.decode()
    assert "2 小时改为 1 小时" in compared
    assert PolicyVersion.objects.get(pk=version.pk).state == VersionState.ACTIVATED


def test_ones_own_draft_says_that_somebody_else_decides(draft: Draft, director: Client, cast: Cast) -> None:
    version = services.submit_version(draft(by="director"), viewer=cast.viewer("director"))
    page = director.get(f"/policy/versions/{version.pk}/").content.decode()
    assert "/approve/" not in page
    assert director.post(f"/policy/versions/{version.pk}/approve/", {"digest": version.digest}).status_code == 403
