"""Cases worked out by hand from the contract, run as `weixi replay` runs them: files in, JSON out.

A case is a policy, a log, and what must be printed at one or more instants. Its lines are short for

    id type customer subject occurred_at recorded_at data
    key customer opens_at due_at state [closed_at closed_by late_seconds] [role@instant ...]

with `-` for nobody or nothing, `~` for "recorded when it occurred", and times as far as they are not plain:
seconds and the offset of the case may be left out, a date alone is its midnight. `use` names rules at the head
of the file, `only` looks at the keys that fit. Nothing here asks how the engine does it.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from weixi.project import replay

CASES = Path(__file__).parent / "cases"
HEAD = """
[policy]
name = "t"
version = "1"
effective_from = 2020-01-01
timezone = "Asia/Shanghai"
"""
CALENDAR = '[calendar]\nworking_days = ["mon"]\nworking_hours = [["09:00", "12:00"]]\n'
PLAIN = {
    "deadline": {"opens_on": '"case.opened"', "closes_on": '["case.closed"]', "within": '"PT2H"'},
    "cadence": {"every": '"P1M"'},
    "node": {"date": '"contact.birthday"'},
}
TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:\d\d)?")
POLICIES = tomllib.loads((CASES / "policies.toml").read_text(encoding="utf-8"))


def _files() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    documents = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.toml"))}
    return [(name, document, case) for name, document in documents.items() for case in document.get("case", [])]


def _time(text: str, offset: str) -> str:
    found = TIME.fullmatch(text)
    assert found is not None, text
    return f"{found[1]}T{found[2] or '00:00'}{found[3] or ':00'}{found[4] or offset}"


def _event(line: str, offset: str) -> str:
    if line.startswith("{"):
        return line
    name, kind, customer, subject, occurred, *more = line.split(None, 6)
    occurred_at = _time(occurred, offset)
    fields: dict[str, Any] = {"id": name, "type": kind, "occurred_at": occurred_at}
    fields |= {"recorded_at": occurred_at if not more or more[0] == "~" else _time(more[0], offset)}
    fields |= {"customer": customer} if customer != "-" else {}
    fields |= {"subject": subject} if subject != "-" else {}
    fields |= {"data": json.loads(more[1])} if len(more) > 1 else {}
    return json.dumps(fields, ensure_ascii=False)


def _duty(line: str, offset: str) -> dict[str, Any]:
    key, customer, opens, due, state, *more = line.split()
    clause, subject, anchor = key.split("|")
    closing: list[Any] = [None, None, None]
    if state == "done":
        closing, more = [_time(more[0], offset), more[1], int(more[2])], more[3:]
    steps = [step.split("@") for step in more]
    return {
        "key": key, "clause": clause, "customer": None if customer == "-" else customer,
        "subject": subject or None, "anchor": anchor, "opens_at": _time(opens, offset),
        "due_at": None if due == "null" else _time(due, offset), "state": state,
        "closed_at": closing[0], "closed_by": closing[1], "late_seconds": closing[2],
        "escalations": [{"to": to, "at": _time(at, offset)} for to, at in steps],
    }  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch):
    # Refusals are in the terminal's language; the cases say them in English.
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def call(policy: str, lines: list[str], until: str) -> tuple[int, bytes, str]:
        (tmp_path / "p.toml").write_text(policy, encoding="utf-8")
        (tmp_path / "e.jsonl").write_text("\n".join(lines), encoding="utf-8")
        files = ["--policy", str(tmp_path / "p.toml"), "--events", str(tmp_path / "e.jsonl")]
        status = replay.main([*files, "--until", until, "--json"])
        out, err = capfdbinary.readouterr()
        return status, out, err.decode()

    return call


@pytest.mark.parametrize(("document", "case"), [pytest.param(d, c, id=f"{n}: {c['name']}") for n, d, c in _files()])
def test_case(run, document, case):
    offset = case.get("offset", "+08:00")
    rules = [document["rules"][name] for name in case.get("use", [])]
    policy = "\n".join([case.get("head", HEAD), *rules, case.get("rules", "")])
    lines = [_event(line, offset) for line in case["events"].splitlines() if line.strip()]
    for moment in case.get("at", [case]):
        status, out, err = run(policy, lines, _time(moment.get("until", "2026-06-01"), offset))
        if "refused" in case:
            assert (status, out) == (1, b"")
            assert f'"{case["refused"]}"' in err
            continue
        assert status == 0, err
        asked = re.compile(moment.get("only", ""))
        expected = [_duty(line, offset) for line in moment.get("expect", "").splitlines() if line.strip()]
        assert [duty for duty in json.loads(out) if asked.search(duty["key"])] == expected
        assert len(err.splitlines()) == moment.get("warnings", case.get("warnings", 0)), err


def _policy(case: dict[str, Any]) -> str:
    """A plain rule of the kind with keys left out and added, behind the text of the case."""
    text = HEAD + (CALENDAR if case.get("calendar") else "") + case.get("text", "")
    if "rule" not in case:
        return text
    added = dict(line.split(" = ", 1) for line in case.get("keys", "").splitlines())
    keys = {"clause": '"A"', "title": '"t"', "assignee": '"customer.owner"'} | PLAIN[case["rule"]]
    keys = {name: value for name, value in keys.items() if name not in case.get("without", [])} | added
    return "\n".join([text, f"[[{case['rule']}]]", *(f"{name} = {value}" for name, value in keys.items())])


@pytest.mark.parametrize("case", POLICIES["refused"], ids=str)
def test_a_policy_that_is_refused(run, case):
    status, out, err = run(_policy(case), [], "2026-01-01T00:00:00+08:00")
    assert (status, out) == (1, b"")
    assert case["said"].lower() in err.lower()


@pytest.mark.parametrize("case", POLICIES["taken"], ids=str)
def test_a_policy_that_is_taken(run, case):
    assert run(_policy(case), [], "2026-01-01T00:00:00+08:00") == (0, b"[]\n", "")
