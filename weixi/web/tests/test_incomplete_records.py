"""Records that lack what the policy asks for (C-6): kept and marked, completed in place, counted for the supervisor."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from weixi.customers.services import add_contact
from weixi.interactions.models import Interaction
from weixi.interactions.queries.records import incomplete_by, incomplete_in_scope, incomplete_records
from weixi.interactions.services import amend_interaction, record_interaction
from weixi.interactions.services.bulk import NewInteraction, record_interactions
from weixi.kernel import clock
from weixi.policy.models import PolicyVersion
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import policy_with, shipped_policy


@pytest.fixture
def company(db: None, moved_clock: Callable[[str], None]) -> Cast:
    moved_clock("2026-03-02T09:00+08:00")
    shipped_policy("quadrant")
    cast = make_cast()
    moved_clock("2026-03-11T10:00+08:00")
    return cast


def record(company: Cast, who: str = "specialist", **more: Any) -> Interaction:
    return record_interaction(company.customer_of(who), viewer=company.viewer(who), **{"kind": "call", **more})


def test_a_quick_record_is_kept_and_marked(company: Cast) -> None:
    assert record(company).lacking == "participants,content,conclusion"
    assert record(company, content="谈续约", conclusion="下月签", participants="钱、王").lacking == ""
    person = add_contact(company.customer_of("specialist"), viewer=company.viewer("specialist"), name="王梅")
    assert record(company, contact=person, content="谈续约").lacking == "conclusion"
    # What goes to many has no participants.
    assert record(company, kind="bulk", content="新品通知", conclusion="已发").lacking == ""


def test_it_is_completed_in_place_and_emptied_it_is_marked_again(company: Cast) -> None:
    made, qian = record(company, content="谈续约"), company.viewer("specialist")
    assert amend_interaction(made, viewer=qian, texts={"participants": "王梅"}).lacking == "conclusion"
    assert amend_interaction(made, viewer=qian, texts={"conclusion": "下月签"}).lacking == ""
    assert amend_interaction(made, viewer=qian, texts={"content": ""}).lacking == "content"


def test_the_policy_says_what_is_asked_and_nothing_is_marked_afterwards(
    db: None, moved_clock: Callable[[str], None]
) -> None:
    moved_clock("2026-03-02T09:00+08:00")
    before = make_cast()
    old = record(before)
    assert old.lacking == ""
    policy_with({"interaction.required": ["need"]})
    assert record(before).lacking == "need"
    assert Interaction.objects.get(pk=old.pk).lacking == ""
    assert amend_interaction(old, viewer=before.viewer("specialist"), texts={"content": "x"}).lacking == ""


def test_imported_history_is_marked_but_asked_of_nobody(company: Cast) -> None:
    new = NewInteraction(
        company.customer_of("specialist").pk, "call", clock.now() - timedelta(days=90), source_key="row1"
    )
    (made,) = record_interactions([new], viewer=company.viewer("specialist"))
    assert made.lacking == "participants,content,conclusion"
    assert not incomplete_records(company.viewer("director")).exists()
    assert incomplete_by([company.specialist.pk]) == {}


def test_counts_and_scope(company: Cast) -> None:
    record(company)
    record(company, content="a", conclusion="b", participants="c")
    record(company, "outsider")
    people = [company.specialist.pk, company.outsider.pk]
    assert incomplete_by(people) == dict.fromkeys(people, 1)
    assert incomplete_in_scope(company.viewer("director")) == 2
    assert incomplete_in_scope(company.viewer("supervisor")) == 1
    assert incomplete_records(company.viewer("supervisor")).count() == 1


def test_pages(company: Cast, client_as: Callable[..., Any]) -> None:
    made = record(company, content="谈续约")
    qian, lead = client_as(company.specialist), client_as(company.supervisor)
    story = qian.get(f"/customers/{made.customer_id}/").content.decode()
    assert "未记全：参加人" in story and f"/record/{made.pk}/complete/" in story
    assert "上海启明" in lead.get("/record/incomplete/").content.decode()
    assert "上海启明" in lead.get("/customers/", {"where": "interaction:incomplete"}).content.decode()
    kept = reverse("policy-kept", args=[PolicyVersion.objects.get().pk])
    assert "本月有 1 条记录未记全" in lead.get(kept).content.decode()
    assert client_as(company.outsider).get(f"/record/{made.pk}/complete/").status_code == 404
    form = qian.get(f"/record/{made.pk}/complete/").content.decode()
    assert form.index('name="participants"') < form.index('name="content"')
    sent = {"participants": "王梅", "content": "谈续约", "conclusion": "下月签"}
    assert qian.post(f"/record/{made.pk}/complete/", sent).status_code in (204, 302)
    assert Interaction.objects.get(pk=made.pk).lacking == ""
    assert "上海启明" not in lead.get("/record/incomplete/").content.decode()


def test_three_records_ask_no_more_than_one(
    company: Cast, assert_queries_same: Callable[..., int], client_as: Callable[..., Any]
) -> None:
    client = client_as(company.supervisor)
    for path in ("/record/incomplete/", "/team/"):
        assert assert_queries_same(lambda path=path: client.get(path), lambda: record(company)) <= 25


def test_the_list_stands_in_the_order_it_shows(company: Cast, client_as: Callable[..., Any], moved_clock: Any) -> None:
    """By when it was entered; when the contact was stands beside its way."""
    record(company, occurred_at=clock.now() - timedelta(hours=1))
    moved_clock("2026-03-11T11:00+08:00")
    record(company, kind="visit", occurred_at=clock.now() - timedelta(days=3))
    page = client_as(company.supervisor).get("/record/incomplete/").content.decode()
    lines = [re.sub(r"<[^>]+>", " ", line) for line in page.split("<tr data-row")[1:]]
    assert [("11:00" in line, "10:00" in line.split("上海")[0]) for line in lines] == [(True, False), (False, True)]
    assert "拜访" in lines[0] and "3月8日" in lines[0] and "电话" in lines[1] and "09:00" in lines[1]
