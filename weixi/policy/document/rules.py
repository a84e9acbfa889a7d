"""The rules of a policy that make duties: deadlines, cadences, nodes, with the head and the calendar they
run on. Each model refuses what the contract of the policy format refuses, in one plain sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from weixi.policy.document.base import (
    AssigneeText,
    ClockName,
    ConditionValue,
    FilledText,
    Items,
    PlainText,
    RoleText,
    Section,
    Texts,
    one_of,
    refusal,
)
from weixi.policy.document.catalogue import EVENT_TYPES
from weixi.policy.document.durations import DaysDuration, Duration

STATE_NAMES = frozenset({"grade", "lifecycle", "owner", "tags"})
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PERIODS = ("P1W", "P2W", "P1M", "P3M", "P6M", "P1Y")
FESTIVALS = (
    "元旦",
    "除夕",
    "春节",
    "元宵节",
    "清明节",
    "劳动节",
    "端午节",
    "七夕",
    "中秋节",
    "重阳节",
    "国庆节",
)
NODE_DATES = ("contact.birthday", "customer.founded_on", "customer.cooperation_since")
PRIORITIES = ("low", "normal", "high", "urgent")
MOST_PRIORITY = 1000
DEFAULT_GRACE = Duration.parse("P3D")

_RETURNING = re.compile(r"--([0-9]{2})-([0-9]{2})")
_SPAN_END = re.compile(r"([0-9]{2}):([0-9]{2})")


def _event_type(value: str) -> str:
    if value not in EVENT_TYPES:
        raise refusal(
            "unknown_event_type",
            'unknown event type "{value}"; allowed: {allowed}',
            value=value,
            allowed=one_of(EVENT_TYPES),
        )
    return value


def _event_types(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        _event_type(value)
    return values


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise refusal("empty_list", "this list needs at least one event type")
    return values


def _plain_date(value: object) -> object:
    """A TOML date or text `YYYY-MM-DD`; a date with a time is no date."""
    if isinstance(value, str):
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise refusal("date_shape", '"{value}" is no date; write it like 2026-01-31', value=value)
    if isinstance(value, datetime):
        raise refusal("date_shape", '"{value}" is a time; write a date like 2026-01-31', value=str(value))
    return value


def _countable(value: date) -> date:
    # Rules count up to 100 years on from it, on the clocks of every zone.
    if not 1000 <= value.year < 9000:
        raise refusal("date_range", '"{value}" is outside the years 1000 to 8999', value=value.isoformat())
    return value


def _zone(value: str) -> str:
    try:
        # Names that mean another zone on another machine, none, or one with leap seconds.
        if value in ("localtime", "posixrules", "Factory") or value.startswith(("posix/", "right/")):
            raise ValueError(value)
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise refusal(
            "unknown_timezone", 'unknown time zone "{value}"; write a name like Asia/Shanghai', value=value
        ) from None
    return value


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise refusal("currency_shape", '"{value}" is no currency code; write three letters like CNY', value=value)
    return value


def _priority(value: object) -> object:
    """A name or a number; the number has to fit the column that duties are sorted by."""
    if value in PRIORITIES or (type(value) is int and abs(value) <= MOST_PRIORITY):
        return value
    raise refusal(
        "priority",
        '"{value}" is no priority; allowed: {allowed}, or a whole number from -1000 to 1000',
        value=str(value)[:60],
        allowed=one_of(PRIORITIES),
    )


EventTypeText = Annotated[str, AfterValidator(_event_type)]
EventTypes = Annotated[Texts, AfterValidator(_event_types)]
SomeEventTypes = Annotated[Texts, AfterValidator(_event_types), AfterValidator(_some)]
PlainDate = Annotated[date, BeforeValidator(_plain_date), AfterValidator(_countable)]
Where = dict[str, ConditionValue]
Priority = Annotated[Literal["low", "normal", "high", "urgent"] | int, BeforeValidator(_priority)]


class PolicyHeader(Section):
    """`[policy]`: which policy this is and the zone whose wall clock its days follow."""

    name: FilledText
    version: FilledText
    effective_from: PlainDate
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    currency: Annotated[str, AfterValidator(_currency)] = "CNY"


def minute_of_day(text: str) -> int:
    """`09:30` -> 570; `24:00`, the end of the day, -> 1440. Raises ValueError."""
    found = _SPAN_END.fullmatch(text)
    if found is None:
        raise ValueError(text)
    if text == "24:00":
        return 1440
    at = time(int(found.group(1)), int(found.group(2)))
    return at.hour * 60 + at.minute


class CalendarSection(Section):
    """`[calendar]`: when the company works. Left out, it is empty: no rule may then use the working clock."""

    working_days: Items[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = ()
    working_hours: Items[Items[str]] = ()
    holidays: Literal["CN"] | None = None
    extra_holidays: Items[PlainDate] = ()
    extra_working_days: Items[PlainDate] = ()

    @model_validator(mode="after")
    def _hours_make_sense(self) -> CalendarSection:
        spans = []
        for span in self.working_hours:
            try:
                start, end = (minute_of_day(text) for text in span)
            except ValueError:
                raise refusal(
                    "hours_shape",
                    'a span of working hours is a pair like ["09:00", "12:00"]',
                    key="working_hours",
                ) from None
            if start >= end:
                raise refusal(
                    "hours_order",
                    "a span of working hours must end after it begins: {start}-{end}",
                    key="working_hours",
                    start=span[0],
                    end=span[1],
                )
            spans.append((start, end))
        spans.sort()
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise refusal("hours_overlap", "spans of working hours may not overlap", key="working_hours")
        return self


class Escalation(Section):
    """One step: `after` the due time the role `to` is told."""

    after: Duration
    to: RoleText


class Rule(Section):
    """What all three kinds of rule say."""

    clause: FilledText
    title: PlainText = ""
    where: Where = Field(default_factory=dict)
    assignee: AssigneeText = "customer.owner"
    escalate: Items[Escalation] = ()
    priority: Priority = "normal"
    source: PlainText = ""


class Deadline(Rule):
    """`[[deadline]]`: after this event, that evidence within so long."""

    opens_on: EventTypeText
    closes_on: SomeEventTypes
    withdraws_on: EventTypes = ()
    pauses_on: EventTypes = ()
    resumes_on: EventTypes = ()
    after: Duration | None = None
    within: Duration | None = None
    due_from: FilledText | None = None
    clock: ClockName = "calendar"
    same: Literal["subject", "customer"] | None = None
    match: Literal["anchor"] | None = None
    measure: Literal["occurred_at", "recorded_at"] = "occurred_at"

    @model_validator(mode="after")
    def _keys_fit_together(self) -> Deadline:
        if (self.within is None) == (self.due_from is None):
            raise refusal("within_or_due_from", "give exactly one of within and due_from", key="within")
        if self.same is not None and self.match is not None:
            raise refusal("same_and_match", "same and match cannot stand together; leave one out", key="match")
        if self.due_from is not None and not re.fullmatch(r"data\..+", self.due_from):
            raise refusal(
                "due_from_shape",
                'due_from names a value in the event\'s data, like "data.due"',
                key="due_from",
            )
        if self.clock == "working":
            for key, length in (("within", self.within), ("after", self.after)):
                if length is not None and (length.months or length.weeks_written):
                    raise refusal(
                        "working_clock_unit",
                        'on the working clock only days and hours can be counted, not "{value}"',
                        key=key,
                        value=length.text,
                    )
        return self


class Cadence(Rule):
    """`[[cadence]]`: so many qualifying events in each period of the calendar."""

    every: Duration
    times: Annotated[int, Field(ge=1)] = 1
    on: EventTypes = ("interaction.recorded",)
    qualifies: Where = Field(default_factory=dict)
    mode: Literal["aligned"] = "aligned"

    @model_validator(mode="after")
    def _keys_fit_together(self) -> Cadence:
        if self.every.text not in PERIODS:
            raise refusal(
                "period",
                'unknown period "{value}"; allowed: {allowed}',
                key="every",
                value=self.every.text,
                allowed=one_of(PERIODS),
            )
        _only_state_names(self.where)
        _some_events(self.on)
        return self


class Node(Rule):
    """`[[node]]`: a day that returns, and what has to be done for it."""

    date: str | None = None
    festival: str | None = None
    lunar: bool | None = None
    before: DaysDuration | None = None
    grace: Duration = DEFAULT_GRACE
    on: EventTypes = ("interaction.recorded",)
    qualifies: Where = Field(default_factory=dict)

    @model_validator(mode="after")
    def _keys_fit_together(self) -> Node:
        if (self.date is None) == (self.festival is None):
            raise refusal("date_or_festival", "give exactly one of date and festival", key="date")
        if self.festival is not None and self.festival not in FESTIVALS:
            raise refusal(
                "unknown_festival",
                'unknown festival "{value}"; allowed: {allowed}',
                key="festival",
                value=self.festival,
                allowed=one_of(FESTIVALS),
            )
        day = None if self.date is None or self.date in NODE_DATES else returning_day(self.date, bool(self.lunar))
        if self.date is not None and self.date not in NODE_DATES and day is None:
            raise refusal(
                "node_date",
                '"{value}" is no date that returns; allowed: {allowed}, or a day like --09-10',
                key="date",
                value=self.date,
                allowed=one_of(NODE_DATES),
            )
        if self.lunar is not None and day is None:
            raise refusal("lunar_place", "lunar belongs to a date written --MM-DD only", key="lunar")
        if self.date != "contact.birthday":
            _only_state_names(self.where)
        _some_events(self.on)
        return self


def returning_day(text: str, lunar: bool) -> tuple[int, int] | None:
    """`--MM-DD` -> (month, day), or None when it is no day of that calendar."""
    found = _RETURNING.fullmatch(text)
    if found is None:
        return None
    month, day = int(found.group(1)), int(found.group(2))
    if lunar:
        return (month, day) if 1 <= month <= 12 and 1 <= day <= 30 else None
    try:
        date(2024, month, day)
    except ValueError:
        return None
    return month, day


def _only_state_names(where: Where) -> None:
    for name in where:
        if name not in STATE_NAMES:
            raise refusal(
                "where_name",
                'this rule can look only at the customer itself, not at "{value}"; allowed: {allowed}',
                key=f"where.{name}",
                value=name,
                allowed=one_of(STATE_NAMES),
            )


def _some_events(values: tuple[str, ...]) -> None:
    if not values:
        raise refusal("empty_list", "this list needs at least one event type", key="on")


AnyRule = Deadline | Cadence | Node


def check_rules(
    calendar: CalendarSection,
    deadlines: Iterable[Deadline],
    cadences: Iterable[Cadence],
    nodes: Iterable[Node],
) -> None:
    """What can only be judged over the whole document; raises the typed refusal of `base.refusal`."""
    listed: list[tuple[str, AnyRule]] = []
    groups: tuple[tuple[str, Iterable[Any]], ...] = (
        ("deadline", deadlines),
        ("cadence", cadences),
        ("node", nodes),
    )
    for kind, rules in groups:
        listed.extend((f"{kind}[{place}]", rule) for place, rule in enumerate(rules))
    seen: dict[str, str] = {}
    for path, rule in listed:
        first = seen.setdefault(rule.clause, path)
        if first != path:
            raise refusal(
                "clause_twice",
                'clause "{value}" stands twice: at {first} and at {path}',
                key=f"{path}.clause",
                value=rule.clause,
                first=first,
                path=path,
            )
        if isinstance(rule, Deadline) and rule.clock == "working":
            for key in ("working_days", "working_hours"):
                if not getattr(calendar, key):
                    raise refusal(
                        "working_clock_calendar",
                        "{path} uses the working clock: calendar.{missing} must say when you work",
                        key=f"{path}.clock",
                        path=path,
                        missing=key,
                    )
