"""What grading holds on a person: the words of opinions about a customer (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.grading.models import GradeOverride, Judgement
from weixi.kernel.personal import Person, Source, Wiper


def collect_opinions(person: Person) -> Iterator[dict[str, Any]]:
    """A customer who is the person: every opinion; else those that speak of him."""
    wiper = Wiper(person.marks)
    for row in Judgement.objects.filter(customer_id=person.customer_id):
        if person.kind == "customer" or wiper.holds(row.basis):
            yield {"at": row.at.isoformat(timespec="seconds"), "indicator": row.indicator, "basis": row.basis}
    for each in GradeOverride.objects.filter(customer_id=person.customer_id):
        if person.kind == "customer" or wiper.holds(each.reason):
            yield {"at": each.at.isoformat(timespec="seconds"), "grade": each.grade, "basis": each.reason}


def erase_opinions(person: Person, wiper: Wiper) -> int:
    opinions = wiper.rows(Judgement.objects.filter(customer_id=person.customer_id), "basis")
    return opinions + wiper.rows(GradeOverride.objects.filter(customer_id=person.customer_id), "reason")


OPINIONS = Source(
    "opinions", _("Opinions in grading"), collect_opinions, erase_opinions,
    tables=("grading.Judgement", "grading.GradeOverride"), order=55,
)  # fmt: skip
