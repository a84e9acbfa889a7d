"""The pages of the policy: reading, editing, deciding; who may what; hostile input."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from weixi.policy import queries, services
from weixi.policy.document.dump import dump_policy
from weixi.policy.document.edit import set_values
from weixi.policy.document.shipped import build_shipped
from weixi.policy.enums import VersionState
from weixi.policy.models import HolidayYear, PolicyVersion
from weixi.policy.tests.conftest import Draft
from weixi.testing.cast import Cast

PANEL = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "wx-panel-content"}


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of a form: hidden and text fields, areas, chosen options."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and (("checkbox" not in tag and "radio" not in tag) or " checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    return found


# --- reading ----------------------------------------------------------------------------------------


def test_everybody_reads_the_document(standard: PolicyVersion, specialist: Client) -> None:
    page = specialist.get("/policy/").content.decode()
    assert 'id="N-2"' in page and "2 小时" in page and "000 步骤4" in page
    assert "policy-value" not in page and "/value/?path=" not in page


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


# --- editing ----------------------------------------------------------------------------------------


def value_page(client: Client, version: PolicyVersion, path: str) -> str:
    return f"/policy/versions/{version.pk}/value/?path={path}"


def save(client: Client, address: str, **typed: Any) -> Any:
    sent = fields_of(client.get(address, **PANEL).content.decode())
    return client.post(address, {**sent, **typed}, **PANEL)


def test_a_value_is_changed_in_the_panel_and_the_change_said_in_words(draft: Draft, supervisor: Client) -> None:
    version = draft()
    answer = save(supervisor, value_page(supervisor, version, "N-2a.within"), v0="1 小时")
    assert answer.status_code == 204
    said = json.loads(answer["HX-Trigger"])
    assert "2 小时改为 1 小时" in said["wx:done"]["text"] and said["wx:policy"] is True
    page = supervisor.get(f"/policy/versions/{version.pk}/").content.decode()
    assert re.search(r'<del class="wx-was"[^>]*>2 小时</del><a class="wx-val changed"[^>]*>1 小时</a>', page)


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("N-2a.within", "soon", "“SOON”"),
        ("N-2a.escalate[0].to", "nobody", "nobody"),
        ("grading.threshold.value", "140", "100"),
        ("grading.indicator[margin_pct].weight", "zwei", "<span>"),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field(
    path: str, typed: str, said: str, draft: Draft, supervisor: Client
) -> None:
    version = draft()
    answer = save(supervisor, value_page(supervisor, version, path), v0=typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_v0-error"' in text and said in text
    assert PolicyVersion.objects.get(pk=version.pk).digest == version.digest


def test_two_people_at_one_value_see_both(draft: Draft, supervisor: Client, director: Client) -> None:
    version = draft()
    address = value_page(supervisor, version, "N-2a.within")
    mine = fields_of(supervisor.get(address, **PANEL).content.decode())
    assert save(director, address, v0="3 小时").status_code == 204
    answer = supervisor.post(address, {**mine, "v0": "1 小时"}, **PANEL)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "3 小时" in text and 'value="1 小时"' in text
    again = supervisor.post(address, {**fields_of(text)}, **PANEL)
    assert again.status_code == 204
    rule = queries.document_of(PolicyVersion.objects.get(pk=version.pk)).rule("N-2a")
    assert str(rule.within) == "PT1H"  # type: ignore[union-attr]


def test_two_people_at_different_values_both_keep_theirs(draft: Draft, supervisor: Client, director: Client) -> None:
    version = draft()
    mine = value_page(supervisor, version, "N-2a.within")
    opened = fields_of(supervisor.get(mine, **PANEL).content.decode())
    assert save(director, value_page(director, version, "N-2b.within"), v0="20 小时").status_code == 204
    assert supervisor.post(mine, {**opened, "v0": "1 小时"}, **PANEL).status_code == 204
    policy = queries.document_of(PolicyVersion.objects.get(pk=version.pk))
    assert [str(policy.rule(name).within) for name in ("N-2a", "N-2b")] == ["PT1H", "PT20H"]  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["nowhere", "N-2a", "deadline", "a" * 500, "N-2a.within[0]", "clause[99999].text"])
def test_a_path_that_is_no_value_is_404(path: str, draft: Draft, supervisor: Client) -> None:
    assert supervisor.get(value_page(supervisor, draft(), path)).status_code == 404


def test_an_unchanged_rule_form_changes_nothing(draft: Draft, supervisor: Client) -> None:
    version = draft()
    for rule in queries.document_of(version).rules:
        address = f"/policy/versions/{version.pk}/rule/?clause={rule.clause}"
        answer = save(supervisor, address)
        assert answer.status_code == 204, (rule.clause, answer.content.decode())
    assert PolicyVersion.objects.get(pk=version.pk).digest == version.digest


def test_steps_of_escalation_are_added_and_taken_out(draft: Draft, supervisor: Client) -> None:
    version = draft()
    address = f"/policy/versions/{version.pk}/rule/?clause=N-2a"
    assert save(supervisor, address, step2_after="1 天", step2_to="director").status_code == 204
    rule = queries.document_of(PolicyVersion.objects.get(pk=version.pk)).rule("N-2a")
    assert rule is not None
    assert [(str(s.after), s.to) for s in rule.escalate] == [
        ("PT0S", "supervisor"),
        ("PT4H", "service_manager"),
        ("P1D", "director"),
    ]
    assert save(supervisor, address, step2_after="", step2_to="").status_code == 204
    refused = save(supervisor, address, step1_after="", step1_to="")
    # The text of N-2 shows this step: it cannot go before the text does.
    assert refused.status_code == 422 and "N-2" in refused.content.decode()


def test_a_new_rule_with_all_that_is_wrong_beside_its_fields(draft: Draft, supervisor: Client) -> None:
    version = draft()
    address = f"/policy/versions/{version.pk}/rule/?kind=deadline"
    wrong = save(supervisor, address, clause="X-1", opens_on="case.opened", closes_on="case.closd", within="bald")
    text = wrong.content.decode()
    assert wrong.status_code == 422
    assert 'id="id_within-error"' in text
    assert re.search(r'id="id_closes_on-error">.*?case\.closd.*?case\.closed', text)
    right = save(
        supervisor, address, clause="X-1", title="试行", opens_on="case.opened", closes_on="case.closed", within="2 天",
        where="kind = need、complaint", step0_after="即时", step0_to="supervisor",
    )  # fmt: skip
    assert right.status_code == 204, right.content.decode()
    rule = queries.document_of(PolicyVersion.objects.get(pk=version.pk)).rule("X-1")
    assert rule is not None and rule.where == {"kind": ("need", "complaint")}
    page = supervisor.get(f"/policy/versions/{version.pk}/").content.decode()
    assert 'id="X-1"' in page


def test_a_rule_that_the_text_names_stays(draft: Draft, supervisor: Client) -> None:
    version = draft()
    answer = supervisor.post(f"/policy/versions/{version.pk}/rule/remove/?clause=N-2a")
    assert answer.status_code == 409
    assert PolicyVersion.objects.get(pk=version.pk).digest == version.digest


def test_an_indicator_is_edited_with_its_bands(draft: Draft, supervisor: Client) -> None:
    version = draft()
    address = f"/policy/versions/{version.pk}/grading/indicator/?key=annual_amount"
    assert save(supervisor, address).status_code == 204
    assert PolicyVersion.objects.get(pk=version.pk).digest == version.digest
    wrong = save(supervisor, address, bands="viel → 20")
    assert wrong.status_code == 422 and 'id="id_bands-error"' in wrong.content.decode()
    assert save(supervisor, address, bands="0 → 20\n50,000 → 100", weight="0.4").status_code == 204
    grading = queries.document_of(PolicyVersion.objects.get(pk=version.pk)).grading
    assert grading is not None and [float(x) for band in grading.indicator[0].bands or () for x in band] == [
        0,
        20,
        50000,
        100,
    ]
    page = supervisor.get(f"/policy/versions/{version.pk}/").content.decode()
    # 0.9 is no whole: it cannot be submitted, and says so.
    assert "wx-blanks" in page and f"/policy/versions/{version.pk}/grading/" in page


def test_blanks_of_vip_lead_to_their_editors(cast: Cast, standard: PolicyVersion, supervisor: Client) -> None:
    made = supervisor.post("/policy/draft/preset/", {"preset": "vip"})
    version = PolicyVersion.objects.latest("pk")
    assert made["Location"] == f"/policy/versions/{version.pk}/"
    page = supervisor.get(made["Location"]).content.decode()
    assert "/value/?path=grading.vip.vip.annual_amount_from" in page
    assert (
        save(
            supervisor, value_page(supervisor, version, "grading.vip.vip.annual_amount_from"), v0="200,000"
        ).status_code
        == 204
    )
    page = supervisor.get(made["Location"]).content.decode()
    assert "/value/?path=grading.vip.vip.annual_amount_from" not in page.split("wx-blanks")[1].split("</ul>")[0]


def test_a_version_that_is_no_draft_has_no_editors(standard: PolicyVersion, supervisor: Client) -> None:
    assert supervisor.get(value_page(supervisor, standard, "N-2a.within")).status_code == 409
    assert supervisor.post(f"/policy/versions/{standard.pk}/rule/remove/?clause=N-2a").status_code == 409


# --- files ------------------------------------------------------------------------------------------


def toml(content: bytes | str, name: str = "p.toml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


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
    assert PolicyVersion.objects.get(pk=version.pk).digest == now


# --- the whole way ----------------------------------------------------------------------------------


def test_from_edit_to_force_by_the_pages(
    standard: PolicyVersion, supervisor: Client, director: Client, moved_clock: Any
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
    assert director.post(f"{place}approve/", {"digest": digest}).status_code == 302
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
