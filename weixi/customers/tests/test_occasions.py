"""Days a customer has once (C-4): announced by the policy's rule, called off, moved, settled by a record."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from weixi.customers.models import Customer, Occasion
from weixi.customers.occasions.services import add_occasion, change_occasion, remove_occasion, restore_occasion
from weixi.customers.services import archive_customer, restore_customer
from weixi.duties.models import Duty, Escalation
from weixi.duties.queries import today_of
from weixi.duties.queries.plan import plan_of
from weixi.duties.services.tick import tick
from weixi.interactions.services import Evidence, record_interaction
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.models import Event
from weixi.policy.document.dump import dump_policy
from weixi.policy.queries import policy_in_force
from weixi.project.cli import main
from weixi.testing.cast import Cast, make_cast
from weixi.testing.policies import shipped_policy

RULE = "occasion.near"


@pytest.fixture
def company(db: None, moved_clock: Callable[[str], None]) -> Cast:
    moved_clock("2026-01-01T09:00+08:00")
    shipped_policy("quadrant")
    cast = make_cast()
    moved_clock("2026-03-02T10:00+08:00")
    return cast


def fair(company: Cast, day: date = date(2026, 4, 20), **more: str) -> Occasion:
    return add_occasion(
        company.customer_of("specialist"), viewer=company.viewer("specialist"), kind="exhibition", day=day,
        **{"title": "压缩机展", "place": "上海", **more},
    )  # fmt: skip


def duties() -> list[tuple[str, str]]:
    return [(row.subject, row.state) for row in Duty.objects.filter(subject__startswith="occasion:").order_by("pk")]


def test_the_duty_comes_so_long_before_as_the_policy_says(company: Cast, moved_clock: Callable[[str], None]) -> None:
    made = fair(company)
    assert duties() == []
    moved_clock("2026-04-12T23:59+08:00")
    tick()
    assert duties() == []
    moved_clock("2026-04-13T00:01+08:00")
    tick()
    assert duties() == [(f"occasion:{made.pk}-1", "open")]
    duty = Duty.objects.get(subject=f"occasion:{made.pk}-1")
    assert duty.due_at == datetime.fromisoformat("2026-04-21T00:00+08:00")
    assert duty.assignee == company.specialist
    moved_clock("2026-04-20T10:00+08:00")
    tick()
    focus = today_of(company.specialist).focus
    assert focus is not None and focus.pk == duty.pk and "压缩机展" in focus.about
    # Nobody does anything: on the day after the supervisor is told.
    moved_clock("2026-04-21T00:01+08:00")
    tick()
    assert Duty.objects.get(pk=duty.pk).state == "overdue"
    assert Escalation.objects.get(duty=duty).person == company.supervisor


def test_a_record_that_says_so_settles_it_and_another_does_not(
    company: Cast, moved_clock: Callable[[str], None]
) -> None:
    made, customer, qian = fair(company), company.customer_of("specialist"), company.viewer("specialist")
    moved_clock("2026-04-18T10:00+08:00")
    tick()
    record_interaction(customer, viewer=qian, kind="call", content="别的事")
    assert duties() == [(f"occasion:{made.pk}-1", "open")]
    proof = Evidence("occasion.kept", ("occasion", made.subject))
    record_interaction(customer, viewer=qian, kind="event", content="到展位", evidence=[proof])
    assert duties() == [(f"occasion:{made.pk}-1", "done")]


def test_the_record_form_offers_it(
    company: Cast, client_as: Callable[..., Any], moved_clock: Callable[[str], None]
) -> None:
    made = fair(company)
    moved_clock("2026-04-18T10:00+08:00")
    tick()
    duty = Duty.objects.get(subject=f"occasion:{made.pk}-1")
    client, customer = client_as(company.specialist), company.customer_of("specialist")
    form = client.get("/record/", {"customer": customer.pk, "duty": duty.key}).content.decode()
    assert "压缩机展" in form
    sent = {"customer": customer.pk, "duty": duty.key, "kind": "event", "occurred_at": "2026-04-18T10:00", "settle": duty.key, "content": "参展"}  # fmt: skip
    assert client.post("/record/", sent).status_code in (204, 302)
    assert Duty.objects.get(pk=duty.pk).state == "done"


@pytest.mark.parametrize("to", [date(2026, 4, 10), date(2026, 5, 30)])
@pytest.mark.parametrize("known", ["2026-03-03T10:00+08:00", "2026-04-15T10:00+08:00"])
def test_it_moves_with_its_day(to: date, known: str, company: Cast, moved_clock: Callable[[str], None]) -> None:
    made, qian = fair(company), company.viewer("specialist")
    moved_clock(known)
    tick()
    moved = change_occasion(made.pk, viewer=qian, kind="exhibition", day=to, title="压缩机展", version=made.version)
    assert moved.turn == 2
    for moment in ("2026-04-16T10:00+08:00", "2026-05-31T10:00+08:00"):
        if datetime.fromisoformat(moment) > datetime.fromisoformat(known):
            moved_clock(moment)
            tick()
    found = dict(duties())
    # For the old day nothing waits; for the new one it did unless that was past when it was moved.
    assert found.get(f"occasion:{made.pk}-1", "withdrawn") == "withdrawn"
    past = to < datetime.fromisoformat(known).date()
    assert (f"occasion:{made.pk}-2" in found) is not past
    if not past:
        assert found[f"occasion:{made.pk}-2"] == "overdue"


def test_removed_it_is_withdrawn_and_there_is_a_way_back(company: Cast, moved_clock: Callable[[str], None]) -> None:
    made, qian = fair(company), company.viewer("specialist")
    gone = fair(company, date(2026, 6, 1))
    remove_occasion(gone.pk, viewer=qian)
    moved_clock("2026-04-15T10:00+08:00")
    tick()
    remove_occasion(made.pk, viewer=qian)
    assert dict(duties())[f"occasion:{made.pk}-1"] == "withdrawn"
    restore_occasion(made.pk, viewer=qian)
    assert dict(duties())[f"occasion:{made.pk}-2"] == "open"
    moved_clock("2026-06-02T10:00+08:00")
    tick()
    assert dict(duties())[f"occasion:{gone.pk}-1"] == "withdrawn"


def test_a_customer_put_away_is_asked_nothing_and_comes_back_with_its_days(
    company: Cast, moved_clock: Callable[[str], None]
) -> None:
    made, manager = fair(company), company.viewer("service_manager")
    customer = Customer.objects.get(pk=made.customer_id)
    archive_customer(customer, viewer=manager, reason="停业")
    moved_clock("2026-04-14T10:00+08:00")
    tick()
    assert set(dict(duties()).values()) <= {"withdrawn"}
    restore_customer(Customer.objects.get(pk=customer.pk), viewer=manager)
    assert "open" in dict(duties()).values()


def test_a_past_day_is_history_and_bad_values_are_named(company: Cast) -> None:
    fair(company, date(2026, 2, 1))
    assert not Event.objects.filter(type=RULE).exists()
    customer, qian = company.customer_of("specialist"), company.viewer("specialist")
    for kind, day, field in (("wedding", date(2026, 5, 1), "kind"), ("opening", date(2126, 5, 1), "day")):
        with pytest.raises(Invalid) as refused:
            add_occasion(customer, viewer=qian, kind=kind, day=day)
        assert field in refused.value.fields
    made = fair(company)
    with pytest.raises(NotFound):
        remove_occasion(made.pk, viewer=company.viewer("outsider"))
    with pytest.raises(Forbidden):
        remove_occasion(made.pk, viewer=company.viewer("executive"))
    change_occasion(made.pk, viewer=qian, kind="exhibition", day=made.day, title="新名", version=made.version)
    with pytest.raises(Conflict):
        change_occasion(made.pk, viewer=qian, kind="exhibition", day=made.day, title="旧名", version=made.version)


def test_replay_of_the_log_gives_what_the_tick_stored(
    company: Cast, moved_clock: Callable[[str], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, qian = fair(company), company.viewer("specialist")
    other = fair(company, date(2026, 4, 30))
    moved_clock("2026-03-20T10:00+08:00")
    change_occasion(made.pk, viewer=qian, kind="exhibition", day=date(2026, 4, 8), title="提前")
    moved_clock("2026-04-25T10:00+08:00")
    tick()
    remove_occasion(other.pk, viewer=qian)
    policy, log = tmp_path / "p.toml", tmp_path / "e.jsonl"
    policy.write_text(dump_policy(policy_in_force()), encoding="utf-8")
    with log.open("w", encoding="utf-8") as lines:
        for event in Event.objects.order_by("seq"):
            row = {
                "id": event.id, "type": event.type, "occurred_at": event.occurred_at.isoformat(),
                "recorded_at": event.recorded_at.isoformat(), "data": event.data, "actor": event.actor,
            }  # fmt: skip
            if event.customer_id:
                row["customer"] = str(event.customer_id)
            if event.subject_type:
                row["subject"] = f"{event.subject_type}:{event.subject_id}"
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
    capsys.readouterr()
    asked = ["replay", "--policy", str(policy), "--events", str(log), "--until", "2026-04-25T10:00+08:00", "--json"]
    assert main(asked) == 0
    replayed = {
        (each["subject"], each["state"]) for each in json.loads(capsys.readouterr().out)
        if (each["subject"] or "").startswith("occasion:")
    }  # fmt: skip
    assert replayed == set(duties()) and len(replayed) == 3


def test_calendar_and_page_show_it(company: Cast, client_as: Callable[..., Any]) -> None:
    made = fair(company)
    days = {day.day: day for week in plan_of(company.specialist, date(2026, 4, 1)).weeks for day in week}
    assert [each.pk for each in days[date(2026, 4, 20)].occasions] == [made.pk]
    client = client_as(company.specialist)
    assert "压缩机展" in client.get("/calendar/?month=2026-04").content.decode()
    side = client.get(f"/customers/{made.customer_id}/side/").content.decode()
    assert "压缩机展" in side and "上海" in side
    story = client.get(f"/customers/{made.customer_id}/").content.decode()
    assert "登记：压缩机展" in story and "occasion.near" not in story
