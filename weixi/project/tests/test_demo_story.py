"""The demo company's last days can be told whatever the year before them brought."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from weixi.commerce.models import Order
from weixi.commerce.services.order_values import LineValues
from weixi.commerce.services.orders import place_order
from weixi.kernel import clock
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import system_viewer
from weixi.policy.services import install_shipped_policy
from weixi.project.demo.archive import FAMOUS, build_customers
from weixi.project.demo.owners import Owners
from weixi.project.demo.people import build_people
from weixi.project.demo.story import last_days
from weixi.project.demo.upkeep import Upkeep, define_fields

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")
# Monday afternoon, the first minutes of a Sunday, the last of a leap day: the company's own time.
ENDS = ("2026-11-30T16:36+08:00", "2026-11-29T00:03+08:00", "2028-02-29T23:58+08:00")


@pytest.mark.parametrize("end", ENDS)
def test_goods_come_back_though_more_was_bought_since(end: str, moved_clock: object) -> None:
    moved_clock(end)  # type: ignore[operator]
    now = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE))
    start = (now - timedelta(days=60)).replace(hour=8)
    with clock.at(start), unit_of_work(actor=SYSTEM.actor, moving=True):
        install_shipped_policy(preset="quadrant", viewer=SYSTEM)
        staff = build_people(SYSTEM)
        define_fields(SYSTEM)
        profiles = build_customers(
            len(FAMOUS), staff=staff, random=Random(1), start=start, end=now, upkeep=Upkeep(1), owners=Owners(1, staff)
        )
    buyer = next(p.customer for p in profiles if p.customer.short_name == "徐州彭城重工配件")
    for number, days in (("SO-OLD", 30), ("SO-NEW", 1)):
        at = now - timedelta(days=days)
        with clock.at(at):
            place_order(buyer, viewer=SYSTEM, number=number, placed_at=at, lines=[LineValues(amount=Decimal(9000))])
    last_days(profiles, staff=staff, end=now)
    returned = Order.objects.get(customer=buyer, amount__lt=0)
    assert returned.returns is not None
    assert (returned.returns.number, returned.amount) == ("SO-OLD", Decimal(-4500))
