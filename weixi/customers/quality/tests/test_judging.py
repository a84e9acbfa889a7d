from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weixi.customers.quality.invalid import is_refused
from weixi.customers.quality.judging import Judge, digest, settle, whose
from weixi.policy.document.archive import ArchiveField
from weixi.policy.document.durations import Duration


def a_field(key: str, every: str = "", **more: Any) -> ArchiveField:
    return ArchiveField(
        key=key, title=key, group="basic", update_every=Duration.parse(every) if every else None, **more
    )


NEED = a_field("need", "P3M", key_field=True)
PHONE = a_field("phone", "P6M", owner="data_steward")
LEGAL = a_field("legal", "P1Y", of="company")
HISTORY = a_field("history", key_field=True, computed=True)
JUDGE = Judge([NEED, PHONE, LEGAL, HISTORY])
FULL = {"need": "节能", "phone": "0512", "legal": "陈", "history": None}
ENTERED = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("values", "kind", "stamps", "today", "missing", "stale", "stale_on"),
    [
        (FULL, "company", {}, date(2026, 2, 1), (), (), date(2026, 4, 30)),
        # The day itself on which the span ends is the first stale one.
        (FULL, "company", {}, date(2026, 4, 30), (), ("need",), date(2026, 7, 31)),
        (FULL, "company", {}, date(2027, 2, 1), (), ("need", "phone", "legal"), None),
        (FULL, "person", {}, date(2027, 2, 1), (), ("need", "phone"), None),
        (FULL, "company", {"need": "2026-04-30"}, date(2026, 5, 1), (), (), date(2026, 7, 30)),
        # Empty is never stale; a missing key field is missing from the first day.
        ({**FULL, "need": ""}, "company", {}, date(2026, 5, 1), ("need",), (), date(2026, 7, 31)),
        # Kept elsewhere: nothing is known of it.
        ({"phone": "1"}, "company", {}, date(2026, 2, 1), (), (), date(2026, 7, 31)),
    ],
)
def test_lack(
    values: Any, kind: str, stamps: Any, today: date, missing: Any, stale: Any, stale_on: date | None
) -> None:
    found = JUDGE.lack(values, kind=kind, entered_on=ENTERED, stamps=stamps, today=today)
    assert (found.missing, found.stale, found.stale_on) == (missing, stale, stale_on)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_nothing_changes_before_the_announced_day(entered: date, days: int) -> None:
    """`stale_on` is exact: the day before nothing further is stale, on the day something is."""
    from datetime import timedelta

    today = entered + timedelta(days=days)
    found = JUDGE.lack(FULL, kind="company", entered_on=entered, stamps={}, today=today)
    if found.stale_on is None:
        return
    before = JUDGE.lack(FULL, kind="company", entered_on=entered, stamps={}, today=found.stale_on - timedelta(days=1))
    on = JUDGE.lack(FULL, kind="company", entered_on=entered, stamps={}, today=found.stale_on)
    assert before.stale == found.stale and len(on.stale) > len(found.stale)
    assert JUDGE.first_stale(entered) <= found.stale_on


def test_an_archive_of_today_wakes_no_later_than_it_is_stale() -> None:
    assert JUDGE.first_stale(ENTERED) == date(2026, 4, 30)
    assert Judge([]).first_stale(ENTERED) is None


@pytest.mark.parametrize(
    ("asked", "need", "phone_day", "open_", "enriched", "dropped", "unasked"),
    [
        ({}, "", "2026-05-01", {}, {}, {}, True),
        ({"missing-owner": ["need"]}, "", "2026-05-01", {"missing-owner": ["need"]}, {}, {}, False),
        ({"missing-owner": ["need"]}, "节能", "2026-05-01", {}, {"missing-owner": ["need"]}, {}, False),
        ({"stale-data_steward": ["phone"]}, "节能", "2026-05-01", {}, {"stale-data_steward": ["phone"]}, {}, False),
        ({"stale-owner": ["gone"]}, "节能", "2026-05-01", {}, {}, {"stale-owner": ["gone"]}, False),
        # One of two given: the other is still open.
        (
            {"stale-data_steward": ["phone", "gone"]}, "节能", "2025-01-01",
            {"stale-data_steward": ["phone", "gone"]}, {}, {}, False,
        ),
    ],
)  # fmt: skip
def test_settle(asked: Any, need: str, phone_day: str, open_: Any, enriched: Any, dropped: Any, unasked: bool) -> None:
    stamps = {"phone": phone_day, "need": "2026-05-01"}
    lack = JUDGE.lack(
        {**FULL, "need": need, "legal": ""}, kind="company", entered_on=ENTERED, stamps=stamps, today=date(2026, 5, 2)
    )
    made = settle(JUDGE, asked, lack, kind="company")
    assert (made.open, made.enriched, made.dropped, made.unasked) == (open_, enriched, dropped, unasked)


def test_whose() -> None:
    assert [whose(role) for role in (None, "sales", "account_manager", "marketing")] == [
        "owner", "owner", "owner", "marketing",
    ]  # fmt: skip


def test_the_digest_sees_demands_and_listeners() -> None:
    one = digest([NEED], ["archive.stale"])
    assert one == digest([NEED], ["archive.stale"])
    others = [
        digest([PHONE], ["archive.stale"]),
        digest([NEED], []),
        digest([a_field("need", "P3M")], ["archive.stale"]),
    ]
    assert one not in others and len({*others}) == 3


@pytest.mark.parametrize(
    ("name", "value", "refused"),
    [
        ("phone", "0512-6666", False),
        ("phone", "见名片", True),
        ("mobile", "1.38E+10", True),
        ("email", "a@b.cn", False),
        ("email", "a@b", True),
        ("unified_code", "91310000631696382C", False),
        ("unified_code", "91310000631696382D", True),
        ("unified_code", "", False),
    ],
)
def test_refused_values(name: str, value: str, refused: bool) -> None:
    assert is_refused(name, value) == refused
