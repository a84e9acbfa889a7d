"""`python -m bench`: load, measure, write `bench/results/*.json` and the table of `docs/performance.md`.

`BENCH_N`       sizes, numbers of customers with commas between (default `10000,100000`)
`BENCH_WORK`    folder for the installations (default `bench-work`); emptied per size
`BENCH_REPEATS` timed requests per page after the warm-up (default 30)
`BENCH_KEEP`    `1` measures an installation that is there without loading it again
`BENCH_PARTS`   some of pages, import, grade, tick, duplicates, merge, replay: measured anew, the rest kept from the last time
`DATABASE_URL`  an empty PostgreSQL database, for one size (`python tools/pg.py python -m bench`)
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import report, yardstick

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results"
PARTS = ["pages", "import", "grade", "tick", "duplicates", "merge", "replay"]


def child(module: str, *arguments: str, home: Path, given: Any = None) -> dict[str, Any]:
    """Run a module in a process of its own and read the JSON of its last line."""
    environment = {**os.environ, "WEIXI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=environment, cwd=ROOT, text=True,
        input=json.dumps(given), stdout=subprocess.PIPE, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(f"{module} {' '.join(arguments)} ended with {done.returncode}")
    say(f"  {module} {' '.join(arguments[:1])}: {time.perf_counter() - began:.0f} s")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def result_file(total: int, database: str) -> Path:
    """Where the results of this size and database are kept."""
    return RESULTS / (f"{total}.json" if database == "sqlite" else f"{total}-{database}.json")


def one_size(total: int, work: Path) -> dict[str, Any]:
    """Everything for one size, in one go: what is compared was taken within minutes on one machine."""
    home = work / f"{total}"
    kept = home / "facts.json"
    began, load_before, yard_before = time.perf_counter(), os.getloadavg(), yardstick.seconds()
    if os.environ.get("BENCH_KEEP") == "1" and kept.exists():
        facts = json.loads(kept.read_text())
    else:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        facts = child("bench.load", str(total), home=home)
        kept.write_text(json.dumps(facts, ensure_ascii=False))
    chosen = os.environ.get("BENCH_PARTS", "")
    parts = chosen.split(",") if chosen else PARTS
    found = json.loads(result_file(total, facts["vendor"]).read_text())["results"] if chosen else {}
    if "pages" in parts:
        found |= child("bench.measure", home=home, given=facts)
    for job in ("import", "grade", "tick", "duplicates", "merge"):
        if job in parts:
            found[job] = child("bench.jobs", job, home=home, given=facts)
    if "replay" in parts:
        found["replay"] = child("bench.replay", str(min(total, 100_000)), str(home), home=home)
    return {
        "customers": total,
        "database": facts["vendor"],
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - began),
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version()},
        "load_before": [round(value, 2) for value in load_before],
        "load_after": [round(value, 2) for value in os.getloadavg()],
        "yardstick_s": [yard_before, yardstick.seconds()],
        "load": {name: facts[name] for name in ("fill_s", "derive_s", "derive_per_s", "duties")},
        "results": found,
    }


def main() -> None:
    sizes = [int(text) for text in os.environ.get("BENCH_N", "10000,100000").split(",")]
    work = Path(os.environ.get("BENCH_WORK", "bench-work")).resolve()
    RESULTS.mkdir(exist_ok=True)
    faults = []
    for total in sizes:
        say(f"{total:,} customers")
        outcome = one_size(total, work)
        faults += [f"{total}: {code}" for code, result in outcome["results"].items() if "fault" in result]
        text = json.dumps(outcome, indent=1, ensure_ascii=False)
        result_file(total, outcome["database"]).write_text(text + "\n", encoding="utf-8")
        if os.environ.get("BENCH_KEEP") != "1":
            shutil.rmtree(work / f"{total}")
    report.write(RESULTS, ROOT / "docs" / "performance.md")
    print(report.table(report.read(RESULTS)))
    if faults:
        raise SystemExit(f"wrong answers: {', '.join(faults)}")


if __name__ == "__main__":
    main()
