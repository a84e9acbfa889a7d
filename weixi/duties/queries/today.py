"""Today: what one person has to do, in order of urgency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from weixi.duties.enums import DutyState
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.models import Duty, waits
from weixi.duties.queries.glances import lines_by_key
from weixi.duties.queries.months import Month, month_of
from weixi.duties.queries.pressing import Span, pressing_on
from weixi.duties.timeline import Timeline, current_timeline
from weixi.kernel import clock
from weixi.kernel.prepared import Prepared, Statement, moment, plain
from weixi.organisation.models import User
from weixi.organisation.scope import viewer_of
from weixi.policy.queries import version_in_force

# More lines than this are not read in a day; the page says how many more there are.
MOST = 300


@dataclass(frozen=True)
class Today:
    """`focus` is the one thing to do now; it is not repeated in the groups."""

    now: datetime
    focus: DutyLine | None
    late: list[DutyLine] = field(default_factory=list)
    today: list[DutyLine] = field(default_factory=list)
    week: list[DutyLine] = field(default_factory=list)
    done: list[DutyLine] = field(default_factory=list)
    later: int = 0
    month: Month = field(default_factory=Month)
    # Of each group those that have no line here.
    more: Mapping[str, int] = field(default_factory=dict)

    @property
    def late_count(self) -> int:
        return len(self.late) + self.more.get("late", 0) + bool(self.focus and self.focus.is_late)

    @property
    def today_count(self) -> int:
        return len(self.today) + self.more.get("today", 0) + bool(self.focus and not self.focus.is_late)

    @property
    def week_count(self) -> int:
        return len(self.week) + self.more.get("week", 0)

    @property
    def is_empty(self) -> bool:
        return not (self.focus or self.late or self.today or self.week)


def ends(now: datetime) -> tuple[datetime, datetime]:
    """The midnights that end today and this week, on the reader's wall clock."""
    local = timezone.localtime(now)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1), midnight + timedelta(days=7 - local.weekday())


def today_of(person: User, *, shown: int | None = None) -> Today:
    """The person's Today, with `shown` lines per group (default: as many as are read in a day)."""
    now, timeline = clock.now(), current_timeline()
    span = Span(now, *ends(now))
    focus, first, counts = pressing_on(person, span, timeline, grade_priorities(), shown or MOST)
    picked = [glance for glances in first.values() for glance in glances]
    lines = lines_by_key([focus, *picked] if focus else picked, timeline, now, viewer_of(person))
    return Today(
        now=now,
        focus=lines.get(focus.key) if focus else None,
        **{code: [lines[glance.key] for glance in glances if glance.key in lines] for code, glances in first.items()},
        more={code: counts[code] - len(glances) for code, glances in first.items()},
        done=_done_today(person, now, timeline),
        later=_LATER(person.pk, span.end_of_week).count(),
        month=month_of([person.pk], now)[person.pk],
    )


def grade_priorities() -> dict[str, int]:
    """Grade -> its place in the policy in force, 1 is served first."""
    version = version_in_force()
    grading = version.policy.grading if version else None
    return {grade.grade: grade.priority for grade in grading.grade} if grading else {}


def _done_today(person: User, now: datetime, timeline: Timeline) -> list[DutyLine]:
    start = ends(now)[0] - timedelta(days=1)
    done = Duty.objects.filter(assignee=person, state=DutyState.DONE, closed_at__gte=start)
    return lines_of(done.exclude(closed_by=F("anchor")).order_by("-closed_at")[:20], timeline, now, viewer_of(person))


# Both use index: duty_waiting.
_LATER = Prepared(
    lambda person, after: Duty.objects.filter(waits(), assignee=person, due_at__gt=after).order_by().values_list("pk"),
    plain,
    moment,
)
_OWED = Prepared(
    lambda person, now: (
        Duty.objects.filter(waits(), assignee=person, state__in=(DutyState.OPEN, DutyState.OVERDUE), due_at__lt=now)
        .order_by()
        .values_list("pk")
    ),
    plain,
    moment,
)


def owed_by(person: User) -> Statement:
    """A person's duties that are late: the number in the menu."""
    return _OWED(person.pk, clock.now())
