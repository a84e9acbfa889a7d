"""Both clocks: months, days, hours; working time; pauses; escalation. Computed by hand."""

from __future__ import annotations

import pytest

from weixi.duties.engine.tests.making import CALENDAR, Log, at, local, policy, result, shown

KEY = "N|case:1|a"


def deadline(lengths: str, clock: str = "calendar", extra: str = "") -> str:
    return f"""
[[deadline]]
clause = "N"
opens_on = "case.opened"
closes_on = ["case.responded"]
clock = "{clock}"
{lengths}
{extra}
"""


def due(lengths: str, anchor: str, clock: str = "calendar", tz: str = "Asia/Shanghai") -> tuple[str, str]:
    """(opens, due) of a duty anchored at that local time."""
    log = Log(tz)
    log.add("case.opened", anchor, subject="case:1", id="a")
    (duty,) = result(deadline(lengths, clock), log, "2027-12-31 00:00").duties
    return local(duty.opens_at, tz), local(duty.due_at, tz)


@pytest.mark.parametrize(
    ("within", "anchor", "expected"),
    [
        ("PT2H", "2026-03-02 23:30", "2026-03-03 01:30"),
        ("P1M", "2026-01-31 10:00", "2026-02-28 10:00"),
        ("P1M", "2026-02-28 10:00", "2026-03-28 10:00"),
        ("P13M", "2026-01-31 10:00", "2027-02-28 10:00"),
        ("P1Y", "2026-01-31 10:00", "2027-01-31 10:00"),
        ("P1W", "2026-03-02 10:00", "2026-03-09 10:00"),
        ("P1M1D", "2026-01-31 10:00", "2026-03-01 10:00"),
        ("P1M1DT2H", "2026-01-30 23:00", "2026-03-02 01:00"),
        ("PT0S", "2026-03-02 10:00", "2026-03-02 10:00"),
    ],
)
def test_months_then_days_then_hours(within, anchor, expected):
    assert due(f'within = "{within}"', anchor)[1] == expected


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        # Clocks go forward on 8 March 2026 at 2:00: a day keeps the wall time, 24 hours do not.
        ("P1D", "2026-03-08 12:00"),
        ("PT24H", "2026-03-08 13:00"),
    ],
)
def test_days_are_on_the_wall_and_hours_elapse(within, expected):
    assert due(f'within = "{within}"', "2026-03-07 12:00", tz="America/New_York")[1] == expected


@pytest.mark.parametrize(
    ("within", "anchor", "expected"),
    [
        ("PT2H", "2026-03-02 09:00", "2026-03-02 11:00"),  # Monday
        ("PT3H", "2026-03-02 09:00", "2026-03-02 12:00"),  # the end of a span stays
        ("PT4H", "2026-03-02 09:00", "2026-03-02 14:30"),
        ("PT1H", "2026-03-02 12:00", "2026-03-02 14:30"),  # the end of a span is outside
        ("PT1H", "2026-03-02 12:45", "2026-03-02 14:30"),
        ("PT1H", "2026-03-02 18:00", "2026-03-03 10:00"),
        ("PT1H", "2026-03-02 08:00", "2026-03-02 10:00"),
        ("PT1H", "2026-03-06 17:30", "2026-03-09 09:30"),  # over the weekend
        ("P1D", "2026-03-06 10:00", "2026-03-09 10:00"),
        ("P1D", "2026-03-07 10:00", "2026-03-10 09:00"),  # Saturday moves to Monday 9:00 first
        ("P1D", "2026-02-13 10:00", "2026-02-14 10:00"),  # a make-up working Saturday
        ("P2D", "2026-02-13 10:00", "2026-02-24 10:00"),  # 15 to 23 February are off
        ("P1DT8H", "2026-03-02 17:00", "2026-03-04 17:30"),
        ("PT0S", "2026-03-02 12:00", "2026-03-02 13:30"),
    ],
)
def test_working_clock(within, anchor, expected):
    assert due(f'within = "{within}"', anchor, "working")[1] == expected


def test_without_after_a_duty_opens_at_the_event_itself_on_either_clock():
    assert due('within = "PT1H"', "2026-03-07 10:00", "working") == ("2026-03-07 10:00", "2026-03-09 10:00")
    lengths = 'after = "PT0S"\nwithin = "PT1H"'
    assert due(lengths, "2026-03-07 10:00", "working") == ("2026-03-09 09:00", "2026-03-09 10:00")
    lengths = 'after = "P4M"\nwithin = "P6M"'
    assert due(lengths, "2026-10-31 10:00") == ("2027-02-28 10:00", "2027-04-30 10:00")


def test_the_companys_own_days_come_before_the_table():
    calendar = CALENDAR + 'extra_holidays = [2026-03-03, 2026-03-07]\nextra_working_days = ["2026-03-07"]\n'
    log = Log()
    log.add("case.opened", "2026-03-02 10:00", subject="case:1", id="a")
    rules = policy(deadline('within = "P1D"', "working"), calendar=calendar)
    assert shown(result(rules, log, "2026-03-02 10:00")) == {KEY: "open, due 2026-03-04 10:00"}
    log = Log()
    log.add("case.opened", "2026-03-06 10:00", subject="case:1", id="a")
    assert shown(result(rules, log, "2026-03-06 10:00")) == {KEY: "open, due 2026-03-07 10:00"}


def test_a_year_that_is_not_announced_goes_by_the_week_with_one_warning():
    log = Log()
    for number in range(2):
        log.add("case.opened", "2030-10-01 10:00", subject=f"case:{number}", id=f"a{number}")
    found = result(deadline('within = "P1D"', "working"), log, "2030-10-01 10:00")
    assert set(shown(found).values()) == {"open, due 2030-10-02 10:00"}
    assert len(found.warnings) == 1
    assert "2030" in str(found.warnings[0])
    log = Log()
    log.add("case.opened", "2026-03-02 10:00", subject="case:1", id="a")
    assert result(deadline('within = "P1D"', "working"), log, "2030-10-01 10:00").warnings == ()


STEPS = 'escalate = [{ after = "PT4H", to = "director" }, { after = "PT0S", to = "supervisor" }]'


def test_steps_are_listed_in_policy_order_and_run_on_the_calendar_clock():
    log = Log()
    log.add("case.opened", "2026-03-06 17:00", subject="case:1", id="a")
    rules = deadline('within = "PT1H"', "working", STEPS)
    assert (
        shown(result(rules, log, "2026-03-06 22:00"))[KEY]
        == "overdue, due 2026-03-06 18:00, director 2026-03-06 22:00, supervisor 2026-03-06 18:00"
    )
    assert (
        shown(result(rules, log, "2026-03-06 21:59"))[KEY]
        == "overdue, due 2026-03-06 18:00, supervisor 2026-03-06 18:00"
    )


def test_a_step_fires_by_what_was_known_then_and_stays_when_evidence_comes_later():
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a")
    log.add("case.responded", "2026-03-02 10:00", recorded="2026-03-02 13:00", subject="case:1", id="r")
    rules = deadline('within = "PT2H"', extra=STEPS)
    assert (
        shown(result(rules, log, "2026-03-09 00:00"))[KEY]
        == "done, due 2026-03-02 11:00, closed 2026-03-02 10:00 by r late 0, supervisor 2026-03-02 11:00"
    )


@pytest.mark.parametrize(("entered", "steps"), [("11:00", 0), ("11:00:00.000001", 1)])
def test_evidence_recorded_at_the_very_instant_stops_the_step(entered, steps):
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a")
    log.add("case.cancelled", "2026-03-02 09:30", recorded=f"2026-03-02 {entered}", subject="case:1")
    rules = deadline('within = "PT2H"', extra=STEPS + '\nwithdraws_on = ["case.cancelled"]')
    (duty,) = result(rules, log, "2026-03-09 00:00").duties
    assert (duty.state, len(duty.escalations)) == ("withdrawn", steps)


def test_an_anchor_entered_late_escalates_from_its_entry():
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", recorded="2026-03-02 14:00", subject="case:1", id="a")
    (duty,) = result(deadline('within = "PT2H"', extra=STEPS), log, "2026-03-09 00:00").duties
    assert [(s.to, local(s.at)) for s in duty.escalations] == [
        ("director", "2026-03-02 15:00"),
        ("supervisor", "2026-03-02 14:00"),
    ]


def test_a_waived_duty_climbs_no_further():
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a")
    log.add("duty.waived", "2026-03-02 14:00", key=KEY)
    (duty,) = result(deadline('within = "PT2H"', extra=STEPS), log, "2026-03-09 00:00").duties
    assert [step.to for step in duty.escalations] == ["supervisor"]


PAUSE = 'pauses_on = ["case.planned"]\nresumes_on = ["case.reported"]\n'


def paused(steps: list[tuple[str, str]], now: str, clock: str = "calendar", extra: str = "") -> str:
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a")
    kinds = {"pause": "case.planned", "resume": "case.reported", "close": "case.responded"}
    for number, (word, when) in enumerate(steps):
        log.add(kinds[word], when, subject="case:1", id=f"p{number}")
    return shown(result(deadline('within = "PT2H"', clock, PAUSE + extra), log, now))[KEY]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("pause", "2026-03-02 10:00")], "paused"),
        ([("pause", "2026-03-02 09:00")], "paused"),
        (
            [("pause", "2026-03-02 10:00"), ("resume", "2026-03-02 10:30")],
            "overdue, due 2026-03-02 11:30",
        ),
        (  # a pause while paused and a resume while running count for nothing
            [
                ("resume", "2026-03-02 09:30"), ("pause", "2026-03-02 10:00"), ("pause", "2026-03-02 10:10"),
                ("resume", "2026-03-02 10:30"), ("resume", "2026-03-02 10:50"),
            ],
            "overdue, due 2026-03-02 11:30",
        ),
        ([("pause", "2026-03-02 11:00")], "overdue, due 2026-03-02 11:00"),
        (  # the second pause begins before the due time that the first has moved
            [
                ("pause", "2026-03-02 10:00"), ("resume", "2026-03-02 10:30"), ("pause", "2026-03-02 11:15"),
                ("resume", "2026-03-02 12:00"),
            ],
            "overdue, due 2026-03-02 12:15",
        ),
        (  # closing ends an open pause
            [("pause", "2026-03-02 10:00"), ("close", "2026-03-02 15:00")],
            "done, due 2026-03-02 16:00, closed 2026-03-02 15:00 by p1 late 0",
        ),
        (  # a pause at or after the closing counts for nothing
            [("close", "2026-03-02 10:00"), ("pause", "2026-03-02 10:00")],
            "done, due 2026-03-02 11:00, closed 2026-03-02 10:00 by p0 late 0",
        ),
    ],
)  # fmt: skip
def test_pauses(steps, expected):
    assert paused(steps, "2026-03-09 00:00") == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-02 10:00", "2026-03-02 14:00", "overdue, due 2026-03-02 15:00"),  # 2:30 h of work in it
        ("2026-03-02 10:00", "2026-03-07 10:00", "overdue, due 2026-03-09 10:00"),
        ("2026-03-02 10:00", "2026-03-02 10:00", "overdue, due 2026-03-02 11:00"),
    ],
)
def test_a_pause_on_the_working_clock_adds_the_working_time_in_it(start, end, expected):
    assert paused([("pause", start), ("resume", end)], "2026-03-20 00:00", "working") == expected


def test_while_a_pause_is_open_no_step_is_listed():
    escalated = STEPS
    pause = [("pause", "2026-03-02 10:00")]
    assert paused(pause, "2026-03-09 00:00", extra=escalated) == "paused"
    again = [*pause, ("resume", "2026-03-02 11:30")]
    assert (
        paused(again, "2026-03-02 13:00", extra=escalated)
        == "overdue, due 2026-03-02 12:30, supervisor 2026-03-02 12:30"
    )


def test_a_step_does_not_fire_while_paused_as_known_then():
    log = Log()
    log.add("case.opened", "2026-03-02 09:00", subject="case:1", id="a")
    log.add("case.planned", "2026-03-02 10:00", subject="case:1")
    log.add("case.reported", "2026-03-02 10:30", recorded="2026-03-02 12:00", subject="case:1")
    rules = deadline('within = "PT2H"', extra=PAUSE + STEPS)
    (duty,) = result(rules, log, "2026-03-09 00:00").duties
    assert local(duty.due_at) == "2026-03-02 11:30"
    assert [(s.to, local(s.at)) for s in duty.escalations] == [("director", "2026-03-02 15:30")]


def test_instants_are_what_the_wall_clock_says():
    assert at("2026-03-02 09:00").hour == 1
