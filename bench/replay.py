"""A year of events in a file, and `weixi replay` over it: `python -m bench.replay CUSTOMERS FOLDER`."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from bench import names
from weixi.policy.document.dump import dump_policy
from weixi.policy.document.shipped import build_shipped

YEAR = 2025
PER_CUSTOMER = 10


def write_events(file: TextIO, customers: int) -> int:
    """Ten events per customer over the year, in the order they were recorded; returns how many."""
    start = datetime(YEAR, 1, 1, tzinfo=UTC)
    lines: list[tuple[float, str]] = []
    for i in range(1, customers + 1):
        for place, (seconds, kind, subject, data) in enumerate(_story(i)):
            at = (start + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
            line = {
                "id": f"e{i:07d}{place:02d}", "type": kind, "customer": str(i), "subject": subject, "actor": "user:1",
                "occurred_at": at, "recorded_at": at, "data": data,
            }  # fmt: skip
            lines.append((seconds, json.dumps(line, ensure_ascii=False, separators=(",", ":"))))
    lines.sort()
    file.writelines(f"{text}\n" for _, text in lines)
    return len(lines)


def _story(i: int) -> list[tuple[float, str, str, dict[str, Any]]]:
    """Enters, is graded, buys twice, has a case that is answered, four talks, a birthday."""
    day = 86_400.0
    base = i * 7919 % 80_000
    customer = f"customer:{i}"
    created = {"number": names.number(i), "kind": "company", "lifecycle": "new", "owner": f"u{i % 240}", "tags": []}
    contact = {"name": names.person(i), "birthday": "1980-05-12", "lunar": False, "key_person": names.mixed(i) % 3 == 0}
    found: list[tuple[float, str, str, dict[str, Any]]] = [
        (base, "customer.created", customer, created),
        (base + 1, "contact.created", f"contact:{i}", contact),
        (base + 2, "customer.graded", customer, {"grade": names.grade(i)}),
        (base + day * (20 + i % 40), "order.placed", f"order:{i}a", {"first": True, "amount": names.amount(i, 0)}),
        (base + day * (150 + i % 60), "order.placed", f"order:{i}b", {"first": False, "amount": names.amount(i, 1)}),
        (base + day * (100 + i % 90), "case.opened", f"case:{i}", {"kind": "question", "severity": "general"}),
        (base + day * (100 + i % 90) + 3600 * (1 + i % 30), "case.responded", f"case:{i}", {}),
    ]
    for k in range(3):
        talk = {
            "kind": "call",
            "direction": "out",
            "depth": ("deep", "formal", "light")[(i + k) % 3],
            "purpose": "value",
        }
        found.append((base + day * (60 + 95 * k + i % 25), "interaction.recorded", f"interaction:{i}-{k}", talk))
    return found


def _floor(path: Path) -> float:
    """Seconds to read the file, parse each line and note it by customer: less cannot be done."""
    began = time.perf_counter()
    found: dict[str, list[Any]] = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            found.setdefault(event["customer"], []).append(event)
    return time.perf_counter() - began


def replay(customers: int, folder: Path) -> dict[str, Any]:
    """Write policy and events, run the command, look at what it says."""
    policy = build_shipped("quadrant")
    header = policy.header.model_copy(update={"effective_from": date(YEAR, 1, 1)})
    (folder / "policy.toml").write_text(dump_policy(policy.model_copy(update={"header": header})), encoding="utf-8")
    path = folder / "events.jsonl"
    with path.open("w", encoding="utf-8") as file:
        count = write_events(file, customers)
    command = [
        sys.executable, "-m", "weixi.project.cli", "replay", "--policy", str(folder / "policy.toml"),
        "--events", str(path), "--until", f"{YEAR + 1}-01-01T00:00:00+08:00", "--json",
    ]  # fmt: skip
    answer = folder / "duties.json"
    began = time.perf_counter()
    child = os.posix_spawn(
        command[0], command, dict(os.environ),
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, str(answer), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)],
    )  # fmt: skip
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit("weixi replay failed")
    with answer.open(encoding="utf-8") as file:
        file.seek(0, os.SEEK_END)
        size = file.tell()
        file.seek(0)
        duties = sum(chunk.count('"clause"') for chunk in iter(lambda: file.read(1 << 22), ""))
    if duties < customers:
        raise SystemExit(f"replay gave {duties} duties for {customers} customers")
    found = {
        "customers": customers, "rows": count, "duties": duties, "seconds": round(seconds, 1),
        "per_s": round(count / seconds), "peak_mb": round(usage.ru_maxrss / 1024, 1), "answer_mb": size >> 20,
        "floor_s": round(_floor(path), 2),
    }  # fmt: skip
    path.unlink()
    answer.unlink()
    return found


if __name__ == "__main__":
    print(json.dumps(replay(int(sys.argv[1]), Path(sys.argv[2]))))
