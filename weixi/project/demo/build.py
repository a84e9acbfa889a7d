"""A manufacturer of air compressors with a story that ends today, made through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation

from weixi.commerce.figures import roll_figures
from weixi.commerce.services.products import create_product
from weixi.customers.services import hand_over
from weixi.duties.services.tick import tick
from weixi.grading import commands as grading
from weixi.grading.services.falls import judge_all_falls
from weixi.kernel import clock
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.outbox.services import mark_all_read
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.organisation.services import disable_user
from weixi.policy.services import install_shipped_policy
from weixi.project.demo import words
from weixi.project.demo.archive import FAMOUS, Profile, build_customers
from weixi.project.demo.care import choose, complete_archives, days_and_visits
from weixi.project.demo.owners import Owners
from weixi.project.demo.people import Staff, build_people
from weixi.project.demo.story import last_days
from weixi.project.demo.upkeep import Upkeep, define_fields
from weixi.project.demo.year import Year

DAYS = 400
# Days before the end on which archives were checked last: what was asked then is still being done.
LAST_CHECK = 12


def build(*, customers: int, seed: int, say: Callable[[str], None]) -> None:
    """Fill an empty installation. The same seed on the same day tells the same story."""
    random = Random(seed)  # noqa: S311 - a story, not a secret
    zone = ZoneInfo(settings.TIME_ZONE)
    end = clock.now().astimezone(zone)
    start = (end - timedelta(days=DAYS)).replace(day=1, hour=8, minute=0, second=0, microsecond=0)
    viewer = system_viewer("demo")
    with translation.override("zh-hans"):
        say("People and the standard policy ...")
        with clock.at(start):
            install_shipped_policy(preset="quadrant", viewer=viewer)
            with unit_of_work(actor=viewer.actor):
                staff = build_people(viewer)
                products = {
                    code: create_product(viewer=viewer, code=code, name=name, category=category)
                    for code, name, category, _price, _share in words.PRODUCTS
                }
            define_fields(viewer)
        say(f"{customers} customers ...")
        upkeep, owners = Upkeep(seed), Owners(seed, staff)
        with clock.at(start), unit_of_work(actor=viewer.actor, moving=True):
            profiles = build_customers(
                customers, staff=staff, random=random, start=start, end=end, upkeep=upkeep, owners=owners
            )
        year = Year(staff, products, random, end)
        with clock.at(start):
            year.before(profiles, start)
        choose(profiles, staff=staff, at=start + timedelta(days=15))
        at = start
        quarters = _quarters(start, end)
        for until in [*quarters, end - timedelta(days=LAST_CHECK), end]:
            say(f"{at:%Y-%m-%d} to {until:%Y-%m-%d} ...")
            year.tell(profiles, at, until)
            if until < end:
                upkeep.check(profiles, staff=staff, at=until)
                _read(staff, until)
            if until in quarters:
                _grade(staff, until)
                if _leaves_in(at, until, end):
                    _leave(staff, profiles, until)
                year.introduce(owners.follow(profiles, len(FAMOUS), until + timedelta(hours=4)))
            at = until
        say("The last days ...")
        complete_archives(profiles, staff=staff, at=end - timedelta(days=9))
        days_and_visits(profiles, staff=staff, end=end)
        last_days(profiles, staff=staff, end=end)
        with clock.at(end):
            # What the worker does each day: orders that have left the 12 months do not count any more.
            roll_figures()
            grading.run(viewer=viewer_of(staff["fangzhiyuan"]))
            upkeep.spoil(profiles)
        tick(end)
    Path(settings.HOME / "demo").write_text("This home holds the demo company.\n", encoding="utf-8")
    say("The demo company is ready; its log-ins stand on the log-in page.")


def _quarters(start: datetime, end: datetime) -> list[datetime]:
    """The mornings of the 3rd of each quarter in between: the grading of the one before is decided then."""
    found = []
    for year in range(start.year, end.year + 1):
        for month in (1, 4, 7, 10):
            day = datetime(year, month, 3, 10, 0, tzinfo=start.tzinfo)
            if start + timedelta(days=20) < day < end - timedelta(days=3):
                found.append(day)
    return found


def _grade(staff: Staff, at: datetime) -> None:
    """The supervisor grades, the service manager approves (G-5, G-12)."""
    with clock.at(at):
        run = grading.run(viewer=viewer_of(staff["fangzhiyuan"]))
    with clock.at(at + timedelta(hours=3)):
        grading.approve(run["run"], viewer=viewer_of(staff["helan"]))


def _read(staff: Staff, at: datetime) -> None:
    """Whose value fell by then was told, and people have read what they were told."""
    with clock.at(at):
        roll_figures()
        judge_all_falls()
        for person in staff.people.values():
            if person.is_active:
                mark_all_read(viewer=viewer_of(person))


def _leaves_in(start: datetime, until: datetime, end: datetime) -> bool:
    return start <= end - timedelta(days=100) < until


def _leave(staff: Staff, profiles: list[Profile], at: datetime) -> None:
    """赵蕾 left; her customers went to 罗敏 and the account is closed (O-3, D-2)."""
    with clock.at(at):
        hand_over(staff["zhaolei"], staff["luomin"], viewer=viewer_of(staff["helan"]), reason="离职交接")
        disable_user(staff["zhaolei"], viewer=viewer_of(staff["helan"]))
    for profile in profiles:
        if profile.owner == "zhaolei":
            profile.owner = "luomin"
            profile.customer.owner = staff["luomin"]
