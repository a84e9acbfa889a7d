"""`weixi replay` as a stranger uses it: files in, JSON out, refusals on standard error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation

from weixi.duties.engine.evaluate import evaluate
from weixi.duties.engine.events import read_instant
from weixi.duties.engine.timeline import PolicyTimeline
from weixi.policy.document.load import load_policy
from weixi.project import replay
from weixi.project.replay_log import read_events

POLICY = """
[policy]
name = "t"
version = "1"
effective_from = 2026-01-01

[[deadline]]
clause = "需求|N"
opens_on = "case.opened"
where = { kind = "need" }
closes_on = ["case.responded"]
within = "PT2H"
escalate = [ { after = "PT0S", to = "supervisor" } ]

[[cadence]]
clause = "C"
where = { grade = "core" }
every = "P1M"
"""

EVENT = {
    "id": "e1", "type": "case.opened", "customer": "C1", "subject": "case:7", "actor": "u3",
    "occurred_at": "2026-03-02T09:10:00+08:00", "recorded_at": "2026-03-02T09:12:00.900+08:00",
    "data": {"kind": "need"},
}  # fmt: skip
CREATED = {
    "id": "e0", "type": "customer.created", "customer": "C1", "actor": "u3",
    "occurred_at": "2026-02-27T16:00:00Z", "recorded_at": "2026-02-27T16:00:00Z", "data": {"grade": "core"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    with translation.override("en"):
        yield


@pytest.fixture
def weixi_replay(tmp_path: Path, capfdbinary):
    def call(*events: dict | bytes, policy: str = POLICY, until: str = "2026-03-03T00:00:00+08:00", more=()):
        (tmp_path / "p.toml").write_text(policy, encoding="utf-8")
        lines = [e if isinstance(e, bytes) else json.dumps(e, ensure_ascii=False).encode() for e in events]
        (tmp_path / "e.jsonl").write_bytes(b"\n".join(lines))
        status = replay.main(
            [
                "--policy",
                str(tmp_path / "p.toml"),
                "--events",
                str(tmp_path / "e.jsonl"),
                "--until",
                until,
                "--json",
                *more,
            ]
        )
        out, err = capfdbinary.readouterr()
        return status, out, err.decode()

    return call


def test_the_output_is_exactly_the_contracts(weixi_replay):
    status, out, err = weixi_replay(EVENT, CREATED, EVENT)
    assert (status, err) == (0, "")
    assert json.loads(out) == [
        {
            "key": "C|customer:C1|2026-03-01", "clause": "C", "customer": "C1", "subject": "customer:C1",
            "anchor": "2026-03-01", "opens_at": "2026-03-01T00:00:00+08:00",
            "due_at": "2026-04-01T00:00:00+08:00", "state": "open", "closed_at": None, "closed_by": None,
            "late_seconds": None, "escalations": [],
        },
        {
            "key": "需求|N|case:7|e1", "clause": "需求|N", "customer": "C1", "subject": "case:7", "anchor": "e1",
            "opens_at": "2026-03-02T09:10:00+08:00", "due_at": "2026-03-02T11:10:00+08:00",
            "state": "overdue", "closed_at": None, "closed_by": None, "late_seconds": None,
            "escalations": [{"to": "supervisor", "at": "2026-03-02T11:10:00+08:00"}],
        },
    ]  # fmt: skip
    assert list(json.loads(out)[0]) == [
        "key", "clause", "customer", "subject", "anchor", "opens_at", "due_at", "state", "closed_at", "closed_by",
        "late_seconds", "escalations",
    ]  # fmt: skip


def test_times_are_cut_to_seconds_and_utc_is_written_as_an_offset(weixi_replay):
    event = EVENT | {"occurred_at": "2026-03-02T01:10:00.999999Z"}
    policy = POLICY.replace("effective_from = 2026-01-01", 'effective_from = 2026-01-01\ntimezone = "UTC"')
    _, out, _ = weixi_replay(event, policy=policy)
    (duty,) = json.loads(out)
    assert duty["opens_at"] == "2026-03-02T01:10:00+00:00"
    assert duty["due_at"] == "2026-03-02T03:10:00+00:00"
    assert duty["escalations"] == [{"to": "supervisor", "at": "2026-03-02T03:10:00+00:00"}]


def test_no_duty_is_an_empty_array(weixi_replay):
    assert weixi_replay() == (0, b"[]\n", "")
    assert weixi_replay(EVENT, until="2026-03-02T09:11:00+08:00") == (0, b"[]\n", "")


def test_what_may_be_absent_and_what_is_ignored(weixi_replay):
    bare = {name: EVENT[name] for name in ("id", "occurred_at", "recorded_at")} | {
        "id": "e3", "type": "some.thing", "x": 1,
    }  # fmt: skip
    listed = EVENT | {"id": "e2", "data": [1]}
    unowned = {k: v for k, v in EVENT.items() if k not in ("customer", "subject", "actor")}
    status, out, _ = weixi_replay(bare, listed, b"", b"  ", unowned)
    assert status == 0
    assert [(duty["key"], duty["customer"], duty["subject"]) for duty in json.loads(out)] == [
        ("需求|N||e1", None, None)
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_line(weixi_replay):
    status, out, _ = weixi_replay(b"\xef\xbb\xbf" + json.dumps(EVENT).encode())
    assert (status, len(json.loads(out))) == (0, 1)


def test_keys_sort_by_code_point_and_half_characters_are_escaped(weixi_replay):
    names = ["case:a", "case:B", "case:\ud800", "case:é", "case:😀"]
    events = [json.dumps(EVENT | {"id": f"e{number}", "subject": name}).encode() for number, name in enumerate(names)]
    status, out, _ = weixi_replay(*events)
    assert status == 0
    assert [duty["subject"] for duty in json.loads(out)] == sorted(names)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "line 2: the line is not JSON"),
        (b'{"id": NaN}', "line 2"),
        (b"[1]", "line 2: a line is one JSON object"),
        (b'{"id":"\xff"}', "line 2: the line is not UTF-8"),
        (EVENT | {"id": None}, "line 2: id is missing"),
        (EVENT | {"id": 7}, "line 2: id must be a text"),
        (EVENT | {"type": ""}, "line 2: type must be a text"),
        (EVENT | {"id": "x", "customer": 5}, "line 2: customer must be a text"),
        (EVENT | {"id": "x", "occurred_at": "2026-03-02T09:10:00"}, "line 2: occurred_at must be a time with offset"),
        (EVENT | {"id": "x", "recorded_at": "2026-02-30T09:10:00+08:00"}, "line 2: recorded_at"),
        (EVENT | {"id": "x", "recorded_at": "2026-03-02"}, "line 2: recorded_at"),
        (EVENT | {"data": {"kind": 1}}, 'line 2: event "e1" stands twice'),
        (EVENT | {"actor": "u4"}, 'line 2: event "e1" stands twice'),
        (EVENT | {"recorded_at": "9999-12-31T23:59:59Z"}, "in the years 1000 to 8999"),
        (b'{"id":' + b"9" * 5000 + b"}", "line 2: a number of more than 4300 digits"),
        (b"[" * 1_000_000, "line 2: the line is nested too deeply"),
    ],
)
def test_a_refused_log_names_the_line_and_prints_nothing(weixi_replay, line, said):
    status, out, err = weixi_replay(EVENT, line)
    assert (status, out) == (1, b"")
    assert said in err


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (POLICY.replace("PT2H", "2 hours"), "within"),
        (POLICY.replace("[[cadence]]", "[[cadance]]"), "cadance"),
        (POLICY.replace('every = "P1M"', 'every = "P1D"'), "every"),
        (POLICY + "\n[visit]\nnonsense = 1\n", "visit.nonsense"),
        (POLICY.replace('clause = "C"', 'clause = "需求|N"'), "clause"),
        ("[policy", "TOML"),
    ],
)
def test_a_refused_policy_names_the_place_and_prints_nothing(weixi_replay, policy, said):
    status, out, err = weixi_replay(EVENT, policy=policy)
    assert (status, out) == (1, b"")
    assert said in err


def test_an_event_nested_as_deep_as_can_be_read_may_stand_twice(weixi_replay):
    deep = json.dumps(EVENT | {"data": {"kind": "need", "x": None}}).replace("null", "[" * 900 + "]" * 900).encode()
    status, out, err = weixi_replay(deep, deep)
    assert (status, err) == (0, "")
    assert len(json.loads(out)) == 1
    assert weixi_replay(deep, deep.replace(b"[]", b"[1]"))[0] == 1


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (OSError(28, "No space left on device"), "the result cannot be written: No space left on device\n"),
        (BrokenPipeError(32, "Broken pipe"), ""),
    ],
)
def test_an_output_that_takes_nothing_is_told_in_one_line(weixi_replay, monkeypatch, failure, said):
    class Full:
        def write(self, text: str) -> None:
            raise failure

    monkeypatch.setattr("sys.stdout", Full())
    assert weixi_replay(EVENT) == (1, b"", said)


def test_missing_files_are_refused_and_wrong_use_is_told(tmp_path, capsys):
    assert replay.main(["--policy", str(tmp_path / "no"), "--events", "x", "--until", "2026-01-01"]) == 1
    (tmp_path / "p.toml").write_text(POLICY, encoding="utf-8")
    arguments = ["--policy", str(tmp_path / "p.toml"), "--events", str(tmp_path / "none")]
    assert replay.main([*arguments, "--until", "2026-01-01T00:00:00+08:00"]) == 1
    for until in ("soon", "9999-12-31", "0001-01-01T00:00:00"):
        assert replay.main([*arguments, "--until", until]) == 2
    with pytest.raises(SystemExit) as caught:
        replay.main(["--policy", "p"])
    assert caught.value.code == 2
    assert capsys.readouterr().out == ""


def test_refusals_follow_the_language_of_the_terminal(weixi_replay, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert weixi_replay(EVENT, b"[1]")[2] == "第 2 行：每行是一个 JSON 对象\n"
    assert "时间" in weixi_replay(EVENT, until="soon")[2]
    refused = weixi_replay(EVENT, policy=POLICY.replace('within = "PT2H"', 'within = "24h"'))
    assert refused[:2] == (1, b"") and "不是时长" in refused[2]
    monkeypatch.setenv("LC_ALL", "C")
    assert weixi_replay(EVENT, b"[1]")[2].startswith("第 2 行")
    assert weixi_replay(EVENT)[0] == 0


def test_who_is_not_refused_does_not_wait_for_django(tmp_path):
    (tmp_path / "p.toml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "e.jsonl").write_text(json.dumps(EVENT), encoding="utf-8")
    code = (
        "import sys; from weixi.project.cli import main; "
        "status = main(sys.argv[1:]); sys.exit(9 if 'django' in sys.modules else status)"
    )
    arguments = [
        "replay",
        "--policy",
        "p.toml",
        "--events",
        "e.jsonl",
        "--until",
        "2026-03-03T00:00:00+08:00",
        "--json",
    ]
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_until_without_offset_is_meant_in_the_companys_zone(weixi_replay):
    with_offset = weixi_replay(EVENT, until="2026-03-02T11:10:00+08:00")
    assert weixi_replay(EVENT, until="2026-03-02T11:10:00") == with_offset
    assert json.loads(with_offset[1])[0]["state"] == "open"


def test_warnings_go_to_standard_error(weixi_replay):
    policy = POLICY.replace('within = "PT2H"', 'due_from = "data.due"')
    status, out, err = weixi_replay(EVENT, policy=policy)
    assert (status, out) == (0, b"[]\n")
    assert err == "warning: 需求|N: data.due of event e1 is missing; no duty was made\n"


@pytest.mark.parametrize(
    ("policy", "until", "said"),
    [
        (POLICY.replace('within = "PT2H"', 'due_from = "data.due"'), "2026-03-03T00:00:00+08:00",
         "提醒：需求|N：事件 e1 没有 data.due，未产生应办事项\n"),
        (POLICY.replace('within = "PT2H"', 'due_from = "data.kind"'), "2026-03-03T00:00:00+08:00",
         "提醒：需求|N：事件 e1 的 data.kind 不是日期，未产生应办事项\n"),
        (POLICY.replace('within = "PT2H"', 'within = "P300D"\nclock = "working"') + "[calendar]\n"
         'working_days = ["mon"]\nworking_hours = [["09:00", "18:00"]]\nholidays = "CN"\n', "2026-03-03T00:00:00+08:00",
         "年的放假安排还没有公布在节假日表里，先按平常的工作日计算\n"),
    ],
)  # fmt: skip
def test_warnings_speak_the_language_of_the_terminal(weixi_replay, monkeypatch, policy, until, said):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    status, _out, err = weixi_replay(EVENT, policy=policy, until=until)
    assert status == 0 and said in err and err.startswith("提醒：")


def test_a_holiday_file_adds_a_year(weixi_replay, tmp_path):
    policy = POLICY.replace('within = "PT2H"', 'within = "P1D"\nclock = "working"') + (
        '[calendar]\nworking_days = ["mon", "tue", "wed", "thu", "fri"]\nworking_hours = [["09:00", "18:00"]]\n'
        'holidays = "CN"\n'
    )
    event = EVENT | {"occurred_at": "2027-03-01T10:00:00+08:00", "recorded_at": "2027-03-01T10:00:00+08:00"}
    until = "2027-03-01T10:00:00+08:00"
    _, out, err = weixi_replay(event, policy=policy, until=until)
    assert json.loads(out)[0]["due_at"] == "2027-03-02T10:00:00+08:00"
    assert err.count("2027") == 1
    (tmp_path / "h.toml").write_text('country = "CN"\n[years.2027]\noff = [["2027-03-02", "2027-03-02"]]\n')
    _, out, err = weixi_replay(event, policy=policy, until=until, more=["--holidays", str(tmp_path / "h.toml")])
    assert json.loads(out)[0]["due_at"] == "2027-03-03T10:00:00+08:00"
    assert err == ""


def test_many_duties_are_sorted_through_files(weixi_replay, monkeypatch):
    events = [EVENT | {"id": f"e{number}"} for number in range(25)]
    whole = weixi_replay(*events)
    monkeypatch.setattr(replay, "_RUN_LENGTH", 4)
    assert weixi_replay(*events) == whole
    keys = [duty["key"] for duty in json.loads(whole[1])]
    assert keys == sorted(keys)
    assert len(keys) == 25


@pytest.mark.parametrize("text", ["2026-03-02T01:10:00Z", "2026-03-02T09:10:00+08:00", "2026-03-02 09:10+0800"])
def test_forms_of_an_instant(text):
    assert read_instant(text).isoformat() == "2026-03-02T01:10:00+00:00"


@pytest.mark.parametrize(
    "text", ["", "2026-03-02", "2026-03-02T25:00:00Z", "2026-W10-1T09:10:00+08:00", "0001-01-01T00:00:00+00:00"]
)
def test_no_instants(text):
    assert read_instant(text) is None


HELPDESK = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "helpdesk" / "Helpdesk.csv"


@pytest.mark.shared_data
@pytest.mark.skipif(not HELPDESK.exists(), reason="the real data is not here")
def test_a_real_help_desk_answers_in_time(tmp_path, capfdbinary):
    """Respond within 24 hours: 2,382 of the 4,221 cases that ever responded did in time."""
    import csv

    with HELPDESK.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cases: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        cases.setdefault(row["case:concept:name"], []).append(row)
    lines = []
    for name, steps in cases.items():
        # The number in the id keeps the order of the file where two steps have the same time.
        for place, row in enumerate(sorted(steps, key=lambda row: read_instant(row["time:timestamp"]))):
            kind = "case.opened" if place == 0 else "case.resolved"
            if place and row["Activity"] == "Take in charge ticket":
                kind = "case.responded"
            lines.append(
                {
                    "id": f"{name}-{place:03}", "type": kind, "customer": name, "subject": f"case:{name}",
                    "actor": row["Resource"], "occurred_at": row["time:timestamp"],
                    "recorded_at": row["time:timestamp"],
                }
            )  # fmt: skip
    (tmp_path / "e.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (tmp_path / "p.toml").write_text(
        '[policy]\nname = "t"\nversion = "1"\neffective_from = 2000-01-01\n'
        '[[deadline]]\nclause = "24h"\nopens_on = "case.opened"\ncloses_on = ["case.responded"]\nwithin = "PT24H"\n',
        encoding="utf-8",
    )
    arguments = ["--policy", str(tmp_path / "p.toml"), "--events", str(tmp_path / "e.jsonl"), "--json"]
    assert replay.main([*arguments, "--until", "2026-01-01T00:00:00+00:00"]) == 0
    duties = json.loads(capfdbinary.readouterr().out)
    done = [duty for duty in duties if duty["state"] == "done"]
    assert (len(duties), len(done), sum(duty["late_seconds"] == 0 for duty in done)) == (4580, 4221, 2382)
    timeline = PolicyTimeline.single(load_policy(tmp_path / "p.toml"))
    whole = evaluate(timeline, read_events(tmp_path / "e.jsonl"), read_instant("2026-01-01T00:00:00+00:00"))
    assert [duty.key for duty in whole.duties] == [duty["key"] for duty in duties]
