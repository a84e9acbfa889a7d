"""Real purchases from the file to the grading table, against sums and bands worked out here by hand (CDNOW)."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from weixi.commerce.models import Order
from weixi.customers.importing.commands import import_file
from weixi.grading.models import GradeResult
from weixi.grading.services import compute_run, start_run
from weixi.organisation.scope import system_viewer
from weixi.testing.policies import shipped_policy

CDNOW = Path(__file__).resolve().parents[4] / "shared" / "data" / "cdnow" / "CDNOW_sample.txt"
pytestmark = [pytest.mark.shared_data, pytest.mark.skipif(not CDNOW.exists(), reason="the real data is not here")]
SYSTEM = system_viewer("test")
COLUMNS = {"#1": None, "#2": "customer_number", "#3": "placed_at", "#4": "quantity", "#5": "amount"}
AS_OF = date(1998, 6, 30)
AMOUNT = ((0, 20), (30_000, 60), (100_000, 100))
ORDERS = ((1, 20), (4, 60), (12, 100))
GROWTH = ((-20, 20), (0, 50), (10, 70), (30, 100))


def purchases() -> list[tuple[str, date, Decimal]]:
    lines = (line.split() for line in CDNOW.read_text().splitlines() if line.strip())
    return [(who, date(int(day[:4]), int(day[4:6]), int(day[6:])), Decimal(paid)) for _, who, day, _, paid in lines]


def months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def band(value: Decimal | int, bands: tuple[tuple[int, int], ...]) -> Decimal:
    return Decimal(max((score for start, score in bands if value >= start), default=0))


def expected() -> dict[str, tuple[Decimal, int, str]]:
    """Customer -> (net amount, purchases of 12 months, grade). Of the indicators only these and the growth are known;
    what is not known is left out and the weights of the others are scaled."""
    first, earlier = months_before(AS_OF, 12), months_before(AS_OF, 24)
    now: dict[str, Decimal] = defaultdict(Decimal)
    before: dict[str, Decimal] = defaultdict(Decimal)
    times: Counter[str] = Counter()
    who = set()
    for customer, day, paid in purchases():
        who.add(customer)
        if first < day <= AS_OF:
            now[customer] += paid
            times[customer] += paid > 0
        elif earlier < day <= first:
            before[customer] += paid
    found = {}
    for one in who:
        value = (band(now[one], AMOUNT) * 50 + band(times[one], ORDERS) * 15) / 65
        grown = (now[one] - before[one]) * 100 / before[one] if before[one] > 0 else None
        high = [value >= 60, grown is not None and band(grown, GROWTH) >= 60]
        found[one] = (now[one], times[one], ("normal", "important", "core")[sum(high)])
    return found


def test_from_the_file_to_the_grading_table(db: None) -> None:
    shipped_policy("quadrant")
    taken = {"mapping": COLUMNS, "header_row": 0, "create_customers": True}
    told = import_file("orders", CDNOW, viewer=SYSTEM, **taken)
    assert (told["read"], told["created"], told["rejected"]) == (6_919, 6_919, 0)
    again = import_file("orders", CDNOW, viewer=SYSTEM, **taken)
    assert (again["created"], again["unchanged"]) == (0, 6_919)
    assert sum(Order.objects.values_list("amount", flat=True)) == Decimal("244091.94")
    run = compute_run(start_run(viewer=SYSTEM, as_of=AS_OF))
    rows = {row.customer.number: row for row in GradeResult.objects.filter(run=run).select_related("customer")}
    wanted = expected()
    assert len(wanted) == 2_357 and rows.keys() == wanted.keys()
    assert Counter(row.grade for row in rows.values()) == {"normal": 1_917, "important": 440}
    for number, (amount, times, grade) in wanted.items():
        row = rows[number]
        assert (row.grade, int(row.facts.get("orders_12m", 0))) == (grade, times), number
        assert Decimal(row.facts["annual_amount"]) == amount, number
