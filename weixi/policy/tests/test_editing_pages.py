"""Editing a draft by the pages: values, rules, indicators; what is wrong is said beside its field."""

from __future__ import annotations

import html
import json
import re

import pytest
from django.test import Client

from weixi.kernel.events.models import Event
from weixi.policy import queries
from weixi.policy.models import PolicyVersion
from weixi.policy.tests.conftest import Draft
from weixi.policy.tests.pages import PANEL, director_of, fields_of, save, value_page
from weixi.testing.cast import Cast


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
    # Who did it, and that the change of another place of the draft since is not taken for it.
    name = director_of(version)
    assert re.search(rf"{name}把.*从“2 小时”改成了“3 小时”", text)
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
    wrong = save(supervisor, address, clause="X-1", opens_on="case.opened", within="bald")
    text = wrong.content.decode()
    assert wrong.status_code == 422
    assert 'id="id_within-error"' in text
    unsettled = save(supervisor, address, clause="X-1", opens_on="case.opened", within="2 天")
    assert unsettled.status_code == 422 and 'id="id_closes_on-error"' in unsettled.content.decode()
    right = save(
        supervisor, address, clause="X-1", title="试行", opens_on="case.opened", closes_on="case.closed", within="2 天",
        where="kind = need、complaint", step0_after="即时", step0_to="supervisor",
    )  # fmt: skip
    assert right.status_code == 204, right.content.decode()
    rule = queries.document_of(PolicyVersion.objects.get(pk=version.pk)).rule("X-1")
    assert rule is not None and rule.where == {"kind": ("need", "complaint")}
    page = supervisor.get(f"/policy/versions/{version.pk}/").content.decode()
    assert 'id="X-1"' in page


def test_a_rule_is_edited_in_words(draft: Draft, supervisor: Client) -> None:
    version = draft()
    page = supervisor.get(f"/policy/versions/{version.pk}/rule/?clause=I-1", **PANEL).content.decode()
    # Its priority is none of the grades, though one of them has the same code.
    assert '<option value="normal" selected>普通</option>' in page and "普通客户</option>" not in page
    assert '<option value="case.opened" selected>事项受理</option>' in page
    assert re.search(r'id="id_closes_on-ticked"[^>]*>事项解决、事项关闭<', page)
    assert "种类＝咨询、问题；轻重＝一般" in page
    words = re.sub(r"<[^>]*>", " ", page)
    assert not re.search(r"\b(case|contract|order)\.[a-z]", words)


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


def test_open_places_are_filled_in_together(cast: Cast, standard: PolicyVersion, supervisor: Client) -> None:
    made = supervisor.post("/policy/draft/preset/", {"preset": "vip"})
    page = supervisor.get(made["Location"]).content.decode()
    address = html.unescape(page.split("wx-blanks")[1].split('class="btn btn-sm" href="')[1].split('"')[0])
    form = supervisor.get(address).content.decode()
    for label in ("VIP客户 满意度起点", "重要客户 满意度起点", "普通客户 年消费上限", "高潜力客户 年消费上限"):
        assert label in form, label


def test_a_version_that_is_no_draft_has_no_editors(standard: PolicyVersion, supervisor: Client) -> None:
    assert supervisor.get(value_page(supervisor, standard, "N-2a.within")).status_code == 409
    assert supervisor.post(f"/policy/versions/{standard.pk}/rule/remove/?clause=N-2a").status_code == 409


def test_the_draft_says_who_changed_what_and_when(draft: Draft, supervisor: Client, director: Client) -> None:
    version = draft()
    address = f"/policy/versions/{version.pk}/"
    assert "wx-draft-log" not in director.get(address).content.decode()
    assert save(supervisor, value_page(supervisor, version, "N-2b.within"), v0="20 小时").status_code == 204
    assert save(director, value_page(director, version, "N-2a.within"), v0="3 小时").status_code == 204
    page = supervisor.get(address).content.decode()
    log = page[page.index("wx-draft-log") :]
    log = log[: log.index("</details>")]
    assert log.count("<li>") == 2 and director_of(version) in log
    assert log.index("3 小时") < log.index("20 小时")
    # Unchanged savings leave no line.
    assert save(director, value_page(director, version, "N-2a.within")).status_code == 204
    assert director.get(address).content.decode().count("wx-draft-log") == 1
    assert Event.objects.filter(type="policy.changed").count() == 2


def test_the_period_of_grading_is_chosen_from_those_the_policy_leaves(draft: Draft, supervisor: Client) -> None:
    version = draft()
    address = value_page(supervisor, version, "grading.every")
    page = supervisor.get(address, **PANEL).content.decode()
    assert '<option value="P3M" selected>3 个月</option>' in page and '<option value="P6M">6 个月</option>' in page
    assert save(supervisor, address, v0="P6M").status_code == 204
    version.refresh_from_db()
    grading = queries.document_of(version).grading
    assert grading is not None and str(grading.every) == "P6M"
    assert "P6M" in PolicyVersion.objects.get(pk=version.pk).text
