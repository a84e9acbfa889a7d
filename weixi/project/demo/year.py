"""A year of the demo company: orders, talks, greetings, callbacks — kept by most, late by some.

Told quarter by quarter, because what people owe a customer follows from the grade it then has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from weixi.commerce.models import Product
from weixi.commerce.services.bulk import place_orders
from weixi.commerce.services.order_values import LineValues, OrderValues
from weixi.commerce.services.orders import place_order
from weixi.customers.models import Contact, Customer
from weixi.duties.queries.today import ends
from weixi.interactions.services import Evidence, complete_followup, record_interaction
from weixi.interactions.services.followups import Promise
from weixi.kernel import clock
from weixi.kernel.calendar.lunar import festival, to_solar
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.scope import viewer_of
from weixi.project.demo import words
from weixi.project.demo.archive import Profile
from weixi.project.demo.people import Staff

FESTIVALS = ("元旦", "春节", "劳动节", "端午节", "中秋节", "国庆节")
BATCH = 40
# The calls after a purchase: what proves each, and between which days it is made.
ROUNDS = (
    ("callback.completed", 5.2, 6.9),
    ("callback.half_year_completed", 126, 172),
    ("callback.year_completed", 306, 350),
)
ORDERS_A_YEAR = {"large": (10, 18), "mid": (4, 8), "small": (1, 3), "prospect": (0, 0)}


@dataclass
class Later:
    """A callback still to be made for an order, a follow-up still to be kept, or a new owner's first call."""

    at: datetime
    profile: Profile
    kind: str
    subject: tuple[str, str]
    anchor: str = ""


@dataclass
class Year:
    """The story's state while it is told."""

    staff: Staff
    products: dict[str, Product]
    random: Random
    end: datetime
    orders: int = 0
    records: int = 0
    later: list[Later] = field(default_factory=list)
    # How often a customer was called so far.
    calls: Counter[int] = field(default_factory=Counter)

    def tell(self, profiles: list[Profile], start: datetime, end: datetime) -> None:
        """Everything of one stretch of time, customers in batches, each batch one unit of work."""
        for place in range(0, len(profiles), BATCH):
            batch = profiles[place : place + BATCH]
            grades = dict(Customer.objects.filter(pk__in=[p.customer.pk for p in batch]).values_list("pk", "grade"))
            with clock.at(end), unit_of_work(actor="system:demo", moving=True) as work:
                for profile in batch:
                    self._customer(work, profile, grades.get(profile.customer.pk, ""), max(start, profile.since), end)

    def introduce(self, calls: list[tuple[Profile, datetime]]) -> None:
        """New owners introduce themselves then."""
        for profile, at in calls:
            self.later.append(Later(self._worktime(at), profile, "handover", ("customer", str(profile.customer.pk))))

    # --- one customer ------------------------------------------------------------------------------

    def _customer(self, work: UnitOfWork, profile: Profile, grade: str, start: datetime, end: datetime) -> None:
        if start >= end:
            return
        acts: list[tuple[datetime, Callable[[], None]]] = []
        for at in self._order_days(profile, start, end):
            acts.append((at, self._order(work, profile, at)))
        for at in self._talk_days(profile, grade, start, end):
            acts.append((at, self._talk(profile, grade, at, end)))
        for at, text in self._greeting_days(profile, grade, start, end):
            acts.append((at, self._greet(profile, at, text)))
        mine = [item for item in self.later if item.profile is profile and item.at < end]
        self.later = [item for item in self.later if item not in mine]
        for item in mine:
            acts.append((item.at, self._settle(item)))
        acts.sort(key=lambda act: act[0])
        for _at, act in acts:
            act()
        # Orders of this very stretch have callbacks inside it.
        again = [item for item in self.later if item.profile is profile and item.at < end]
        self.later = [item for item in self.later if item not in again]
        for item in sorted(again, key=lambda item: item.at):
            self._settle(item)()

    def _said(self, profile: Profile) -> str:
        """What was said in a call; never the same twice running with one customer."""
        at_once = words.CALLS_AT_ONCE
        place = self.random.randrange(at_once) + at_once * self.calls[profile.customer.pk]
        self.calls[profile.customer.pk] += 1
        return words.TALKS_CALL[place % len(words.TALKS_CALL)]

    def _concluded(self, at: datetime) -> str:
        """What a record concludes; of the last weeks every sixth is left without, as nobody has asked for it yet."""
        self.records += 1
        left_out = self.records % 6 == 0 and at > self.end - timedelta(days=21)
        return "" if left_out else words.CONCLUSIONS[self.records % len(words.CONCLUSIONS)]

    def _reliable(self, profile: Profile) -> bool:
        return self.random.random() < self.staff.reliability[profile.owner]

    def _worktime(self, at: datetime) -> datetime:
        """The same day, or the next weekday, between nine and half past five."""
        at = ends(at)[0] - timedelta(days=1) + timedelta(hours=9, minutes=self.random.randint(0, 500))
        while at.weekday() >= 5:
            at += timedelta(days=1)
        return at

    # --- orders ------------------------------------------------------------------------------------

    def _order_days(self, profile: Profile, start: datetime, end: datetime) -> list[datetime]:
        low, high = ORDERS_A_YEAR[profile.tier]
        share = (end - start).days / 365
        # What grows grows over the year; what falls away falls away.
        progress = 1 - (self.end - end).days / 365
        wanted = self.random.uniform(low, high) * share * (1 + (profile.trend - 1) * progress)
        count = int(wanted) + (self.random.random() < wanted % 1)
        days = (end - start).days
        return sorted(
            self._worktime(start + timedelta(days=self.random.randint(0, max(0, days - 2)))) for _ in range(count)
        )

    def _order(self, work: UnitOfWork, profile: Profile, at: datetime) -> Callable[[], None]:
        def act() -> None:
            if at >= self.end:
                return
            with clock.at(at + timedelta(minutes=self.random.randint(5, 90))):
                self.orders += 1
                place_order(
                    profile.customer,
                    viewer=viewer_of(self.staff["bailu"]),
                    number=f"SO{at:%y%m}-{self.orders:04d}",
                    placed_at=at,
                    lines=self._lines(profile),
                )
            profile.ordered += 1
            event = next(e for e in reversed(work.pending) if e.type == "order.placed")
            self._plan_callbacks(profile, at, (event.subject_type, event.subject_id), event.id)

        return act

    def _lines(self, profile: Profile) -> list[LineValues]:
        """Consumables for all, a machine now and then; the larger the customer, the more of both."""
        size = {"large": 3, "mid": 2}.get(profile.tier, 1)
        wanted = self.random.sample(["KIT-2K", "OIL-18", "FLT-SET", "KIT-8K"], min(size, 3))
        if self.random.random() < (0, 0.02, 0.12, 0.45)[size]:
            wanted.append(self.random.choice(("GA-37", "GA-75", "GV-22", "OF-45", "DRY-60")))
        if self.random.random() < (0, 0.05, 0.15, 0.25)[size]:
            wanted.append(self.random.choice(("SVC-YR", "PIPE-M")))
        lines = []
        for code in wanted:
            _code, _name, _category, price, share = next(row for row in words.PRODUCTS if row[0] == code)
            quantity = Decimal(self.random.randint(1, size + 1 if price < 5000 else 1))
            discount = Decimal(self.random.choice(("1", "0.98", "0.95", "0.9")))
            amount = (quantity * Decimal(price) * discount).quantize(Decimal("0.01"))
            # Tight prices for some: margin is a grading indicator.
            cost = amount * Decimal(str(share)) * Decimal(self.random.choice(("1", "1.1", "1.25")))
            lines.append(
                LineValues(
                    product_id=self.products[code].pk,
                    quantity=quantity,
                    unit_price=Decimal(price),
                    amount=amount,
                    cost=cost.quantize(Decimal("0.01")),
                )
            )
        return lines

    def before(self, profiles: list[Profile], start: datetime) -> None:
        """The orders of the year before, as a company brings them along: no duty follows from them."""
        orders: list[OrderValues] = []
        for profile in profiles:
            low, high = ORDERS_A_YEAR[profile.tier]
            for _ in range(round(self.random.uniform(low, high) / profile.trend)):
                at = self._worktime(start - timedelta(days=self.random.randint(2, 360)))
                number = f"SO{at:%y%m}-H{len(orders):04d}"
                orders.append(OrderValues(number, profile.customer.pk, at, self._lines(profile)))
        place_orders(orders, viewer=viewer_of(self.staff["bailu"]))

    def _plan_callbacks(self, profile: Profile, at: datetime, subject: tuple[str, str], anchor: str) -> None:
        """One week, 4-6 months, 10-12 months after the purchase; a few come late."""
        for proof, low, high in ROUNDS:
            days = self.random.uniform(low, high)
            if not self._reliable(profile):
                days = high + self.random.uniform(2, 20)
            when = self._worktime(at + timedelta(days=days))
            if when.date() > (at + timedelta(days=days)).date() and low < 6:
                when -= timedelta(days=2)
                when = when if when.weekday() < 5 else when - timedelta(days=when.weekday() - 4)
            self.later.append(Later(when, profile, proof, subject, anchor))

    # --- talks -------------------------------------------------------------------------------------

    def _talk_days(self, profile: Profile, grade: str, start: datetime, end: datetime) -> list[datetime]:
        """What the grade asks for, and some talks more."""
        step = {"core": 30, "important": 45, "normal": 91}.get(grade, 60 if profile.tier != "small" else 120)
        days, at = [], start + timedelta(days=self.random.uniform(1, step * 0.8))
        while at < end:
            if self._reliable(profile):
                days.append(self._worktime(at))
            at += timedelta(days=step * self.random.uniform(0.75, 1.05))
        return days

    def _talk(self, profile: Profile, grade: str, at: datetime, end: datetime) -> Callable[[], None]:
        def act() -> None:
            entered = at + timedelta(minutes=self.random.randint(10, 240))
            if self.random.random() > self.staff.reliability[profile.owner] + 0.03:
                entered = at + timedelta(hours=self.random.randint(26, 70))
            if entered >= self.end:
                return
            values: dict[str, Any] = {
                "kind": self.random.choice(("call", "wechat", "call")),
                "content": self._said(profile),
            }
            if grade == "core":
                values = {
                    "kind": self.random.choice(("visit", "call", "meeting")),
                    "depth": "deep",
                    "content": self.random.choice(words.TALKS_DEEP),
                }
                if self.random.random() < 0.18:
                    values |= {"purpose": "needs", "content": words.TALKS_NEEDS[0]}
            elif grade == "important":
                values = {"kind": "call", "depth": "formal", "content": self._said(profile)}
            elif grade == "normal":
                values = {"kind": "bulk", "purpose": "information", "content": "季度保养提醒与新品资料群发。"}
            promises = []
            if values.get("depth") and self.random.random() < 0.35:
                promises.append(
                    Promise(
                        self.random.choice(words.FOLLOWUPS),
                        self._worktime(entered + timedelta(days=self.random.randint(3, 9))).replace(hour=18, minute=0),
                    )
                )
            with clock.at(entered):
                interaction = record_interaction(
                    profile.customer,
                    viewer=viewer_of(self.staff[profile.owner]),
                    occurred_at=at,
                    contact=self.random.choice(profile.contacts) if profile.contacts else None,
                    minutes=self.random.randint(4, 90),
                    followups=promises,
                    participants="" if profile.contacts else "对方值班人员",
                    conclusion=self._concluded(at),
                    **values,
                )
            for followup in interaction.followups.all() if promises else ():
                keep = self._worktime(followup.due_at - timedelta(hours=self.random.randint(2, 40)))
                if not self._reliable(profile):
                    keep = self._worktime(followup.due_at + timedelta(hours=self.random.randint(15, 120)))
                self.later.append(
                    Later(max(keep, entered + timedelta(hours=1)), profile, "followup", ("followup", str(followup.pk)))
                )

        return act

    def _settle(self, item: Later) -> Callable[[], None]:
        def act() -> None:
            if item.at >= self.end - timedelta(hours=2):
                return
            viewer = viewer_of(self.staff[item.profile.owner])
            new = item.kind == "handover"
            with clock.at(item.at + timedelta(minutes=self.random.randint(3, 100))):
                if item.kind == "followup":
                    complete_followup(int(item.subject[1]), viewer=viewer, result="已办，对方确认收到。")
                    return
                record_interaction(
                    item.profile.customer,
                    viewer=viewer,
                    kind="call",
                    depth="light",
                    occurred_at=item.at,
                    contact=item.profile.contacts[0] if item.profile.contacts else None,
                    minutes=self.random.randint(2, 12),
                    content=words.TALK_NEW_OWNER if new else self._said(item.profile),
                    participants="" if item.profile.contacts else "对方值班人员",
                    conclusion=self._concluded(item.at),
                    evidence=() if new else [Evidence(item.kind, item.subject, {"anchor": item.anchor})],
                )

        return act

    # --- greetings ---------------------------------------------------------------------------------

    def _greeting_days(
        self, profile: Profile, grade: str, start: datetime, end: datetime
    ) -> list[tuple[datetime, str]]:
        """Festivals of core and important customers, anniversaries, birthdays of key people."""
        found = []
        for year in {start.year, end.year}:
            if grade in ("core", "important"):
                for name in FESTIVALS:
                    found.append((festival(name, year), f"{name}：{self.random.choice(words.TALKS_GREET)}"))
            for text in (profile.customer.founded_on, profile.customer.cooperation_since):
                if text:
                    month, day = int(text[5:7]), int(text[8:10])
                    found.append((start.date().replace(year=year, month=month, day=day), "纪念日祝贺，对方很高兴。"))
            for contact in profile.contacts:
                if contact.key_person and contact.birthday:
                    found.append((_birthday(contact, year), f"祝{contact.name}生日快乐。"))
        acts = []
        for on, text in found:
            at = self._worktime(start.replace(year=on.year, month=on.month, day=on.day) - timedelta(days=1))
            if at.date() > on:
                at -= timedelta(days=3)
            if start <= at < end and self._reliable(profile):
                acts.append((at, text))
        return acts

    def _greet(self, profile: Profile, at: datetime, text: str) -> Callable[[], None]:
        def act() -> None:
            if at >= self.end:
                return
            with clock.at(at + timedelta(minutes=5)):
                record_interaction(
                    profile.customer,
                    viewer=viewer_of(self.staff[profile.owner]),
                    kind="wechat",
                    purpose="emotional",
                    occurred_at=at,
                    contact=profile.contacts[0] if profile.contacts else None,
                    content=text,
                    participants="" if profile.contacts else "对方值班人员",
                    conclusion=self._concluded(at),
                )

        return act


def _birthday(contact: Contact, year: int) -> date:
    month, day = int(contact.birthday[5:7]), int(contact.birthday[8:10])
    if contact.birthday_lunar:
        return to_solar(year, month, min(day, 29))
    return date(year, month, day)
