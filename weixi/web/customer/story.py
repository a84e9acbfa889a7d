"""The timeline of the customer page: days, and what each event settled or set off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.customers.queries.timeline import Line, customer_story
from weixi.duties.queries.of_customer import Promise, Raised
from weixi.kernel import clock
from weixi.kernel.drawing import moments
from weixi.kernel.events.models import Event
from weixi.kernel.sentences import POLICY, Sentence
from weixi.organisation.enums import Role
from weixi.organisation.scope import Viewer
from weixi.web.customer.page import CustomerPage


@dataclass(frozen=True, slots=True)
class Told:
    """One line under its day: a sentence, and the promises it settled."""

    at: datetime
    sentence: Sentence
    settled: tuple[Promise, ...] = ()
    late: bool = False
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    lines: tuple[Told, ...]

    @property
    def title(self) -> str:
        """今天 and 昨天 by name, any other day by its date."""
        today = clock.today()
        if today - timedelta(days=1) <= self.day <= today:
            return moments.near_day_text(self.day)
        return moments.day_text(self.day, year=self.day.year != today.year)

    @property
    def sub(self) -> str:
        """What the title leaves out."""
        week = moments.weekday_text(self.day)
        if clock.today() - timedelta(days=1) <= self.day <= clock.today():
            return f"{moments.day_text(self.day, year=False)} {week}"
        return week


@dataclass(frozen=True, slots=True)
class Timeline:
    days: tuple[Day, ...]
    before: str


def build_story(viewer: Viewer, page: CustomerPage, events: Sequence[Event], kind: str, before: str) -> Timeline:
    """A page of the story: events and escalations, the newest first, by day."""
    story = customer_story(viewer, events, contacts=page.contact_names, people=page.people_names)
    lines = [_line(line, page.settled.get(line.id, ())) for line in story.lines]
    if kind in ("", POLICY) and (lines or not before):
        until = lines[0].at + timedelta(microseconds=1) if before and lines else clock.now() + timedelta(days=1)
        since = lines[-1].at if story.before and lines else datetime.min.replace(tzinfo=until.tzinfo)
        lines += _raised(page.duties.raised_between(since, until))
        lines.sort(key=lambda told: told.at, reverse=True)
    days: dict[date, list[Told]] = {}
    for told in lines:
        days.setdefault(timezone.localtime(told.at).date(), []).append(told)
    return Timeline(tuple(Day(day, tuple(told)) for day, told in days.items()), story.before)


def _line(line: Line, settled: tuple[Promise, ...]) -> Told:
    return Told(line.at, line.sentence, settled)


def _raised(steps: list[Raised]) -> list[Told]:
    """One line for the steps of a rule that fired at the same time."""
    together: dict[tuple[datetime, str], list[Raised]] = {}
    for each in steps:
        together.setdefault((each.at.replace(second=0, microsecond=0), each.clause), []).append(each)
    roles = dict(Role.choices)
    told = []
    for group in together.values():
        first = group[0]
        whom = dict.fromkeys(each.person or str(roles.get(each.role, each.role)) for each in group)
        words = {"title": first.title, "whom": _(", ").join(whom)}
        text = (
            ngettext("%(title)s is late; %(whom)s was told.", "%(title)s is late; %(whom)s were told.", len(whom))
            % words
        )
        told.append(Told(first.at, Sentence(text, "flag"), late=True, clause=first.clause))
    return told
