"""Facts, judgements and overrides of a stretch of customers, a handful of queries whatever their number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from weixi.grading.enums import OverrideState
from weixi.grading.ladders import AMOUNT, Figure
from weixi.grading.models import GradeOverride, Judgement
from weixi.grading.scorecard import AMOUNT_BEFORE
from weixi.kernel.calendar.wall import add_months
from weixi.kernel.slices import registry
from weixi.policy.document.grading import Grading

Ids = Iterable[int] | None


def day_end(day: date) -> datetime:
    """The midnight that ends the day at the company."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=timezone.get_default_timezone())


def gather_facts(codes: Iterable[str], ids: Ids, as_of: date) -> dict[str, Mapping[int, Figure]]:
    """{code: {customer: value}}; a code no slice provides is known of nobody."""
    found: dict[str, Mapping[int, Figure]] = {}
    for code in codes:
        if code == AMOUNT_BEFORE:
            found[code] = registry.facts[AMOUNT].compute(ids, add_months(as_of, -12))
        elif code in registry.facts:
            found[code] = registry.facts[code].compute(ids, as_of)
    return found


def gather_judgements(ids: range, as_of: date) -> dict[int, dict[str, Decimal]]:
    """{customer: {indicator: score}} as they stood at the end of the day."""
    end = day_end(as_of)
    rows = (
        Judgement.objects.filter(customer_id__gte=ids.start, customer_id__lt=ids.stop, at__lt=end)
        .filter(Q(replaced_at=None) | Q(replaced_at__gte=end))
        .values_list("customer_id", "indicator", "score")
    )
    found: dict[int, dict[str, Decimal]] = {}
    for customer, indicator, score in rows.iterator():
        found.setdefault(customer, {})[indicator] = score
    return found


def gather_overrides(ids: range, as_of: date) -> dict[int, str]:
    """{customer: grade} of the overrides in force on the day."""
    rows = GradeOverride.objects.filter(
        customer_id__gte=ids.start, customer_id__lt=ids.stop, state=OverrideState.APPROVED, expires_on__gte=as_of
    )
    return dict(rows.values_list("customer_id", "grade"))


def gather_ranks(grading: Grading, as_of: date, living: Sequence[int] | None = None) -> dict[str, list[Decimal]]:
    """For indicators scored by percentile the ascending values of all customers (of `living`)."""
    ranks: dict[str, list[Decimal]] = {}
    keep = None if living is None else set(living)
    for row in grading.indicator:
        if row.method != "percentile" or row.judged or row.key not in registry.facts:
            continue
        values = registry.facts[row.key].compute(None, as_of)
        ranks[row.key] = sorted(
            Decimal(value)
            for pk, value in values.items()
            if (keep is None or pk in keep) and not isinstance(value, date)
        )
    return ranks
