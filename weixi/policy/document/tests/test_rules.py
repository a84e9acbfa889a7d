"""What the models of rules refuse and take."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from weixi.kernel.roles import ROLE_NAMES
from weixi.organisation.enums import Role
from weixi.policy.document.durations import Duration
from weixi.policy.document.rules import Cadence, CalendarSection, Deadline, Node, PolicyHeader, check_rules

DEADLINE = {"clause": "N", "opens_on": "case.opened", "closes_on": ["case.responded"]}
CADENCE = {"clause": "C", "every": "P1M"}
NODE = {"clause": "F", "date": "contact.birthday"}


@pytest.mark.parametrize(
    ("text", "months", "days", "time"),
    [
        ("P4M", 4, 0, timedelta()),
        ("P1Y2M", 14, 0, timedelta()),
        ("P2W", 0, 14, timedelta()),
        ("P1DT12H", 0, 1, timedelta(hours=12)),
        ("PT2H30M15S", 0, 0, timedelta(hours=2, minutes=30, seconds=15)),
        ("PT1.5H", 0, 0, timedelta(minutes=90)),
        ("P0D", 0, 0, timedelta()),
    ],
)
def test_durations_keep_their_parts_and_their_text(text, months, days, time):
    found = Duration.parse(text)
    assert (found.months, found.days, found.time, str(found)) == (months, days, time, text)


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1", "2H", "P-1D", "-P1D", "PT1H30", "P1H", "P1.5D", "PT1.5H2M", "p1d", "P1D ", "P101Y", "P٣D"],
)
def test_no_durations(text):
    with pytest.raises(ValueError, match=r"."):
        Duration.parse(text)


def test_equal_durations_may_be_written_differently():
    assert Duration.parse("P1W") == Duration.parse("P7D")
    assert Duration.parse("P1D") != Duration.parse("PT24H")


def refused(model, values):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)
    error = caught.value.errors()[0]
    return error["type"], error.get("ctx", {}).get("key") or ".".join(str(step) for step in error["loc"])


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ({}, "within_or_due_from", "within"),
        ({"within": "P1D", "due_from": "data.due"}, "within_or_due_from", "within"),
        ({"within": "P1D", "same": "subject", "match": "anchor"}, "same_and_match", "match"),
        ({"within": "P1W", "clock": "working"}, "working_clock_unit", "within"),
        ({"within": "P1M", "clock": "working"}, "working_clock_unit", "within"),
        ({"within": "PT1H", "after": "P1Y", "clock": "working"}, "working_clock_unit", "after"),
        ({"within": "P1D", "clock": "lunar"}, "literal_error", "clock"),
        ({"within": "P1D", "closes_on": []}, "empty_list", "closes_on"),
        ({"within": "P1D", "closes_on": ["case.respond"]}, "unknown_event_type", "closes_on"),
        ({"within": "P1D", "opens_on": "case.open"}, "unknown_event_type", "opens_on"),
        ({"within": "P1D", "assignee": "owner"}, "unknown_assignee", "assignee"),
        ({"within": "P1D", "assignee": "role:boss"}, "unknown_assignee", "assignee"),
        ({"within": "P1D", "escalate": [{"after": "PT0S", "to": "boss"}]}, "unknown_role", "escalate.0.to"),
        ({"within": "P1D", "escalate": [{"after": "soon", "to": "director"}]}, "duration_shape", "escalate.0.after"),
        ({"within": "P1D", "every": "P1M"}, "extra_forbidden", "every"),
        ({"within": "P1D", "where": {"kind": {"a": 1}}}, "condition_value", "where.kind"),
        ({"within": "P1D", "where": {"kind": float("inf")}}, "condition_value", "where.kind"),
        ({"within": "P1D", "clause": " "}, "empty_text", "clause"),
        ({"within": "P1D", "clause": "N-1\0"}, "nul_sign", "clause"),
        ({"within": "P1D", "title": "a\0b"}, "nul_sign", "title"),
        ({"within": "P1D", "priority": "hihg"}, "priority", "priority"),
        ({"within": "P1D", "priority": True}, "priority", "priority"),
        ({"within": "P1D", "priority": 40_000}, "priority", "priority"),
        ({"due_from": "due"}, "due_from_shape", "due_from"),
    ],
)
def test_deadlines_that_are_refused(more, code, place):
    assert refused(Deadline, DEADLINE | more) == (code, place)


@pytest.mark.parametrize("missing", ["clause", "opens_on", "closes_on"])
def test_keys_a_deadline_cannot_do_without(missing):
    values = DEADLINE | {"within": "P1D"}
    del values[missing]
    assert refused(Deadline, values) == ("missing", missing)


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ({"every": "P1D"}, "period", "every"),
        ({"every": "P12M"}, "period", "every"),
        ({"times": 0}, "greater_than_equal", "times"),
        ({"times": True}, "int_type", "times"),
        ({"mode": "rolling"}, "literal_error", "mode"),
        ({"where": {"kind": "a"}}, "where_name", "where.kind"),
        ({"where": {"data.grade": "a"}}, "where_name", "where.data.grade"),
        ({"within": "P1D"}, "extra_forbidden", "within"),
        ({"on": []}, "empty_list", "on"),
    ],
)
def test_cadences_that_are_refused(more, code, place):
    assert refused(Cadence, CADENCE | more) == (code, place)


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ({"festival": "春节"}, "date_or_festival", "date"),
        ({"date": "contact.name"}, "node_date", "date"),
        ({"date": "--02-30"}, "node_date", "date"),
        ({"date": "--13-01", "lunar": True}, "node_date", "date"),
        ({"date": "--01-31", "lunar": True}, "node_date", "date"),
        ({"lunar": True}, "lunar_place", "lunar"),
        ({"lunar": False}, "lunar_place", "lunar"),
        ({"before": "P1M"}, "duration_days_only", "before"),
        ({"before": "PT24H"}, "duration_days_only", "before"),
        ({"date": "--03-10", "where": {"key_person": True}}, "where_name", "where.key_person"),
        ({"times": 2}, "extra_forbidden", "times"),
    ],
)
def test_nodes_that_are_refused(more, code, place):
    assert refused(Node, NODE | more) == (code, place)


def test_a_festival_is_one_of_the_list():
    assert refused(Node, {"clause": "F", "festival": "圣诞节"}) == ("unknown_festival", "festival")
    assert Node.model_validate({"clause": "F", "festival": "七夕"}).grace == Duration.parse("P3D")


def test_days_a_node_takes():
    assert Node.model_validate({"clause": "F", "date": "--02-29"}).date == "--02-29"
    assert Node.model_validate({"clause": "F", "date": "--02-30", "lunar": True}).lunar is True
    assert Node.model_validate(NODE | {"where": {"key_person": True}, "before": "P2W"}).before == Duration.parse("P14D")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"working_days": ["monday"]}, "literal_error"),
        ({"working_hours": [["09:00"]]}, "hours_shape"),
        ({"working_hours": [["9:00", "12:00"]]}, "hours_shape"),
        ({"working_hours": [["09:00", "25:00"]]}, "hours_shape"),
        ({"working_hours": [["12:00", "09:00"]]}, "hours_order"),
        ({"working_hours": [["09:00", "12:00"], ["11:00", "13:00"]]}, "hours_overlap"),
        ({"holidays": "US"}, "literal_error"),
        ({"extra_holidays": ["2026-02-30"]}, "date_shape"),
    ],
)
def test_calendars_that_are_refused(values, code):
    assert refused(CalendarSection, values)[0] == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"timezone": "Asia/Peking"}, "unknown_timezone"),
        ({"timezone": "localtime"}, "unknown_timezone"),
        ({"timezone": "right/Asia/Shanghai"}, "unknown_timezone"),
        ({"currency": "yuan"}, "currency_shape"),
        ({"effective_from": "soon"}, "date_shape"),
        ({"effective_from": "0001-01-01"}, "date_range"),
    ],
)
def test_heads_that_are_refused(more, code):
    head = {"name": "t", "version": "1", "effective_from": "2026-01-01"}
    assert refused(PolicyHeader, head | more)[0] == code


def test_a_clause_stands_once_and_the_working_clock_needs_working_time():
    one = Deadline.model_validate(DEADLINE | {"within": "P1D"})
    cadence = Cadence.model_validate(CADENCE | {"clause": "N"})
    with pytest.raises(Exception, match="stands twice"):
        check_rules(CalendarSection(), [one], [cadence], [])
    working = Deadline.model_validate(DEADLINE | {"within": "P1D", "clock": "working"})
    days = CalendarSection.model_validate({"working_days": ["mon"]})
    with pytest.raises(Exception, match="working_days"):
        check_rules(CalendarSection(), [working], [], [])
    with pytest.raises(Exception, match="working_hours"):
        check_rules(days, [working], [], [])


def test_the_roles_a_policy_may_name_are_those_people_can_have():
    assert set(Role.values) == ROLE_NAMES
