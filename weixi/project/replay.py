"""`weixi replay`: the duties that a policy file makes of a file of events, without a database."""

from __future__ import annotations

import argparse
import gc
import heapq
import marshal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from json.encoder import encode_basestring
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from weixi.duties.engine.duty import Duty
from weixi.duties.engine.evaluate import Evaluation
from weixi.duties.engine.events import YEARS, read_instant
from weixi.duties.engine.timeline import PolicyTimeline
from weixi.kernel.calendar.holidays import HolidayTable, HolidayTableError, read_table, shipped_table
from weixi.kernel.importing.wording import Said, SaidError, say
from weixi.kernel.importing.wording import gettext_noop as _
from weixi.policy.document.load import load_policy
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import PolicyError
from weixi.project.refusals import in_own_language
from weixi.project.replay_log import read_events
from weixi.project.standard_streams import let_go_of_output

REFUSED, USAGE = 1, 2
# Duties held in memory before they go to a sorted file on disk.
_RUN_LENGTH = 200_000

Row = tuple[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--policy", required=True, type=Path, metavar="FILE", help="policy document (TOML)")
    parser.add_argument("--events", required=True, type=Path, metavar="FILE", help="event lines (JSON lines)")
    parser.add_argument("--until", required=True, metavar="TS", help="the instant to compute for (ISO 8601)")
    parser.add_argument("--holidays", type=Path, metavar="FILE", help="holiday table with further years")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 done, 1 refused policy or log (reason on standard error, nothing on standard output), 2 usage."""
    try:
        policy = load_policy(args.policy)
        tables = _tables(policy, args.holidays)
        timeline = PolicyTimeline.single(policy, tables)
        until = _until(args.until, timeline.tz)
        if until is None:
            told = say(_("--until %(text)s: write a time like 2026-04-01T00:00:00+08:00"), text=args.until)
            print(in_own_language(told), file=sys.stderr)
            return USAGE
        return _replay(timeline, args.events, until, as_json=args.json)
    except (PolicyError, SaidError) as error:
        print(in_own_language(error), file=sys.stderr)
        return REFUSED
    except OSError as error:
        # Files that are read say so themselves: this is standard output, or the disk for sorting.
        let_go_of_output()
        if not isinstance(error, BrokenPipeError):
            told = say(_("the result cannot be written: %(reason)s"), reason=Said(error.strerror or str(error)))
            print(in_own_language(told), file=sys.stderr)
        return REFUSED


def _tables(policy: Policy, path: Path | None) -> dict[str, HolidayTable]:
    if path is None:
        return {}
    try:
        added = read_table(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = Said(error.strerror) if isinstance(error, OSError) and error.strerror else str(error)
        raise HolidayTableError(say(_("%(file)s cannot be read: %(reason)s"), file=str(path), reason=reason)) from None
    country = policy.calendar.holidays
    return {} if country is None else {country: shipped_table(country).with_years_of(added)}


def _until(text: str, tz: ZoneInfo) -> datetime | None:
    """A time with offset, or one without (or a date alone), meant in the company's zone."""
    at = read_instant(text)
    if at is None:
        try:
            local = datetime.fromisoformat(text)
            at = local.astimezone(UTC) if local.tzinfo else local.replace(tzinfo=tz).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    return at if at.year in YEARS else None


def _replay(timeline: PolicyTimeline, path: Path, until: datetime, *, as_json: bool) -> int:
    # Nothing here makes circles: collecting them would only walk a million events again and again.
    collecting = gc.isenabled()
    gc.disable()
    try:
        evaluation = Evaluation(timeline, read_events(path), until)
        with _Sorted() as rows:
            printer = _Printer(timeline.tz)
            for duty in evaluation.duties():
                rows.add((duty.key, printer.text(duty)))
            for warning in evaluation.warnings():
                print(in_own_language(say(_("warning: %(what)s"), what=warning)), file=sys.stderr)
            _print_rows(rows.ordered(), as_json=as_json)
    finally:
        if collecting:
            gc.enable()
    return 0


def _print_rows(rows: Iterable[Row], *, as_json: bool) -> None:
    out = sys.stdout.buffer if hasattr(sys.stdout, "buffer") else None
    separator = ",\n" if as_json else "\n"
    parts: list[str] = []

    def flush() -> None:
        text = "".join(parts)
        parts.clear()
        if out is None:
            sys.stdout.write(text)
        else:
            # Half a surrogate pair cannot be written as UTF-8; escaped, as this does it, it is JSON.
            out.write(text.encode("utf-8", "backslashreplace"))

    parts.append("[" if as_json else "")
    for place, (_key, text) in enumerate(rows):
        parts.append(text if place == 0 else separator + text)
        if len(parts) > 10_000:
            flush()
    parts.append("]\n" if as_json else "\n")
    flush()
    sys.stdout.flush()


class _Printer:
    """Duties as JSON text; the texts of times that many duties share are made once."""

    def __init__(self, tz: ZoneInfo) -> None:
        self._tz = tz
        self._times: dict[datetime, str] = {}

    def text(self, duty: Duty) -> str:
        when, quoted = self._time, encode_basestring
        due = "null" if duty.due_at is None else when(duty.due_at)
        steps = ",".join([f'{{"to":{quoted(step.to)},"at":{when(step.at)}}}' for step in duty.escalations])
        closed = _NOT_CLOSED
        if duty.closed_at is not None and duty.closed_by is not None:
            closed = (
                f'"closed_at":{when(duty.closed_at)},"closed_by":{quoted(duty.closed_by)},'
                f'"late_seconds":{duty.late_seconds}'
            )
        return (
            f'{{"key":{quoted(duty.key)},"clause":{quoted(duty.clause)},'
            f'"customer":{_or_null(duty.customer)},"subject":{_or_null(duty.subject)},'
            f'"anchor":{quoted(duty.anchor)},"opens_at":{when(duty.opens_at)},"due_at":{due},'
            f'"state":"{duty.state.value}",{closed},"escalations":[{steps}]}}'
        )

    def _time(self, at: datetime) -> str:
        found = self._times.get(at)
        if found is None:
            if len(self._times) > 500_000:
                self._times.clear()
            local = at.astimezone(self._tz).isoformat(timespec="seconds")
            found = self._times[at] = f'"{local}"'
        return found


_NOT_CLOSED = '"closed_at":null,"closed_by":null,"late_seconds":null'


def _or_null(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


class _Sorted:
    """Rows sorted by key, of which only so many are held in memory at a time."""

    def __init__(self) -> None:
        self._held: list[Row] = []
        self._files: list[IO[bytes]] = []

    def __enter__(self) -> _Sorted:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            file.close()

    def add(self, row: Row) -> None:
        self._held.append(row)
        if len(self._held) >= _RUN_LENGTH:
            self._held.sort()
            file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the others in __exit__
            for held in self._held:
                marshal.dump(held, file)
            self._files.append(file)
            self._held = []

    def ordered(self) -> Iterator[Row]:
        self._held.sort()
        if not self._files:
            return iter(self._held)
        return heapq.merge(self._held, *(self._read(file) for file in self._files))

    @staticmethod
    def _read(file: IO[bytes]) -> Iterator[Row]:
        file.seek(0)
        while True:
            try:
                yield marshal.load(file)  # noqa: S302 - written above, by this very process
            except EOFError:
                return


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="weixi replay", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(main())
