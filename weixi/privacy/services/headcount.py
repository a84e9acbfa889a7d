"""How many natural persons are held: counted once a day, told when the policy's alarms are reached (D-1)."""

from __future__ import annotations

from django.db.models import Max

from weixi.kernel import clock
from weixi.kernel.outbox.services import Message, tell_many
from weixi.organisation.enums import Right
from weixi.organisation.queries import people_with
from weixi.privacy.models import Headcount
from weixi.privacy.queries.consents import personal_rules
from weixi.privacy.queries.held_persons import held_contacts, held_customers


def count_today() -> Headcount | None:
    """Count when nobody has today; None when it was done. The tables are counted once a day, not per page."""
    today = clock.today()
    if Headcount.objects.filter(day=today).exists():
        return None
    contacts, customers = held_contacts().count(), held_customers().count()
    told = Headcount.objects.aggregate(highest=Max("alarm"))["highest"] or 0
    reached = max((each for each in personal_rules().alarms_at if each <= contacts + customers), default=0)
    row, made = Headcount.objects.get_or_create(
        day=today, defaults={"contacts": contacts, "customers": customers, "alarm": max(reached, told)}
    )
    if made and reached > told:
        tell_many(
            Message(pk, "privacy.headcount", f"privacy.headcount:{reached}:{pk}", {"count": contacts + customers,
                    "alarm": reached}, "/privacy/")
            for pk in people_with(Right.PERSONAL_MANAGE)
        )  # fmt: skip
    return row if made else None
