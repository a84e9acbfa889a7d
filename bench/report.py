"""The table of `docs/performance.md` from the results that are there."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- table: written by `make bench` -->", "<!-- end of table -->"
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A row: which result, what it is called, its goal in words, and whether the result meets it."""

    code: str
    label: str
    goal: str
    meets: Callable[[Result], bool]


def _at_most(ms: float) -> Callable[[Result], bool]:
    return lambda result: bool(result["median_ms"] <= ms)


LINES: Sequence[Line] = (
    Line("list_name_head", "customer list by name, a department's", "≤ 40 ms", _at_most(40)),
    Line("list_amount_head", "… by amount", "≤ 40 ms", _at_most(40)),
    Line("list_due_head", "… by next duty", "≤ 40 ms", _at_most(40)),
    Line("list_deep_head", "… a page deep in it", "≤ 40 ms", _at_most(40)),
    Line("list_name_director", "customer list by name, everybody's", "≤ 40 ms", _at_most(40)),
    Line("list_amount_director", "… by amount", "≤ 40 ms", _at_most(40)),
    Line("list_due_director", "… by next duty", "≤ 40 ms", _at_most(40)),
    Line("list_part_of_name", "filter by part of the name (rare)", "≤ 40 ms", _at_most(40)),
    Line("list_common_name", "filter by part of the name (common)", "≤ 40 ms", _at_most(40)),
    Line("list_filter_tag", "filter by a tag (common)", "≤ 40 ms", _at_most(40)),
    Line("list_filter_rare_tag", "filter by a tag (rare)", "≤ 40 ms", _at_most(40)),
    Line("list_filter_grade", "filter by grade", "≤ 40 ms", _at_most(40)),
    Line("list_filter_amount", "filter by a figure that is kept", "≤ 40 ms", _at_most(40)),
    Line("list_filter_fact", "filter by a fact of the orders (days since the last purchase)", "≤ 40 ms", _at_most(40)),
    Line("list_filter_field", "filter by the company's own field, a choice", "≤ 40 ms", _at_most(40)),
    Line("list_filter_number", "filter by the company's own field, a number", "≤ 40 ms", _at_most(40)),
    Line("list_filter_quiet", "filter: no interaction for 60 days", "≤ 40 ms", _at_most(40)),
    Line("list_filter_contacts", "filter: two contacts in 90 days", "≤ 40 ms", _at_most(40)),
    Line("list_filter_overdue", "filter: a duty is overdue", "≤ 40 ms", _at_most(40)),
    Line("search_two_characters", "global search, 2 Chinese characters", "≤ 30 ms", _at_most(30)),
    Line("search_initials", "global search, pinyin initials", "≤ 30 ms", _at_most(30)),
    Line("search_phone_tail", "global search, phone tail", "≤ 30 ms", _at_most(30)),
    Line(
        "customer_360", "customer 360, first paint", "≤ 60 ms, ≤ 15 queries",
        lambda result: bool(result["median_ms"] <= 60 and result["queries"] <= 15),
    ),
    Line("today_owner", "Today, one person", "≤ 40 ms", _at_most(40)),
    Line("today_head", "Today, head of a department", "≤ 40 ms", _at_most(40)),
    Line("team_supervisor", "team, one supervisor's", "≤ 150 ms", _at_most(150)),
    Line("team_director", "team, 100 people", "≤ 150 ms", _at_most(150)),
    Line("record_open_form", "record form opened", "≤ 40 ms", _at_most(40)),
    Line("record_form", "record an interaction by form", "≤ 15 ms", _at_most(15)),
    Line("record_api", "record an interaction by API", "≤ 15 ms", _at_most(15)),
)  # fmt: skip


def read(folder: Path) -> list[dict[str, Any]]:
    """All results, the small sizes first, SQLite before PostgreSQL."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")]
    return sorted(found, key=lambda run: (run["database"] != "sqlite", run["customers"]))


def table(runs: Sequence[dict[str, Any]]) -> str:
    """Markdown: one table per run."""
    return "\n\n".join(_one(run) for run in runs)


def _yard(run: dict[str, Any]) -> str:
    """The machine's yardstick; runs taken before there was one have none."""
    before, after = run.get("yardstick_s") or (None, None)
    return f"Yardstick {before * 1000:.0f} ms before and {after * 1000:.0f} ms after. " if before else ""


def _one(run: dict[str, Any]) -> str:
    head = (
        f"### {run['customers']:,} customers, {'SQLite' if run['database'] == 'sqlite' else 'PostgreSQL'}\n\n"
        f"Taken {run['taken_at'][:16].replace('T', ' ')} UTC in {run['seconds'] // 60} min; load of the machine "
        f"(2 cores, shared) {run['load_before'][0]} before and {run['load_after'][0]} after. {_yard(run)}Loading wrote "
        f"{run['load']['duties']:,} duties at {run['load']['derive_per_s']:,} customers/s.\n\n"
        "| work | goal | ours | p95 | floor | ratio | queries | |\n|---|---|---|---|---|---|---|---|\n"
    )
    results = run["results"]
    lines = [_page(line, results[line.code]) for line in LINES if line.code in results]
    return head + "\n".join([*lines, *_works(results)])


def _page(line: Line, result: Result) -> str:
    if "fault" in result:
        return _row(line.label, line.goal, "wrong answer", "", "", "", "", False)
    floor = result.get("floor")
    ratio = f"{result['median_ms'] / floor['median_ms']:.1f}" if floor and floor["median_ms"] else ""
    return _row(
        line.label, line.goal, f"{result['median_ms']:.1f} ms", f"{result['p95_ms']:.1f} ms",
        f"{floor['median_ms']:.1f} ms" if floor else "", ratio, str(result.get("queries", "")), line.meets(result),
    )  # fmt: skip


def _works(results: dict[str, Any]) -> list[str]:
    brought, graded, ticked = results["import"], results["grade"], results["tick"]
    played, start = results["replay"], results["start"]
    again = brought.get("rewritten_per_s", 0)
    return [
        _row("import 10,000 customers", "≥ 5,000 rows/s, ≤ 300 MB, ≥ 1/5", f"{brought['per_s']:,} rows/s, {brought['peak_mb']:.0f} MB",
             "", f"{again:,} rows/s" if again else "", f"1/{again / brought['per_s']:.1f}" if again else "", "",
             brought["per_s"] >= 5000 and brought["peak_mb"] <= 300 and brought["per_s"] * 5 >= again),
        _row("… beside its six cells alone", "", "", "", f"{brought['floor_per_s']:,} rows/s",
             f"1/{brought['floor_per_s'] / brought['per_s']:.0f}", "", None),
        _row("the same file again", "", f"{brought['again_s']:.1f} s", "", "", "", "", None),
        _row(f"grading run, {graded['rows']:,} customers", "≤ 60 s per million, ≤ 1 GB",
             f"{graded['seconds']:.1f} s, {graded['peak_mb']:.0f} MB", "", f"{graded['floor_s']:.2f} s",
             f"{graded['seconds'] / max(graded['floor_s'], 0.01):.0f}", "",
             graded["per_s"] >= 1_000_000 / 60 and graded["peak_mb"] <= 1024),
        _row("tick, nothing due", "≤ 20 ms", f"{ticked['quiet_ms']:.1f} ms", "", "", "", "", ticked["quiet_ms"] <= 20),
        _row(f"tick, {ticked['rows']:,} duties fall due", "≤ 5 s", f"{ticked['seconds']:.1f} s", "", f"{ticked['floor_s']:.2f} s",
             f"{ticked['seconds'] / max(ticked['floor_s'], 0.01):.0f}", "", ticked["seconds"] <= 5),
        *_archive(results),
        _row(f"replay of a year, {played['customers']:,} customers, {played['rows']:,} events", "≤ 60 s at 1M events",
             f"{played['seconds']:.1f} s, {played['peak_mb']:.0f} MB", "", f"{played['floor_s']:.1f} s",
             f"{played['seconds'] / max(played['floor_s'], 0.01):.0f}", "",
             played["per_s"] >= 1_000_000 / 60),
        _row("process start to first 200", "≤ 2 s", f"{start['start_s']:.1f} s", "", "", "", "", start["start_s"] <= 2),
        _row("idle web worker, after work", "≤ 150 MB", f"{start['idle_mb']:.0f} MB, {start['worked_mb']:.0f} MB", "", "", "", "",
             start["idle_mb"] <= 150),
    ]  # fmt: skip


def _archive(results: dict[str, Any]) -> list[str]:
    """Duplicates and merges; older results have none."""
    scan, merge = results.get("duplicates"), results.get("merge")
    if not scan or not merge:
        return []
    return [
        _row(f"duplicate scan of the whole base, {scan['keys']:,} keys, {scan['pairs']:,} pairs found", "≤ 500 MB",
             f"{scan['seconds']:.1f} s, {scan['peak_mb']:.0f} MB", "", f"{scan['floor_s']:.1f} s",
             f"{scan['seconds'] / max(scan['floor_s'], 0.01):.0f}", "", scan["peak_mb"] <= 500),
        _row("… a person saving meanwhile, the longest wait", "≤ 1 s", f"{scan['save_worst_ms']:.0f} ms", "", "", "", "",
             scan["save_worst_ms"] <= 1000),
        _row(f"merge of two customers, {merge['moved']} rows move", "≤ 1 s", f"{merge['median_ms']:.0f} ms",
             f"{merge['worst_ms']:.0f} ms", f"{merge['floor_ms']:.1f} ms",
             f"{merge['median_ms'] / max(merge['floor_ms'], 0.1):.0f}", "", merge["median_ms"] <= 1000),
    ]  # fmt: skip


def _row(label: str, goal: str, ours: str, p95: str, floor: str, ratio: str, queries: str, met: bool | None) -> str:
    mark = "" if met is None else "met" if met else "**missed**"
    return f"| {label} | {goal} | {ours} | {p95} | {floor} | {ratio} | {queries} | {mark} |"


def write(folder: Path, page: Path) -> None:
    """Put the tables between the marks of the page; what is around them stays."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{table(read(folder))}\n\n{END}{after}", encoding="utf-8")
