"""Why a duty exists: the rule's own words, the fact it hangs on, the evidence that closed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from weixi.duties.event_words import event_words
from weixi.duties.lines import DutyLine
from weixi.duties.models import Duty, Waiver
from weixi.kernel.events.models import Event
from weixi.policy.queries import document_of


@dataclass(frozen=True)
class Why:
    """`anchor` and `closing` are events of the log; None where the duty hangs on a date or is not closed."""

    version: str
    source: str
    anchor: Event | None
    closing: Event | None
    anchor_words: str
    closing_words: str
    waived_by: str
    waived_at: datetime | None
    waived_reason: str
    # The day it hangs on, where that is no event.
    anchor_day: date | None = None


def why_of(line: DutyLine) -> Why:
    """For a duty the viewer was found to see; a handful of queries by key."""
    row = Duty.objects.filter(key=line.key).first()
    version = row.version if row else None
    source = ""
    if version is not None:
        rule = document_of(version).rule(line.clause)
        source = rule.source if rule else ""
    events = {event.id: event for event in Event.objects.filter(id__in=[line.anchor, line.closed_by])}
    waiver = Waiver.objects.select_related("by").filter(duty_key=line.key).first()
    return Why(
        version=version.label if version else "",
        source=source,
        anchor=events.get(line.anchor),
        closing=events.get(line.closed_by) if line.closed_by else None,
        anchor_words=event_words(events[line.anchor].type) if line.anchor in events else "",
        closing_words=event_words(events[line.closed_by].type) if line.closed_by in events else "",
        waived_by=waiver.by.name if waiver and waiver.by else "",
        waived_at=waiver.at if waiver else None,
        waived_reason=waiver.reason if waiver else "",
        anchor_day=_day(line.anchor) if line.anchor not in events else None,
    )


def _day(anchor: str) -> date | None:
    try:
        return date.fromisoformat(anchor[:10])
    except ValueError:
        return None
