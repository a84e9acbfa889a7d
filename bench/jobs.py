"""One long work in a process of its own: `python -m bench.jobs import|grade|tick|duplicates|merge`. Prints JSON
with the seconds of the work alone (start-up not counted) and the process's peak memory."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")
_began = time.perf_counter()
django.setup()
_started = time.perf_counter() - _began

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Max, Min  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench import floor, names  # noqa: E402
from bench.merging import merge_two, scan_base  # noqa: E402
from bench.process import peak_mb, timed  # noqa: E402
from weixi.customers.models import Customer  # noqa: E402
from weixi.duties.models import Duty  # noqa: E402
from weixi.organisation.models import User  # noqa: E402
from weixi.organisation.scope import viewer_of  # noqa: E402

IMPORTED = 10_000
HEADERS = ("客户编号", "客户名称", "城市", "行业", "电话", "邮箱")


def import_customers(facts: dict[str, Any]) -> dict[str, Any]:
    """A file of new customers, then the same file again, through check, dedupe and audit."""
    from weixi.customers.importing.commands import import_file

    # Names of a range that no installation holds: not beyond all names there are, where they begin anew.
    first = 1_000_001
    while Customer.objects.filter(number=names.number(first)).exists():
        first += IMPORTED
    cells = [
        (names.number(i), names.company(i, 10**9), names.city(i), names.INDUSTRIES[i % 8], names.mobile(i), f"i{i}@example.com")
        for i in range(first, first + IMPORTED)
    ]  # fmt: skip
    path = settings.HOME / "customers.csv"
    path.write_text("\n".join([",".join(HEADERS), *(",".join(row) for row in cells)]) + "\n", encoding="utf-8")
    viewer = viewer_of(User.objects.get(username="director"))
    seconds, told = timed(lambda: import_file("customers", path, viewer=viewer))
    if told["created"] != IMPORTED:
        raise SystemExit(f"the import created {told['created']} of {IMPORTED}: {told}")
    memory = peak_mb()
    again, found = timed(lambda: import_file("customers", path, viewer=viewer))
    if found["unchanged"] + found["skipped"] != IMPORTED:
        raise SystemExit(f"the same file again was not recognised: {found}")
    bulk = floor.inserted_per_s(cells, len(HEADERS), Path(settings.HOME))
    keys = Customer.objects.filter(number__in=[cells[0][0], cells[-1][0]]).aggregate(first=Min("pk"), last=Max("pk"))
    same = floor.rewritten_per_s(keys["first"], keys["last"])
    return {
        "rows": IMPORTED, "seconds": round(seconds, 2), "per_s": round(IMPORTED / seconds), "peak_mb": memory,
        "again_s": round(again, 2), "floor_per_s": round(bulk), "rewritten_per_s": round(same),
    }  # fmt: skip


def grade(facts: dict[str, Any]) -> dict[str, Any]:
    """A full run for review; its floor reads the same facts by SQL and inserts one row per customer."""
    from weixi.grading import commands

    viewer = viewer_of(User.objects.get(username="director"))
    seconds, told = timed(lambda: commands.run(viewer=viewer))
    if told["customers"] < facts["customers"]:
        raise SystemExit(f"the run graded {told['customers']} of {facts['customers']}")
    memory = peak_mb()

    def least() -> None:
        rows = floor.rows_of(
            "SELECT c.id, SUM(o.amount), COUNT(o.id), MAX(o.placed_on) FROM customers_customer c "
            "LEFT JOIN commerce_order o ON o.customer_id = c.id GROUP BY c.id"
        )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bench_grades (id bigint PRIMARY KEY, amount text, times int, last text)")
            marks = "%s, %s, %s, %s"
            cursor.executemany(f"INSERT INTO bench_grades VALUES ({marks})", [tuple(map(_plain, row)) for row in rows])

    bare, _ = timed(least)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_grades")
    return {
        "rows": told["customers"], "seconds": round(seconds, 2), "per_s": round(told["customers"] / seconds),
        "peak_mb": memory, "floor_s": round(bare, 2),
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)


def advance(facts: dict[str, Any]) -> dict[str, Any]:
    """Up to just before the promises fall due, then nothing due, then all of them at once."""
    from weixi.duties.services.tick import tick

    due = datetime.fromisoformat(facts["promised_for"])
    before, _ = timed(lambda: tick(due - timedelta(seconds=2)))
    quiet = []
    for _turn in range(10):
        seconds, told = timed(lambda: tick(due - timedelta(seconds=1)))
        quiet.append(seconds * 1000)
        if told.report.customers:
            raise SystemExit("a tick with nothing due looked at customers")
    seconds, told = timed(lambda: tick(due + timedelta(seconds=1)))
    late = Duty.objects.filter(clause="C-6b", state="overdue").count()
    if told.report.overdue < 10_000 or late < 10_000:
        raise SystemExit(f"{told.report.overdue} of 10,000 promises became late")
    memory = peak_mb()
    bare, _ = timed(_late_by_hand)
    return {
        "quiet_ms": round(sorted(quiet)[len(quiet) // 2], 2), "seconds": round(seconds, 2), "rows": told.report.overdue,
        "escalated": told.report.escalated, "customers": told.report.customers, "peak_mb": memory,
        "before_s": round(before, 2), "floor_s": round(bare, 2),
    }  # fmt: skip


def _late_by_hand() -> None:
    """What 10,000 late duties leave, written plainly: their state, a step each, a notice each, a clock each."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id, customer_id FROM duties_duty WHERE clause = 'C-6b' AND state = 'overdue'")
        rows = cursor.fetchall()
        cursor.execute("CREATE TABLE bench_told (kind int, id bigint, words text, PRIMARY KEY (kind, id))")
        cursor.executemany("UPDATE duties_duty SET state = 'overdue' WHERE id = %s", [(pk,) for pk, _ in rows])
        told = [(kind, pk, names.TALK) for kind in (1, 2) for pk, _ in rows]
        cursor.executemany("INSERT INTO bench_told VALUES (%s, %s, %s)", told)
        clocks = [(customer,) for _, customer in rows]
        cursor.executemany("UPDATE duties_dutyclock SET evaluated_at = evaluated_at WHERE customer_id = %s", clocks)
        cursor.execute("DROP TABLE bench_told")


WORKS = {
    "import": import_customers, "grade": grade, "tick": advance, "duplicates": scan_base, "merge": merge_two,
}  # fmt: skip


def main() -> None:
    facts = json.loads(sys.stdin.read())
    # As in a worker that has run for a minute: a notice asks for an address, and the first one loads them all.
    reverse("today")
    print(json.dumps({**WORKS[sys.argv[1]](facts), "started_s": round(_started, 2)}))


if __name__ == "__main__":
    main()
