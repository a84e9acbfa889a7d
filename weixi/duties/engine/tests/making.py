"""Small words for tests: policies from TOML, events from a few values, times in the company's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from weixi.duties.engine.evaluate import Result, evaluate
from weixi.duties.engine.events import Event
from weixi.duties.engine.timeline import PolicyTimeline
from weixi.policy.document.load import load_policy
from weixi.policy.document.policy import Policy

SHANGHAI = "Asia/Shanghai"

CALENDAR = """
[calendar]
working_days = ["mon", "tue", "wed", "thu", "fri"]
working_hours = [["09:00", "12:00"], ["13:30", "18:00"]]
holidays = "CN"
"""


def policy(text: str, *, since: str = "2026-01-01", tz: str = SHANGHAI, calendar: str = CALENDAR) -> Policy:
    """A policy document of these rules, in force from `since`."""
    head = f'[policy]\nname = "t"\nversion = "1"\neffective_from = {since}\ntimezone = "{tz}"\n'
    return load_policy(head + calendar + text)


def at(text: str, tz: str = SHANGHAI) -> datetime:
    """`2026-03-02 09:10` on the wall of the zone, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz)).astimezone(UTC)


class Log:
    """Events written down one by one; each call returns the event's id."""

    def __init__(self, tz: str = SHANGHAI) -> None:
        self.tz = tz
        self.events: list[Event] = []

    def add(
        self,
        kind: str,
        occurred: str,
        /,
        *,
        recorded: str | None = None,
        customer: str | None = "C1",
        subject: str | None = None,
        id: str | None = None,
        **data: object,
    ) -> str:
        name = id or f"e{len(self.events) + 1}"
        when = at(occurred, self.tz)
        entered = at(recorded, self.tz) if recorded else when
        self.events.append(Event(name, kind, customer, subject, "u1", when, entered, data))
        return name

    def customer(self, name: str = "C1", since: str = "2025-12-01", /, **data: object) -> str:
        return self.add("customer.created", since, customer=name, **data)


def result(rules: Policy | str, log: Log, now: str) -> Result:
    """The result under one policy at a local time."""
    document = policy(rules, tz=log.tz) if isinstance(rules, str) else rules
    return evaluate(PolicyTimeline.single(document), log.events, at(now, log.tz))


def shown(found: Result, tz: str = SHANGHAI) -> dict[str, str]:
    """key -> one line a person can compare: state, due, closing, lateness, steps."""
    return {duty.key: line(duty, tz) for duty in found.duties}


def line(duty, tz: str = SHANGHAI) -> str:
    parts = [str(duty.state)]
    if duty.due_at is not None:
        parts.append(f"due {local(duty.due_at, tz)}")
    if duty.closed_at is not None:
        parts.append(f"closed {local(duty.closed_at, tz)} by {duty.closed_by} late {duty.late_seconds}")
    parts.extend(f"{step.to} {local(step.at, tz)}" for step in duty.escalations)
    return ", ".join(parts)


def local(when: datetime, tz: str = SHANGHAI) -> str:
    shown_at = when.astimezone(ZoneInfo(tz)).replace(tzinfo=None)
    return shown_at.isoformat(" ", timespec="auto" if shown_at.microsecond else "minutes")
