"""Reads of duties: viewer first, already scoped. Untouched cadence periods are computed here."""

from __future__ import annotations

from weixi.duties.lines import DutyLine
from weixi.duties.queries.listing import duties_of_customer, get_duty_for, listed_duties, settled_by_events
from weixi.duties.queries.team import Team, team_of
from weixi.duties.queries.today import Today, owed_by, today_of

__all__ = [
    "DutyLine",
    "Team",
    "Today",
    "duties_of_customer",
    "get_duty_for",
    "listed_duties",
    "owed_by",
    "settled_by_events",
    "team_of",
    "today_of",
]
