"""What the parts of one evaluation share: the log, the instant, warnings, the next instant to look again."""

from __future__ import annotations

from datetime import datetime

from weixi.duties.engine.events import Event
from weixi.duties.engine.log import EventLog
from weixi.duties.engine.timeline import PolicyTimeline
from weixi.kernel.importing.wording import Said


class Run:
    """One evaluation at `now`. `wake` gathers the earliest instant after `now` at which time alone would
    change something."""

    def __init__(self, timeline: PolicyTimeline, log: EventLog) -> None:
        self.timeline = timeline
        self.log = log
        self.now = log.now
        self.warnings: set[Said] = set()
        self.wake: datetime | None = None
        self.look_again(log.next_recording)
        self.look_again(timeline.next_start(log.now))

    def look_again(self, at: datetime | None) -> None:
        """Something may change at that instant; what is not after `now` has been taken into account."""
        if at is not None and at > self.now and (self.wake is None or at < self.wake):
            self.wake = at

    def waiver(self, key: str) -> Event | None:
        """The first waiver of the duty."""
        return self.log.waivers.get(key)
