"""The company of the bench: who and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from bench import names
from weixi.organisation.models import Department, User
from weixi.organisation.scope import viewer_of
from weixi.organisation.services import create_token

PASSWORD = "Bench-Horse-7-compressor"
DEPARTMENTS, PEOPLE = 30, 300
# Weixi was installed so long ago; what happened before came in as history and makes no duties.
INSTALLED = timedelta(days=92)
SPREAD_DAYS = 365
ORDERS = TALKS = 3
# Promises that all fall due at one instant: what the tick has to bring through.
PROMISED = 10_000


class World:
    """Who and when: everything that the rows are made from."""

    def __init__(self, total: int, now: datetime) -> None:
        self.total = total
        self.now = now
        self.start = now - timedelta(days=SPREAD_DAYS)
        self.entered = self.start - timedelta(days=30)
        self.graded = self.start - timedelta(days=5)
        local = timezone.localtime(now)
        self.promised_for = (local + timedelta(days=1)).replace(hour=8, minute=30, second=0, microsecond=0)
        self.staff: list[tuple[int, str]] = []
        self.events_before = 0
        self.orders_began = int((now - self.start).total_seconds() * 0.9)

    def owner(self, i: int) -> tuple[int, str]:
        return self.staff[i % len(self.staff)]

    def moment(self, i: int, k: int, kind: int) -> datetime:
        """When the `k`-th order (kind 0) or talk (kind 1) of customer `i` was."""
        part = self.orders_began // 3
        seconds = k * part + (i * 7919 + kind * 15_485_863) % part
        return self.start + timedelta(seconds=seconds, days=30 * kind)


def people(world: World) -> dict[str, Any]:
    """30 departments of ten: a head, a supervisor under him, eight who own customers."""
    per, password = PEOPLE // DEPARTMENTS, make_password(PASSWORD)
    created = world.entered
    company = Department.objects.create(name="公司", path="/1/")
    director = User.objects.create(
        username="director", name="陈志远", role="director", department=company, created_at=created, password=password
    )
    User.objects.create(
        username="admin", name="管理员", role="admin", department=company, created_at=created, password="!"
    )
    facts: dict[str, Any] = {}
    for d in range(1, DEPARTMENTS + 1):
        department = Department.objects.create(name=f"客户{d}部", parent=company, path=f"/1/{d + 1}/")

        def person(place: int, role: str, leader: User, into: Department = department, number: int = d) -> User:
            return User(
                username=f"u{number:02d}{place}", name=names.person(number * per + place), role=role, department=into,
                leader=leader, created_at=created, password=password if number == 1 else "!",
            )  # fmt: skip

        head = person(0, "service_manager", director)
        head.save()
        Department.objects.filter(pk=department.pk).update(head=head, path=f"/1/{department.pk}/")
        supervisor = person(1, "supervisor", head)
        supervisor.save()
        for place in range(2, per):
            user = person(place, "account_manager" if place % 2 else "specialist", supervisor)
            user.save()
            world.staff.append((user.pk, user.username))
        if d == 1:
            facts |= {"head": head.username, "supervisor": supervisor.username, "owner": user.username}
            facts["owner_id"], facts["owners"] = user.pk, [pk for pk, _ in world.staff]
            facts["token"] = create_token(user, viewer=viewer_of(user), name="bench", scopes=("read", "write"))[1]
    return facts
