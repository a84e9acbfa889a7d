"""Today's “waiting for my decision”: whatever this very person may say yes or no to, and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from weixi.customers.exporting import approving
from weixi.customers.exporting import services as exporting
from weixi.customers.services import add_contact
from weixi.grading import services as grading
from weixi.grading.decisions import waiting_here
from weixi.grading.services import overrides
from weixi.kernel import clock, slices
from weixi.kernel.counting import count_together
from weixi.kernel.jobs import services as jobs
from weixi.organisation.scope import system_viewer
from weixi.policy import services as policy
from weixi.policy.document.edit import set_values
from weixi.policy.document.shipped import build_shipped
from weixi.privacy.queries import person_of_contact
from weixi.privacy.services import answer_request, open_request
from weixi.testing.cast import Cast
from weixi.testing.policies import shipped_policy


@pytest.fixture
def company(cast: Cast, moved_clock: Callable[[str], None]) -> Cast:
    moved_clock("2026-03-02T10:00+08:00")
    shipped_policy("quadrant")
    return cast


def waiting(company: Cast) -> dict[str, dict[str, tuple[int, str]]]:
    """Kind -> person -> (how many, where), of everybody who has something to decide."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    for who in company.people:
        for kind in slices.registry.decisions.values():
            if (told := kind.waiting(company.viewer(who))) is not None:
                found.setdefault(kind.code, {})[who] = (told.count, told.url)
    return found


def block(page: str) -> str:
    found = re.search(r'<section id="decisions">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def test_nothing_waits_for_nobody(company: Cast, client_as: Callable[[Any], Client]) -> None:
    assert waiting(company) == {}
    assert block(client_as(company.service_manager).get("/today/").content.decode()) == ""


def test_a_grade_asked_for_waits_for_the_role_of_the_policy(company: Cast, client_as: Callable[[Any], Client]) -> None:
    customer = company.customer_of("specialist")
    until = clock.today() + timedelta(days=30)
    made = overrides.ask_override(
        customer, viewer=company.viewer("supervisor"), grade="core", reason="行业标杆", expires_on=until
    )
    assert waiting(company) == {"overrides": {"service_manager": (1, "/grading/#overrides")}}
    page = client_as(company.service_manager).get("/today/").content.decode()
    assert 'href="/grading/#overrides"' in block(page) and "个别调整的分级：1 件待审批" in block(page)
    # Who may decide finds the buttons there, who has asked does not.
    assert (
        f"/grading/overrides/{made.pk}/decide/" in client_as(company.service_manager).get("/grading/").content.decode()
    )
    asker = client_as(company.supervisor).get("/grading/").content.decode()
    assert f"/grading/overrides/{made.pk}/decide/" not in asker and "待批准" in asker
    overrides.decide_override(made, viewer=company.viewer("service_manager"), approve=True)
    assert waiting(company) == {}


def test_the_menu_counts_gradings_and_grades_by_hand_together(company: Cast) -> None:
    def number(who: str) -> int:
        asked = waiting_here(company.viewer(who))
        return 0 if asked is None else count_together([asked])[0]

    assert number("service_manager") == 0
    until, manager = clock.today() + timedelta(days=30), company.viewer("service_manager")
    for who, asker in (("specialist", company.viewer("supervisor")), ("colleague", manager)):
        overrides.ask_override(
            company.customer_of(who), viewer=asker, grade="core", reason="行业标杆", expires_on=until
        )  # fmt: skip
    # What he asked for himself does not wait for him.
    assert number("service_manager") == 1
    grading.compute_run(grading.start_run(viewer=system_viewer("test")))
    assert (number("service_manager"), number("specialist")) == (2, 0)


def test_nobody_is_shown_what_he_asked_for_himself(company: Cast) -> None:
    until = clock.today() + timedelta(days=30)
    overrides.ask_override(
        company.customer_of("specialist"), viewer=company.viewer("service_manager"), grade="core", reason="行业标杆",
        expires_on=until,
    )  # fmt: skip
    assert waiting(company) == {}


def test_a_grading_under_review_waits_for_who_approves_it(company: Cast) -> None:
    run = grading.start_run(viewer=company.viewer("supervisor"), as_of=clock.today())
    assert waiting(company) == {}
    assert run.job_id is not None
    jobs.run_now(run.job_id)
    assert waiting(company) == {"grading": {"service_manager": (1, f"/grading/{run.pk}/")}}
    grading.return_run(run, viewer=company.viewer("service_manager"), note="再看看")
    assert waiting(company) == {}


def test_an_export_waits_for_each_step_of_the_chain(company: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approving, "approved_from", lambda: 1)
    asked = [
        exporting.request_export(company.viewer(who), "customers", QueryDict(), [], format="csv", reason="盘点")
        for who in ("supervisor", "director")
    ]
    assert waiting(company) == {"exports": {"service_manager": (2, f"{reverse('exports')}?waiting=1")}}
    exporting.decide(asked[0], viewer=company.viewer("service_manager"), agree=False, expected=asked[0].filter_hash)
    assert waiting(company) == {"exports": {"service_manager": (1, asked[1].get_absolute_url())}}


def test_the_page_of_exports_shows_what_waits_alone(
    company: Cast, client_as: Callable[[Any], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approving, "approved_from", lambda: 1)
    client = client_as(company.service_manager)
    empty = client.get(f"{reverse('exports')}?waiting=1").content.decode()
    assert "没有等你审批的" in empty
    mine, theirs = (
        exporting.request_export(company.viewer(who), "customers", QueryDict(), [], format="csv", reason="盘点")
        for who in ("service_manager", "supervisor")
    )
    page = client.get(f"{reverse('exports')}?waiting=1").content.decode()
    assert theirs.number in page and mine.number not in page


def test_a_policy_waits_for_whom_its_chain_asks(company: Cast) -> None:
    document = set_values(build_shipped("quadrant"), {"policy.version": "next"})
    version = policy.draft_version(document, viewer=company.viewer("director"))
    policy.submit_version(version, viewer=company.viewer("director"))
    assert waiting(company) == {"policy": {"executive": (1, f"/policy/versions/{version.pk}/")}}


def test_a_persons_request_waits_for_who_looks_after_personal_data(company: Cast) -> None:
    contact = add_contact(company.customer_of("specialist"), viewer=system_viewer("test"), name="冯师傅")
    person = person_of_contact(contact)
    made = open_request(person, viewer=company.viewer("specialist"), kind="copy", channel="phone", identity="回拨核实")
    told = waiting(company)
    assert told and set(told) == {"person-requests"}
    assert all(each == (1, reverse("privacy")) for each in told["person-requests"].values())
    assert set(told["person-requests"]) == {
        who for who in company.people if company.viewer(who).may("personal.manage")
        and company.viewer(who).sees(company.customer_of("specialist"))
    }  # fmt: skip
    who = next(iter(told["person-requests"]))
    answer_request(made, viewer=company.viewer(who), granted=True, answer="已寄出")
    assert waiting(company) == {}
