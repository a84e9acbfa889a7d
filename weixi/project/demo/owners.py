"""Who looks after whom: the owners that the policy wants for each grade, from the first day and as grades change."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from weixi.customers.grades import owner_fits
from weixi.customers.models import Customer
from weixi.customers.services import assign_customers
from weixi.kernel import clock
from weixi.organisation.scope import viewer_of
from weixi.project.demo.people import MANAGERS, SALES, SPECIALISTS, Staff

if TYPE_CHECKING:
    from weixi.project.demo.archive import Profile

# How many of those whose grade rose stay where they are until the grading after it.
NOT_YET = 0.12
# So long whoever won a customer goes on looking after it.
FIRST_MONTHS = timedelta(days=150)
# Known customers who want to stay with the person they know, whatever the grade.
KEPT_BY = ("luomin", "tangyu")


class Owners:
    """Draws its own lots, so that the rest of the story stays as it is."""

    def __init__(self, seed: int, staff: Staff) -> None:
        self.random = Random(seed + 2)  # noqa: S311 - a story, not a secret
        self.staff = staff
        self.waiting: set[int] = set()

    def first(self, drawn: str, tier: str, *, late_comer: bool) -> str:
        """Who gets a customer of this size when it is entered; `drawn` is who would by chance."""
        if late_comer and self.random.random() < 0.7:
            # Whoever won it looks after it until it is graded.
            return self._one_of(SALES)
        if tier == "prospect" and self.random.random() < 0.9:
            # Whoever has not bought yet is the sales department's.
            return self._one_of(SALES)
        if tier in ("large", "mid"):
            return drawn if drawn in MANAGERS else self._one_of(MANAGERS)
        return self._one_of(SPECIALISTS) if drawn in MANAGERS and self.random.random() < 0.5 else drawn

    def follow(self, profiles: list[Profile], known: int, at: datetime) -> list[tuple[Profile, datetime]]:
        """Hand on who no longer fits the grade just approved; the first `known` are those of the story by name.

        Returns each customer with the time at which the new owner introduces himself.
        """
        grades = dict(Customer.objects.filter(pk__in=[p.customer.pk for p in profiles]).values_list("pk", "grade"))
        load = Counter(profile.owner for profile in profiles)
        calls = []
        for place, profile in enumerate(profiles):
            grade = grades.get(profile.customer.pk, "")
            if not grade or owner_fits(grade, self.staff[profile.owner]):
                continue
            if place < known and profile.owner in KEPT_BY:
                continue
            if profile.owner in SALES and (not profile.ordered or at - profile.since < FIRST_MONTHS):
                continue
            if profile.customer.pk not in self.waiting and self.random.random() < NOT_YET:
                self.waiting.add(profile.customer.pk)
                continue
            fitting = self._fitting(grade)
            to = min(fitting, key=lambda name: load[name] / fitting[name])
            load.subtract([profile.owner])
            load.update([to])
            self._hand_on(profile, to, at)
            calls.append((profile, at + self._until_the_call(to)))
        return calls

    def _one_of(self, people: dict[str, int]) -> str:
        return self.random.choices(list(people), list(people.values()))[0]

    def _fitting(self, grade: str) -> dict[str, int]:
        return SPECIALISTS if all(owner_fits(grade, self.staff[name]) for name in SPECIALISTS) else MANAGERS

    def _hand_on(self, profile: Profile, to: str, at: datetime) -> None:
        with clock.at(at):
            assign_customers(
                [profile.customer.pk], self.staff[to], viewer=viewer_of(self.staff["qinyue"]), reason="按分级调整负责人"
            )
        profile.owner, profile.customer.owner = to, self.staff[to]

    def _until_the_call(self, owner: str) -> timedelta:
        late = self.random.random() > self.staff.reliability[owner]
        return timedelta(days=self.random.uniform(8, 12) if late else self.random.uniform(1, 5))
