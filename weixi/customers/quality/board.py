"""The board: figures of the latest snapshot within the viewer's scope, their trend, and what is behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Sum
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from weixi.customers.filtering.tree import MOST_VALUES
from weixi.customers.models import QualityClock, QualitySnapshot
from weixi.customers.quality.judging import ASKS, MISSING, STALE, expires
from weixi.customers.quality.snapshots import FIGURES
from weixi.customers.quality.sources import sources
from weixi.customers.quality.stamps import day_of
from weixi.kernel import clock
from weixi.kernel.slices import Kept, registry
from weixi.organisation.models import Department, User
from weixi.organisation.scope import Viewer
from weixi.policy.document.archive import ArchiveTarget
from weixi.policy.queries import version_in_force, versions_in_force

# Half a year, the span of the policy's target, and some room before it.
TREND_DAYS = 200
FULL = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of customers; `percent` is the average completeness, None without customers."""

    customers: int = 0
    completeness_sum: int = 0
    complete: int = 0
    key_gaps: int = 0
    stale: int = 0
    invalid: int = 0
    ungraded: int = 0

    @property
    def percent(self) -> int | None:
        # Rounded down, as each archive's own.
        return self.completeness_sum // self.customers if self.customers else None

    @property
    def graded_percent(self) -> int | None:
        return (self.customers - self.ungraded) * FULL // self.customers if self.customers else None

    def plus(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, name) + getattr(other, name) for name in FIGURES))

    def as_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: getattr(self, name) for name in FIGURES if name != "completeness_sum"}
        return {**found, "completeness_pct": self.percent}


@dataclass(frozen=True, slots=True)
class Line:
    """One owner's figures; `owner_id` None: customers that nobody looks after."""

    name: str
    figures: Figures
    owner_id: int | None = None

    def link(self, **given: str | int) -> str:
        return customers_url(owner="none" if self.owner_id is None else self.owner_id, **given)

    @property
    def links(self) -> dict[str, str]:
        return {
            "all": self.link(),
            "below": self.link(complete_below=FULL),
            "missing": self.link(quality="missing"),
            "stale": self.link(quality="stale"),
            "invalid": self.link(quality="invalid"),
            "ungraded": self.link(grade="none"),
        }


@dataclass(frozen=True, slots=True)
class Unit:
    """A department with its people."""

    name: str
    figures: Figures
    lines: list[Line] = field(default_factory=list)

    @property
    def links(self) -> dict[str, str]:
        """The customers of all its people; none when they are more than a filter can name."""
        if len(self.lines) > MOST_VALUES:
            return {}
        owners = ",".join("none" if line.owner_id is None else str(line.owner_id) for line in self.lines)
        mine = f"owner:in:{owners}"
        return {
            name: customers_url(where=f"{mine};{more}" if more else mine)
            for name, more in {
                "all": "", "below": f"completeness:lt:{FULL}", "missing": "quality:in:missing",
                "stale": "quality:in:stale", "invalid": "quality:in:invalid", "ungraded": "grade:in:none",
            }.items()
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    day: date
    percent: int
    key_gaps: int


@dataclass(frozen=True, slots=True)
class Aim:
    """What the policy asks for and by which day (A-7)."""

    completeness: int | None = None
    completeness_by: date | None = None
    key_gaps: int | None = None
    inventory_by: date | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the head: how many, whether it is as it should be, the customers behind it (`url`), and the page
    on which it is worked at (`work`), if there is one."""

    label: Any
    value: int | None
    url: str
    good: bool
    work: str = ""
    work_label: Any = ""


@dataclass(frozen=True, slots=True)
class Work:
    """The duties by which it is mended: the fact they open on, clause, title, how many wait and how many of them
    are late; `url` lists them, the late ones first."""

    opens_on: str
    clause: str
    title: str
    waiting: int
    missed: int
    url: str


@dataclass(frozen=True, slots=True)
class Board:
    day: date | None
    taken_at: datetime | None
    total: Figures
    units: list[Unit]
    trend: list[Point]
    aim: Aim
    numbers: list[Number]
    work: list[Work]

    @property
    def aim_missed(self) -> bool:
        """The day of the target has passed and the archives are not that complete."""
        aim, percent = self.aim, self.total.percent
        return (
            aim.completeness is not None
            and aim.completeness_by is not None
            and percent is not None
            and percent < aim.completeness
            and clock.today() >= aim.completeness_by
        )


def customers_url(**given: str | int) -> str:
    """The list of customers behind a number."""
    query = urlencode({name: value for name, value in given.items() if value != ""})
    return f"{reverse('customers')}?{query}" if query else reverse("customers")


def one_by_one(where: str) -> str:
    """The first of the customers behind a number, from whom one goes to the next."""
    return f"{reverse('customers-through')}?{urlencode({'list': urlencode({'where': where})})}"


def rows_seen(viewer: Viewer) -> QuerySet[QualitySnapshot]:
    """Snapshots of the owners whose customers the viewer sees."""
    rows = QualitySnapshot.objects.filter(whole=False)
    return rows if viewer.sees_all else rows.filter(owner_id__in=viewer.owner_ids)


def board(viewer: Viewer) -> Board:
    """Everything of the board; a set number of queries, none of which looks into archives."""
    # Uses index: quality_days
    latest = QualitySnapshot.objects.filter(whole=True).order_by("-day").first()
    units = _units(rows_seen(viewer).filter(day=latest.day)) if latest else []
    total = Figures()
    for unit in units:
        total = total.plus(unit.figures)
    aim = aim_of_policy()
    work = _work(viewer)
    state = QualityClock.objects.filter(pk=1).first()
    return Board(
        day=latest.day if latest else None,
        taken_at=state.snapshot_at if state else None,
        total=total,
        units=units,
        trend=_trend(viewer, latest.day) if latest else [],
        aim=aim,
        numbers=_numbers(viewer, total, aim, work),
        work=work,
    )


def _units(rows: Iterable[QualitySnapshot]) -> list[Unit]:
    """Departments, the one with the most to do first, and their people likewise."""
    owners = {row.owner_id for row in rows if row.owner_id is not None}
    people = {user.pk: user for user in User.objects.filter(pk__in=owners).select_related("department")}
    found: dict[str, Unit] = {}
    for row in rows:
        person = people.get(row.owner_id or 0)
        department: Department | None = person.department if person else None
        name = department.name if department else (_("Nobody's customers") if person is None else _("No department"))
        line = Line(person.name if person else _("Nobody"), figures_of(row), row.owner_id)
        unit = found.get(name) or Unit(name, Figures())
        found[name] = Unit(name, unit.figures.plus(line.figures), [*unit.lines, line])
    for unit in found.values():
        unit.lines.sort(key=lambda line: (line.figures.percent or 0, line.name))
    return sorted(found.values(), key=lambda unit: (-unit.figures.customers, unit.name))


def figures_of(row: QualitySnapshot | Mapping[str, Any]) -> Figures:
    return Figures(*(row[name] if isinstance(row, Mapping) else getattr(row, name) for name in FIGURES))


def _trend(viewer: Viewer, until: date) -> list[Point]:
    since = until - timedelta(days=TREND_DAYS)
    if viewer.sees_all:
        rows = QualitySnapshot.objects.filter(whole=True)
    else:
        rows = rows_seen(viewer)
    sums = (
        rows.filter(day__gte=since)
        .values("day")
        .order_by("day")
        .annotate(people=Sum("customers"), filled=Sum("completeness_sum"), gaps=Sum("key_gaps"))
    )
    return [Point(row["day"], row["filled"] // row["people"], row["gaps"]) for row in sums if row["people"]]


def aim_of_policy() -> Aim:
    """The targets of the version in force; their spans run from the first version's day of effect."""
    found = version_in_force()
    target: ArchiveTarget | None = found.policy.archive.target if found else None
    if target is None:
        return Aim()
    began = day_of(versions_in_force()[0].effective_at)
    return Aim(
        completeness=int(target.completeness_pct) if target.completeness_pct is not None else None,
        completeness_by=expires(began, target.completeness_within) if target.completeness_within else None,
        key_gaps=target.missing_key_fields,
        inventory_by=expires(began, target.inventory_within) if target.inventory_within else None,
    )


def _numbers(viewer: Viewer, total: Figures, aim: Aim, work: Sequence[Work]) -> list[Number]:
    wanted = aim.key_gaps or 0
    by = {each.opens_on: each.url for each in work}
    duties = _("Duties")
    missing, stale = (by.get(ASKS[what], "") for what in (MISSING, STALE))
    numbers = [
        Number(_("Key fields missing"), total.key_gaps, customers_url(quality="missing"), total.key_gaps <= wanted,
               missing, duties),
        Number(_("Out of date"), total.stale, customers_url(quality="stale"), total.stale == 0, stale, duties),
        Number(_("Invalid"), total.invalid, customers_url(quality="invalid"), total.invalid == 0,
               one_by_one("quality:in:invalid"), _("One by one")),
        Number(_("Not graded"), total.ungraded, customers_url(grade="none"), total.ungraded == 0,
               _page("grading"), _("Grading")),
    ]  # fmt: skip
    for source in sources():
        url = _page(source.url_name) if source.url_name else one_by_one(source.where)
        if not url:
            continue
        value = source.count(viewer)
        behind = customers_url(where=source.where) if source.where else url
        good = value is not None and value <= source.target
        called = source.label if source.url_name else _("One by one")
        numbers.append(Number(source.label, value, behind, good, url if source.where else "", called))
    return numbers


def _page(name: str) -> str:
    """The address of a page that another slice may have; empty when there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _work(viewer: Viewer) -> list[Work]:
    """How the duties that mend archives are kept, by clause."""
    found = version_in_force()
    rules = [rule for rule in (found.policy.deadline if found else ()) if rule.opens_on in ASKS.values()]
    kept: dict[str, Kept] = {}
    for figures in registry.figures.values() if rules else ():
        kept.update(figures(viewer))
    return [
        Work(
            rule.opens_on, rule.clause, rule.title, kept.get(rule.clause, Kept()).waiting,
            kept.get(rule.clause, Kept()).missed, reverse("clause-duties", args=[rule.clause]),
        )
        for rule in rules
    ]  # fmt: skip


def quality_dict(viewer: Viewer) -> dict[str, Any]:
    """The shape of `weixi quality --json`."""
    found = board(viewer)
    return {
        "day": found.day.isoformat() if found.day else None,
        "as_of": clock.now().isoformat(timespec="seconds"),
        "company": found.total.as_dict(),
        "target": {
            "completeness_pct": found.aim.completeness,
            "completeness_by": found.aim.completeness_by.isoformat() if found.aim.completeness_by else None,
            "missing_key_fields": found.aim.key_gaps,
            "inventory_by": found.aim.inventory_by.isoformat() if found.aim.inventory_by else None,
        },
        "departments": [{"name": unit.name, **unit.figures.as_dict()} for unit in found.units],
        "owners": [
            {"name": line.name, "department": unit.name, **line.figures.as_dict()}
            for unit in found.units
            for line in unit.lines
        ],
        "sources": {source.code: source.count(viewer) for source in sources()},
        "trend": [
            {"day": point.day.isoformat(), "completeness_pct": point.percent, "key_gaps": point.key_gaps}
            for point in found.trend
        ],
        "duties": [{"clause": work.clause, "waiting": work.waiting, "missed": work.missed} for work in found.work],
    }
