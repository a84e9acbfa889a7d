"""Opening, closing, withdrawal and waiving of deadlines, computed by hand."""

from __future__ import annotations

import pytest

from weixi.duties.engine.events import EventConflictError
from weixi.duties.engine.tests.making import Log, result, shown

KEY = "N|case:1|a"


def rule(extra: str = "", within: str = 'within = "PT2H"') -> str:
    return f"""
[[deadline]]
clause = "N"
opens_on = "case.opened"
closes_on = ["case.responded"]
withdraws_on = ["case.cancelled"]
{within}
{extra}
"""


def opened(**more: object) -> Log:
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a", **more)
    return log


def only(rules: str, log: Log, now: str = "2026-03-10 00:00", key: str = KEY) -> str | None:
    return shown(result(rules, log, now)).get(key)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-02 08:59", None),
        ("2026-03-02 09:00", "open, due 2026-03-02 11:00"),
        ("2026-03-02 11:00", "open, due 2026-03-02 11:00"),
        ("2026-03-02 11:00:00.000001", "overdue, due 2026-03-02 11:00"),
    ],
)
def test_open_until_the_due_instant_itself(now, expected):
    assert only(rule(), opened(), now) == expected


def test_what_takes_an_event_back_withdraws_its_duty_and_asks_for_none():
    log = opened()
    log.add("case.opened", "2026-03-02 09:30", subject="case:1", id="b", takes_back="a")
    assert only(rule(), log, "2026-03-02 09:29") == "open, due 2026-03-02 11:00"
    assert shown(result(rule(), log, "2026-03-02 09:30")) == {KEY: "withdrawn, due 2026-03-02 11:00"}
    # What was done by then was done.
    log.add("case.responded", "2026-03-02 09:20", subject="case:1", id="r")
    assert only(rule(), log) == "done, due 2026-03-02 11:00, closed 2026-03-02 09:20 by r late 0"


def test_only_an_event_of_its_own_type_takes_one_back():
    log = opened()
    log.add("case.noted", "2026-03-02 09:30", subject="case:1", id="b", takes_back="a")
    assert only(rule(), log, "2026-03-02 10:00") == "open, due 2026-03-02 11:00"


def test_an_anchor_entered_late_is_known_from_its_entry():
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", recorded="2026-03-05 09:00", subject="case:1", id="a")
    assert only(rule(), log, "2026-03-05 08:59") is None
    assert only(rule(), log, "2026-03-05 09:00") == "overdue, due 2026-03-02 11:00"


def test_an_event_recorded_before_it_occurs_counts_from_its_recording():
    log = opened()
    log.add("case.responded", "2026-03-02 10:30", recorded="2026-03-02 09:10", subject="case:1", id="r")
    assert only(rule(), log, "2026-03-02 09:09") == "open, due 2026-03-02 11:00"
    assert only(rule(), log, "2026-03-02 09:10") == "done, due 2026-03-02 11:00, closed 2026-03-02 10:30 by r late 0"


def test_it_counts_when_it_occurred_and_earlier_evidence_restates():
    log = opened()
    log.add("case.responded", "2026-03-02 12:00", subject="case:1", id="r1")
    log.add("case.responded", "2026-03-02 10:00", recorded="2026-03-04 10:00", subject="case:1", id="r2")
    late = "done, due 2026-03-02 11:00, closed 2026-03-02 12:00 by r1 late 3600"
    assert only(rule(), log, "2026-03-04 09:59") == late
    assert only(rule(), log, "2026-03-04 10:00") == "done, due 2026-03-02 11:00, closed 2026-03-02 10:00 by r2 late 0"


def test_late_seconds_are_rounded_down():
    log = opened()
    log.add("case.responded", "2026-03-02 11:00:01.999999", subject="case:1", id="r")
    assert only(rule(), log).endswith("late 1")


def test_evidence_before_the_anchor_counts_for_nothing_and_at_its_instant_counts():
    log = opened()
    log.add("case.responded", "2026-03-02 08:59", subject="case:1")
    assert only(rule(), log, "2026-03-02 10:00") == "open, due 2026-03-02 11:00"
    log.add("case.responded", "2026-03-02 09:00", subject="case:1", id="r")
    assert only(rule(), log, "2026-03-02 10:00").endswith("closed 2026-03-02 09:00 by r late 0")


def test_ties_are_broken_by_recording_then_id_by_code_point():
    log = opened()
    log.add("case.responded", "2026-03-02 10:00", recorded="2026-03-02 10:05", subject="case:1", id="a1")
    log.add("case.responded", "2026-03-02 10:00", recorded="2026-03-02 10:01", subject="case:1", id="b")
    log.add("case.responded", "2026-03-02 10:00", recorded="2026-03-02 10:01", subject="case:1", id="B")
    assert "by B late" in only(rule(), log)


def test_only_the_same_subject_closes():
    log = opened()
    log.add("case.responded", "2026-03-02 10:00", subject="case:2")
    log.add("case.responded", "2026-03-02 10:00")
    assert only(rule(), log) == "overdue, due 2026-03-02 11:00"


def test_same_customer_closes_whatever_the_subject():
    log = opened()
    log.add("case.responded", "2026-03-02 10:00", subject="case:2", customer="C2")
    assert only(rule('same = "customer"'), log) == "overdue, due 2026-03-02 11:00"
    log.add("case.responded", "2026-03-02 10:30", subject="case:9", id="r")
    assert "by r late 0" in only(rule('same = "customer"'), log)


def test_match_anchor_closes_by_name_and_withdraws_by_subject():
    log = opened()
    log.add("case.responded", "2026-03-02 10:00", subject="case:1", anchor="other")
    assert only(rule('match = "anchor"'), log) == "overdue, due 2026-03-02 11:00"
    log.add("case.responded", "2026-03-02 10:30", customer=None, subject="callback:5", anchor="a", id="r")
    assert "by r late 0" in only(rule('match = "anchor"'), log)
    withdrawn = opened()
    withdrawn.add("case.cancelled", "2026-03-02 10:00", subject="case:1")
    assert only(rule('match = "anchor"'), withdrawn) == "withdrawn, due 2026-03-02 11:00"


def test_the_anchor_never_closes_itself_unless_measured_by_recording():
    again = """
[[deadline]]
clause = "N"
opens_on = "case.opened"
closes_on = ["case.opened"]
within = "PT2H"
"""
    assert only(again, opened()) == "overdue, due 2026-03-02 11:00"
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", recorded="2026-03-02 12:30", subject="case:1", id="a")
    assert (
        only(again + 'measure = "recorded_at"', log)
        == "done, due 2026-03-02 11:00, closed 2026-03-02 12:30 by a late 5400"
    )


def test_measured_by_recording_the_first_recorded_closes():
    log = opened()
    log.add("case.responded", "2026-03-02 09:30", recorded="2026-03-02 13:00", subject="case:1", id="r1")
    log.add("case.responded", "2026-03-02 12:00", subject="case:1", id="r2")
    assert (
        only(rule('measure = "recorded_at"'), log)
        == "done, due 2026-03-02 11:00, closed 2026-03-02 12:00 by r2 late 3600"
    )


def test_evidence_before_the_opening_instant_counts():
    log = opened()
    log.add("case.responded", "2026-03-02 09:30", subject="case:1", id="r")
    after = rule('after = "PT1H"')
    assert only(after, log, "2026-03-02 09:59") is None
    assert only(after, log, "2026-03-02 10:00").endswith("closed 2026-03-02 09:30 by r late 0")


def test_withdrawn_for_good_by_the_first_withdrawal():
    log = opened()
    log.add("case.cancelled", "2026-03-02 10:00", subject="case:1")
    log.add("case.responded", "2026-03-02 09:30", recorded="2026-03-02 10:30", subject="case:1")
    assert only(rule(), log) == "withdrawn, due 2026-03-02 11:00"


@pytest.mark.parametrize("entered", ["2026-03-02 09:59", "2026-03-02 10:00"])
def test_a_withdrawal_after_the_evidence_was_recorded_does_not_count(entered):
    log = opened()
    log.add("case.responded", "2026-03-02 09:50", recorded=entered, subject="case:1", id="r")
    log.add("case.cancelled", "2026-03-02 10:00", subject="case:1")
    log.add("case.responded", "2026-03-02 09:40", recorded="2026-03-03 09:00", subject="case:1", id="s")
    assert only(rule(), log, "2026-03-02 20:00").endswith("by r late 0")
    assert only(rule(), log).endswith("closed 2026-03-02 09:40 by s late 0")


def test_once_the_first_withdrawal_failed_no_later_one_counts():
    log = opened()
    log.add("case.responded", "2026-03-02 09:50", subject="case:1", id="r")
    log.add("case.cancelled", "2026-03-02 10:00", subject="case:1")
    log.add("case.cancelled", "2026-03-02 11:00", subject="case:1")
    assert only(rule(), log).startswith("done")


def test_a_withdrawal_that_occurred_before_the_anchor_counts_for_nothing():
    log = opened()
    log.add("case.cancelled", "2026-03-02 08:00", recorded="2026-03-02 10:00", subject="case:1")
    assert only(rule(), log) == "overdue, due 2026-03-02 11:00"


def test_archiving_the_customer_withdraws_a_deadline_by_when_it_occurred():
    log = opened()
    log.add("customer.archived", "2026-03-01 08:00", recorded="2026-03-02 10:00")
    assert only(rule(), log) == "overdue, due 2026-03-02 11:00"
    log.add("customer.archived", "2026-03-02 09:00", recorded="2026-03-02 18:00")
    assert only(rule(), log, "2026-03-02 17:59") == "overdue, due 2026-03-02 11:00"
    assert only(rule(), log) == "withdrawn, due 2026-03-02 11:00"


def test_a_deadline_needs_no_living_customer():
    log = Log()
    log.add("customer.archived", "2026-02-01 08:00")
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a")
    assert only(rule(), log) == "overdue, due 2026-03-02 11:00"


def test_a_waiver_stands_against_later_evidence_and_archiving():
    log = opened()
    log.add("duty.waived", "2026-03-02 10:00", key=KEY, reason="agreed")
    log.add("case.responded", "2026-03-02 09:30", recorded="2026-03-02 12:00", subject="case:1")
    log.add("customer.archived", "2026-03-02 13:00")
    assert only(rule(), log, "2026-03-02 09:59") == "open, due 2026-03-02 11:00"
    assert only(rule(), log) == "waived, due 2026-03-02 11:00"


def test_a_waiver_of_what_was_done_or_withdrawn_counts_for_nothing():
    done = opened()
    done.add("case.responded", "2026-03-02 09:30", subject="case:1", id="r")
    done.add("duty.waived", "2026-03-02 10:00", key=KEY)
    assert only(rule(), done).startswith("done")
    withdrawn = opened()
    withdrawn.add("case.cancelled", "2026-03-02 09:30", subject="case:1")
    withdrawn.add("duty.waived", "2026-03-02 10:00", key=KEY)
    assert only(rule(), withdrawn).startswith("withdrawn")


def test_what_the_engine_says_is_never_its_input():
    anchored = """
[[deadline]]
clause = "N"
opens_on = "duty.opened"
closes_on = ["case.responded"]
within = "PT2H"
"""
    log = Log()
    log.add("duty.opened", "2026-03-02 09:00", subject="case:1")
    assert result(anchored, log, "2026-03-10 00:00").duties == ()


def test_the_same_id_twice_counts_once_and_with_other_content_is_refused():
    log = opened(n=1)
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a", n=1.0)
    assert len(result(rule(), log, "2026-03-10 00:00").duties) == 1
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a", n=True)
    with pytest.raises(EventConflictError):
        result(rule(), log, "2026-03-10 00:00")


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-03-05", "open, due 2026-03-06 00:00"),
        ("2026-03-05T18:00:00+08:00", "open, due 2026-03-05 18:00"),
        ("2026-03-05T10:00:00Z", "open, due 2026-03-05 18:00"),
        ("2026-03-01", "overdue, due 2026-03-02 00:00"),
        ("2026-02-30", None),
        ("9999-12-31", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("2026-03-05T18:00:00", None),
        ("soon", None),
        (20260305, None),
        (None, None),
    ],
)
@pytest.mark.parametrize("clock", ["calendar", "working"])
def test_due_from_the_events_data_is_never_moved_by_the_clock(due, expected, clock):
    rules = rule(f'clock = "{clock}"', within='due_from = "data.due"')
    found = result(rules, opened(due=due), "2026-03-02 12:00")
    assert shown(found).get(KEY) == expected
    assert len(found.warnings) == (expected is None)


def test_a_missing_due_date_makes_no_duty_and_one_warning():
    found = result(rule(within='due_from = "data.due"'), opened(), "2026-03-02 12:00")
    assert found.duties == ()
    assert tuple(map(str, found.warnings)) == ("N: data.due of event a is missing; no duty was made",)
