"""Cadences and nodes: periods, festivals, birthdays, anniversaries. Computed by hand."""

from __future__ import annotations

import pytest

from weixi.duties.engine.tests.making import Log, local, result, shown
from weixi.policy.document.problems import PolicyError


def cadence(every: str = "P1M", extra: str = "", times: int = 1) -> str:
    return f"""
[[cadence]]
clause = "C"
every = "{every}"
times = {times}
{extra}
"""


def node(when: str, extra: str = "") -> str:
    return f"""
[[node]]
clause = "F"
{when}
{extra}
"""


def call(log: Log, when: str, **more: object) -> str:
    return log.add("interaction.recorded", when, **more)


def with_customer(**data: object) -> Log:
    log = Log()
    log.customer("C1", **data)
    return log


def days(found) -> list[tuple[str, str, str]]:
    return [(duty.anchor, local(duty.opens_at), local(duty.due_at)) for duty in found.duties]


@pytest.mark.parametrize(
    ("every", "now", "last"),
    [
        ("P1W", "2026-03-04 12:00", ("2026-03-02", "2026-03-02 00:00", "2026-03-09 00:00")),
        ("P2W", "2026-03-04 12:00", ("2026-02-23", "2026-02-23 00:00", "2026-03-09 00:00")),
        ("P1M", "2026-02-28 23:59", ("2026-02-01", "2026-02-01 00:00", "2026-03-01 00:00")),
        ("P3M", "2026-06-30 12:00", ("2026-04-01", "2026-04-01 00:00", "2026-07-01 00:00")),
        ("P6M", "2026-12-30 12:00", ("2026-07-01", "2026-07-01 00:00", "2027-01-01 00:00")),
        ("P1Y", "2026-12-30 12:00", ("2026-01-01", "2026-01-01 00:00", "2027-01-01 00:00")),
    ],
)
def test_periods_are_aligned_to_the_calendar(every, now, last):
    assert days(result(cadence(every), with_customer(), now))[-1] == last


def test_a_period_is_missed_from_its_end_on_and_done_by_proof_entered_later():
    log = with_customer()
    key = "C|customer:C1|2026-01-01"
    assert shown(result(cadence(), log, "2026-01-31 23:59"))[key] == "open, due 2026-02-01 00:00"
    assert shown(result(cadence(), log, "2026-02-01 00:00"))[key] == "missed, due 2026-02-01 00:00"
    call(log, "2026-01-31 23:59", recorded="2026-03-01 10:00", id="i")
    assert (
        shown(result(cadence(), log, "2026-03-01 10:00"))[key]
        == "done, due 2026-02-01 00:00, closed 2026-01-31 23:59 by i late 0"
    )


def test_the_second_qualifying_event_closes_when_two_are_asked_for():
    log = with_customer()
    rules = cadence(times=2, extra='qualifies = { kind = ["visit", "call"], depth = "deep" }')
    call(log, "2026-01-01 00:00", kind="call", depth="deep", id="first")
    call(log, "2026-01-05 10:00", kind="mail", depth="deep")
    call(log, "2026-01-06 10:00", kind="call", depth="light")
    call(log, "2025-12-31 23:59", kind="call", depth="deep")
    call(log, "2026-02-01 00:00", kind="call", depth="deep", id="next")
    key = "C|customer:C1|2026-01-01"
    assert shown(result(rules, log, "2026-02-02 00:00"))[key] == "missed, due 2026-02-01 00:00"
    call(log, "2026-01-20 10:00", kind="visit", depth="deep", id="second")
    assert "closed 2026-01-20 10:00 by second" in shown(result(rules, log, "2026-02-02 00:00"))[key]


def test_a_customer_counts_when_there_and_matching_at_the_start():
    rules = cadence(extra='where = { grade = "core" }')
    log = Log()
    log.customer("C1", "2026-01-01 00:00", grade="core")
    log.customer("C2", "2026-01-01 00:01", grade="core")
    log.customer("C3", "2025-12-01", grade="normal")
    log.add("customer.graded", "2026-01-10", customer="C3", grade="core")
    log.add("customer.graded", "2026-01-10", customer="C1", grade="normal")
    log.customer("C4", "2025-12-01", grade="core")
    log.add("customer.archived", "2026-01-01 00:00", customer="C4")
    keys = set(shown(result(rules, log, "2026-02-10 00:00")))
    assert keys == {"C|customer:C1|2026-01-01", "C|customer:C2|2026-02-01", "C|customer:C3|2026-02-01"}


def test_archiving_inside_the_period_withdraws_and_afterwards_not():
    log = with_customer()
    log.add("customer.archived", "2026-01-10", recorded="2026-01-12")
    log.customer("C1", "2026-01-20")
    found = shown(result(cadence(), log, "2026-03-10 00:00"))
    assert found["C|customer:C1|2026-01-01"].startswith("withdrawn")
    assert found["C|customer:C1|2026-02-01"].startswith("missed")
    late = with_customer()
    late.add("customer.archived", "2026-01-10", recorded="2026-02-01 00:00")
    assert shown(result(cadence(), late, "2026-03-10 00:00")) == {
        "C|customer:C1|2026-01-01": "missed, due 2026-02-01 00:00"
    }


def test_archiving_after_enough_proof_was_recorded_does_not_count():
    log = with_customer()
    call(log, "2026-01-05 10:00", id="i")
    log.add("customer.archived", "2026-01-10")
    assert shown(result(cadence(), log, "2026-03-10 00:00"))["C|customer:C1|2026-01-01"].startswith("done")


def test_a_missed_period_still_climbs():
    rules = cadence(extra='escalate = [{ after = "P3D", to = "supervisor" }]')
    found = shown(result(rules, with_customer(), "2026-02-10 00:00"))
    assert found["C|customer:C1|2026-01-01"] == "missed, due 2026-02-01 00:00, supervisor 2026-02-04 00:00"


def test_a_waived_period():
    log = with_customer()
    log.add("duty.waived", "2026-01-10", customer=None, key="C|customer:C1|2026-01-01")
    call(log, "2026-01-15 10:00")
    assert shown(result(cadence(), log, "2026-01-20 00:00"))["C|customer:C1|2026-01-01"].startswith("waived")


FESTIVALS_2026 = {
    "元旦": "2026-01-01", "除夕": "2026-02-16", "春节": "2026-02-17", "元宵节": "2026-03-03",
    "清明节": "2026-04-05", "劳动节": "2026-05-01", "端午节": "2026-06-19", "七夕": "2026-08-19",
    "中秋节": "2026-09-25", "重阳节": "2026-10-18", "国庆节": "2026-10-01",
}  # fmt: skip


@pytest.mark.parametrize("name", FESTIVALS_2026)
def test_festivals(name):
    found = result(node(f'festival = "{name}"'), with_customer(), "2026-12-31 12:00")
    assert [duty.anchor for duty in found.duties] == [FESTIVALS_2026[name]]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-02-13 23:59", None),
        ("2026-02-14 00:00", "open, due 2026-02-18 00:00"),
        ("2026-02-18 00:00", "open, due 2026-02-18 00:00"),
        ("2026-02-18 00:01", "overdue, due 2026-02-18 00:00"),
        ("2026-02-20 23:59", "overdue, due 2026-02-18 00:00"),
        ("2026-02-21 00:00", "missed, due 2026-02-18 00:00"),
    ],
)
def test_a_node_opens_before_is_due_at_the_days_end_and_missed_after_grace(now, expected):
    rules = node('festival = "春节"', 'before = "P3D"')
    assert shown(result(rules, with_customer(), now)).get("F|customer:C1|2026-02-17") == expected


def test_without_grace_it_is_missed_from_due_on():
    rules = node('date = "--03-10"', 'grace = "P0D"')
    assert shown(result(rules, with_customer(), "2026-03-11 00:00")) == {
        "F|customer:C1|2026-03-10": "missed, due 2026-03-11 00:00"
    }


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-03-06 23:59", "missed, due 2026-03-11 00:00"),
        ("2026-03-07 00:00", "done, due 2026-03-11 00:00, closed 2026-03-07 00:00 by i late 0"),
        ("2026-03-13 23:59", "done, due 2026-03-11 00:00, closed 2026-03-13 23:59 by i late 259140"),
        ("2026-03-14 00:00", "missed, due 2026-03-11 00:00"),
    ],
)
def test_evidence_counts_from_opening_to_the_end_of_grace(when, expected):
    log = with_customer()
    call(log, when, id="i")
    rules = node('date = "--03-10"', 'before = "P3D"')
    assert shown(result(rules, log, "2026-03-20 00:00")) == {"F|customer:C1|2026-03-10": expected}


def birthdays(now: str, *, where: str = "", since: str = "2025-12-02", **contact: object) -> list[str]:
    log = with_customer()
    log.add("contact.created", since, subject="contact:P1", **contact)
    found = result(node('date = "contact.birthday"', f'before = "P3D"\n{where}'), log, now)
    assert all(duty.subject == "contact:P1" and duty.customer == "C1" for duty in found.duties)
    return [duty.anchor for duty in found.duties]


@pytest.mark.parametrize(
    ("birthday", "lunar", "expected"),
    [
        ("1980-05-06", None, ["2026-05-06"]),
        ("--05-06", False, ["2026-05-06"]),
        ("2000-02-29", None, ["2026-02-28"]),
        ("--02-29", None, ["2026-02-28"]),
        ("1980-02-30", True, ["2026-04-16"]),  # the second lunar month of 2026 has 29 days
        ("--08-15", True, ["2026-09-25"]),
        ("1980-12-20", True, ["2026-02-07"]),  # of lunar 2025; that of lunar 2026 is in 2027
        ("1981-02-30", None, []),
        ("1981-02-29", None, []),
        ("12 May", None, []),
        (19800506, None, []),
        (None, None, []),
    ],
)
def test_birthdays(birthday, lunar, expected):
    assert birthdays("2026-12-31 12:00", birthday=birthday, lunar=lunar) == expected


def test_a_lunar_birthday_in_a_year_with_that_leap_month_is_kept_in_the_ordinary_one():
    log = Log()
    log.customer("C1", "2025-06-01")
    log.add("contact.created", "2025-06-01", subject="contact:P1", birthday="--06-01", lunar=True)
    rules = node('date = "contact.birthday"')
    from weixi.duties.engine.tests.making import policy

    found = result(policy(rules, since="2025-01-01"), log, "2025-12-31 00:00")
    assert [duty.anchor for duty in found.duties] == ["2025-06-25"]  # leap month 6 began on 25 July


def test_a_birthday_learned_after_its_opening_starts_next_year():
    day = {"birthday": "1980-05-06"}
    assert birthdays("2026-12-31 12:00", since="2026-05-03 00:00", **day) == ["2026-05-06"]
    assert birthdays("2026-12-31 12:00", since="2026-05-03 00:01", **day) == []


def test_a_contacts_where_sees_its_fields_and_the_customers_state():
    day = {"birthday": "1980-05-06", "key_person": True, "grade": "x"}
    assert birthdays("2026-12-31 12:00", where="where = { key_person = true }", **day) == ["2026-05-06"]
    assert birthdays("2026-12-31 12:00", where="where = { key_person = 1 }", **day) == []
    assert birthdays("2026-12-31 12:00", where='where = { grade = "x" }', **day) == []
    assert birthdays("2026-12-31 12:00", where='where = { "data.grade" = "x" }', **day) == ["2026-05-06"]


def test_a_changed_date_counts_where_it_stood_at_its_own_opening():
    log = with_customer()
    log.add("contact.created", "2025-12-02", subject="contact:P1", birthday="--03-10")
    log.add("contact.changed", "2026-03-08", subject="contact:P1", birthday="--06-10")
    log.add("contact.changed", "2026-06-09", subject="contact:P1", birthday="--05-10")
    found = result(node('date = "contact.birthday"', 'before = "P3D"'), log, "2026-12-31 00:00")
    assert [duty.anchor for duty in found.duties] == ["2026-03-10", "2026-06-10"]


def test_removing_the_contact_leaves_the_duty_and_ends_later_ones_until_it_is_created_again():
    rules = node('date = "contact.birthday"', 'before = "P3D"')
    log = with_customer()
    log.add("contact.created", "2025-12-02", subject="contact:P1", birthday="--03-10")
    log.add("contact.removed", "2026-03-08", subject="contact:P1")
    assert [duty.anchor for duty in result(rules, log, "2027-12-31 00:00").duties] == ["2026-03-10"]
    log.add("contact.created", "2027-01-01", subject="contact:P1")
    anchors = [duty.anchor for duty in result(rules, log, "2027-12-31 00:00").duties]
    assert anchors == ["2026-03-10", "2027-03-10"]


@pytest.mark.parametrize(
    ("date", "given", "expected"),
    [
        ("customer.founded_on", {"founded_on": "2020-05-06"}, ["2026-05-06", "2027-05-06"]),
        ("customer.founded_on", {"founded_on": "2026-05-06"}, ["2027-05-06"]),
        ("customer.founded_on", {"founded_on": "--05-06"}, ["2026-05-06", "2027-05-06"]),
        ("customer.cooperation_since", {"cooperation_since": "2024-02-29"}, ["2026-02-28", "2027-02-28"]),
        ("customer.cooperation_since", {"founded_on": "2020-05-06"}, []),
    ],
)
def test_anniversaries_begin_the_year_after_the_day_itself(date, given, expected):
    found = result(node(f'date = "{date}"'), with_customer(**given), "2027-12-31 00:00")
    assert [duty.anchor for duty in found.duties] == expected


def test_a_founding_day_given_by_a_change():
    log = with_customer()
    log.add("customer.changed", "2026-01-05", changes={"founded_on": [None, "2010-05-06"]})
    found = result(node('date = "customer.founded_on"'), log, "2026-12-31 00:00")
    assert [duty.key for duty in found.duties] == ["F|customer:C1|2026-05-06"]


def test_a_lunar_day_of_the_rule():
    found = result(node('date = "--09-09"', "lunar = true"), with_customer(), "2026-12-31 00:00")
    assert [duty.anchor for duty in found.duties] == ["2026-10-18"]


@pytest.mark.parametrize(
    ("archived", "expected"),
    [
        ("2026-03-06 23:59", None),
        ("2026-03-07 00:00", None),
        ("2026-03-07 00:01", "withdrawn, due 2026-03-11 00:00"),
        ("2026-03-13 23:59", "withdrawn, due 2026-03-11 00:00"),
        ("2026-03-14 00:00", "missed, due 2026-03-11 00:00"),
    ],
)
def test_archiving_withdraws_a_node_inside_its_window(archived, expected):
    log = with_customer()
    log.add("customer.archived", archived)
    rules = node('date = "--03-10"', 'before = "P3D"')
    assert shown(result(rules, log, "2026-03-20 00:00")).get("F|customer:C1|2026-03-10") == expected


@pytest.mark.parametrize("name", ["kind", "data.grade"])
def test_a_cadence_or_a_customers_node_may_ask_only_for_the_customers_state(name):
    for rules in (cadence(), node('festival = "春节"')):
        with pytest.raises(PolicyError, match="only at the customer itself"):
            result(rules + f'\nwhere = {{ "{name}" = "x" }}', with_customer(), "2026-03-20 00:00")


EXTRA = """
[[interaction.purpose]]
code = "emotional"
title = "情感型"
extra = true
"""


@pytest.mark.parametrize(
    ("policy", "state"),
    [
        (cadence() + EXTRA, "open"),
        (cadence(extra='qualifies = { kind = "call" }') + EXTRA, "open"),
        (cadence(extra='qualifies = { purpose = ["emotional"] }') + EXTRA, "done"),
        (cadence() + EXTRA.replace("extra = true", ""), "done"),
        (cadence() + EXTRA + "[care]\nnode_counts_for_cadence = true\n", "done"),
    ],
)
def test_a_node_touch_counts_towards_a_cadence_only_where_the_policy_says_so(policy: str, state: str) -> None:
    log = with_customer()
    call(log, "2026-03-03 10:00", kind="call", purpose="emotional")
    found = result(policy, log, "2026-03-04 12:00")
    assert [str(duty.state) for duty in found.duties if duty.anchor == "2026-03-01"] == [state]


def test_the_same_touch_keeps_its_node_and_another_one_the_cadence() -> None:
    log = with_customer()
    call(log, "2026-03-08 10:00", kind="call", purpose="emotional")
    both = cadence() + node('date = "--03-08"', 'qualifies = { purpose = "emotional" }') + EXTRA
    states = {
        duty.clause: str(duty.state) for duty in result(both, log, "2026-03-08 12:00").duties if "03" in duty.anchor
    }
    assert states == {"C": "open", "F": "done"}
    call(log, "2026-03-09 10:00", kind="call", purpose="value")
    states = {
        duty.clause: str(duty.state) for duty in result(both, log, "2026-03-09 12:00").duties if "03" in duty.anchor
    }
    assert states == {"C": "done", "F": "done"}
