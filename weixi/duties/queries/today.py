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
from weixi.duties.queries.glances import Glance, lines_by_key, waiting_for
from weixi.duties.queries.months import Month, month_of
from weixi.duties.timeline import Timeline, current_timeline
from weixi.kernel import clock
from weixi.kernel.prepared import Prepared, Statement, moment, plain
from weixi.organisation.models import User
from weixi.organisation.scope import viewer_of
from weixi.policy.queries import version_in_force

# More lines than this are not read in a day; the page says how many more there are.
MOST = 300
# A grade the policy says nothing about is served last.
LAST = 99


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
    """The person's Today, with `shown` lines per group (default: as many as are read in a day). Uses indexes:
    duty_waiting, customer_owner_due."""
    now, timeline = clock.now(), current_timeline()
    end_of_day, end_of_week = ends(now)
    waiting = waiting_for(person, now, end_of_week, timeline)
    served = grade_priorities()
    pressing = [glance for glance in waiting if glance.late or (glance.due_at and glance.due_at <= end_of_day)]
    first = min(pressing, key=lambda glance: _urgency(glance, served), default=None)
    groups: dict[str, list[Glance]] = {"late": [], "today": [], "week": []}
    for glance in waiting:
        if glance is not first:
            soon = glance.due_at and glance.due_at <= end_of_day
            groups["late" if glance.late else "today" if soon else "week"].append(glance)
    drawn = {code: glances[: shown or MOST] for code, glances in groups.items()}
    picked = [glance for glances in drawn.values() for glance in glances]
    lines = lines_by_key([first, *picked] if first else picked, timeline, now, viewer_of(person))
    return Today(
        now=now,
        focus=lines.get(first.key) if first else None,
        **{code: [lines[glance.key] for glance in glances if glance.key in lines] for code, glances in drawn.items()},
        more={code: len(groups[code]) - len(drawn[code]) for code in groups},
        done=_done_today(person, now, timeline),
        later=_LATER(person.pk, end_of_week).count(),
        month=month_of([person.pk], now)[person.pk],
    )


def _urgency(line: Glance, served: dict[str, int]) -> tuple[bool, int, int, float, str]:
    """What is late first, then the rule's priority, whose turn it is by grade (C-12), and the due time."""
    due = line.due_at.timestamp() if line.due_at else 0.0
    return (not line.late, -line.priority, served.get(line.grade, LAST), due, line.key)


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
