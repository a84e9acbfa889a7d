"""At the start of a period everybody is told what his plan is: once, also when nothing ran at that moment."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from weixi.duties.models import PlanTold
from weixi.duties.people import People
from weixi.duties.planning.asked import Wanted, cycles, period_at
from weixi.duties.planning.figures import figures_of
from weixi.duties.planning.lines import customers_planned
from weixi.duties.planning.periods import Period
from weixi.kernel import clock
from weixi.kernel.outbox.registry import register_kind
from weixi.kernel.outbox.services import Message, tell_many
from weixi.organisation.scope import system_viewer

register_kind(
    "plan.begun",
    title=_("Your plan from %(first)s to %(last)s: %(lines)s to do with %(customers)s customers"),
    body=_(
        "By the rhythm and the days of the policy: %(lines)s to do with %(customers)s customers, from %(first)s to %(last)s."
    ),
)


def tell_plans() -> int:
    """The worker's minute: tell the plans of the periods that run and were not told yet; returns how many people were
    told. One small query where nothing is to be told.

    A period that went by while nothing ran is not told any more: it cannot be done any more.
    """
    running = [period_at(every) for every in cycles()]
    if not running:
        return 0
    known = set(PlanTold.objects.filter(first__in=[each.first for each in running]).values_list("cycle", "first"))
    return sum(_tell(period) for period in running if (str(period.every), period.first) not in known)


def _tell(period: Period) -> int:
    with transaction.atomic():
        _row, fresh = PlanTold.objects.get_or_create(
            cycle=str(period.every), first=period.first, defaults={"told_at": clock.now()}
        )
        if not fresh:
            return 0
        people = People.load()
        wanted = Wanted(system_viewer("plans"), period, None)
        sums = figures_of(wanted, people).by_person()
        messages = [
            Message(
                pk,
                "plan.begun",
                key=f"plan:{period.every}:{period.first}:{pk}",
                params={
                    "first": period.first.isoformat(),
                    "last": period.last.isoformat(),
                    "lines": sums[pk].planned,
                    "customers": customers_planned(replace(wanted, persons=frozenset({pk})), people),
                },
                url=f"/plans/?cycle={period.every}&start={period.first}&person={pk}",
            )
            for pk in sorted(sums)
            if sums[pk].planned and people.active(pk) is not None
        ]
        tell_many(messages)
    return len(messages)
