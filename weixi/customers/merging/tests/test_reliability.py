"""Killed anywhere a merge is there or is not; after any merges and undos stored duties are what the engine gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from weixi.customers.merging.services import merge_customers, unmerge_customers
from weixi.customers.models import Customer, MergeRecord
from weixi.customers.services import add_contact, create_customer
from weixi.duties.engine.evaluate import evaluate
from weixi.duties.log import engine_events
from weixi.duties.models import Duty
from weixi.duties.services.project import is_untouched
from weixi.duties.services.tick import tick
from weixi.duties.timeline import current_timeline
from weixi.interactions.services import record_interaction
from weixi.kernel import clock
from weixi.kernel.doctor import examine
from weixi.kernel.errors import WeixiError
from weixi.organisation.enums import Role
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.services import create_department, create_user
from weixi.policy.services import install_shipped_policy

SYSTEM = system_viewer("test")
START = datetime(2026, 2, 27, 9, 0, tzinfo=UTC)
INVARIANTS = ("customers.merged", "customers.moved", "kernel.search")


def company() -> None:
    """A data steward and three customers, each with somebody whose birthday is near and a contact made."""
    office = create_department("客户服务部", viewer=SYSTEM)
    steward = create_user("data", viewer=SYSTEM, name="何洁", role=Role.DATA_STEWARD, department=office)
    for number in ("C-1", "C-2", "C-3"):
        customer = create_customer(viewer=SYSTEM, number=number, name=f"客户{number}", owner=steward, tags=(number,))
        add_contact(customer, viewer=SYSTEM, name=f"人{number}", birthday="1980-03-08", key_person=True)


def steward() -> Any:
    return viewer_of(User.objects.get(username="data"))


def customers() -> list[Customer]:
    return list(Customer.objects.order_by("number"))


def whole() -> None:
    bad = [finding for finding in examine(INVARIANTS) if not finding.ok]
    assert not bad, bad


def test_a_merge_killed_anywhere_is_there_or_is_not(for_every_statement):
    def merge() -> None:
        one, other, *_rest = customers()
        if not MergeRecord.objects.exists():
            merge_customers(one, other, viewer=steward())

    columns = ("moved", "contacts", "at", "event", "changed_event", "left")
    assert for_every_statement(merge, prepare=company, between=whole, stride=9, columns=columns) > 40


def test_taking_it_back_killed_anywhere_is_done_or_is_not(for_every_statement):
    def merged() -> None:
        company()
        one, other, *_rest = customers()
        merge_customers(one, other, viewer=steward())

    def undo() -> None:
        record = MergeRecord.objects.get()
        if record.undone_at is None:
            unmerge_customers(record, viewer=steward())

    columns = ("moved", "contacts", "at", "event", "changed_event", "left")
    assert for_every_statement(undo, prepare=merged, between=whole, stride=9, columns=columns) > 40


acts = st.lists(
    st.tuples(
        st.sampled_from(["merge", "undo", "talk", "tick", "person"]),
        st.integers(0, 2),
        st.integers(0, 2),
        st.sampled_from([1, 90, 1440, 6000]),
    ),
    min_size=3,
    max_size=9,
)


@settings(
    max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(acts)
def test_after_any_merges_and_undos_stored_duties_are_what_the_engine_gives(db, acts):
    with transaction.atomic():
        with clock.at(START - timedelta(days=1)):
            install_shipped_policy(preset="quadrant", viewer=SYSTEM)
            company()
        now = START
        for act, one, other, minutes in acts:
            now += timedelta(minutes=minutes)
            with clock.at(now):
                _do(act, one, other, now)
                whole()
        _compare(now)
        transaction.set_rollback(True)


def _do(act: str, one: int, other: int, now: datetime) -> None:
    rows = customers()
    try:
        if act == "merge":
            merge_customers(rows[one], rows[other], viewer=steward())
        elif act == "undo":
            records = list(MergeRecord.objects.filter(undone_at=None))
            if records:
                unmerge_customers(records[one % len(records)], viewer=steward())
        elif act == "talk":
            record_interaction(rows[one], viewer=SYSTEM, kind="call", content="问候", occurred_at=now)
        elif act == "person":
            add_contact(rows[one], viewer=SYSTEM, name=f"新{now:%d%H%M}", birthday="1981-03-09", key_person=True)
        else:
            tick(now)
    except WeixiError:
        pass


def _compare(now: datetime) -> None:
    with clock.at(now):
        tick(now)
    timeline = current_timeline()
    ids = list(Customer.objects.values_list("pk", flat=True))
    result = evaluate(timeline.engine, engine_events([*ids, None], timeline.types), now)
    wanted = sorted((d.key, str(d.state), d.due_at, d.closed_by or "") for d in result.duties if not is_untouched(d))
    stored = sorted(Duty.objects.values_list("key", "state", "due_at", "closed_by"))
    assert stored == wanted
