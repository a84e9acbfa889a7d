"""How good the matching is: precision and recall on three lists, as written in docs/matching.md.

`python -m bench.quality [--data DIR] [--show N]` needs the folder of trial data, which is no part of the project.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from bench.messy import Messer
from weixi.customers.matching.compare import Kind, Match, compare
from weixi.customers.matching.keys import MOST, keys_of
from weixi.customers.matching.records import Record, record_of

_NEAR = [folder / "shared" / "data" for folder in Path(__file__).resolve().parents]
# The folder of trial data beside the project, wherever that is.
DATA = next((folder for folder in _NEAR if folder.is_dir()), _NEAR[1])
MESSY, BRANCHES = 2_100, 350
Pair = tuple[int, int]


@dataclass
class Quality:
    """Precision and recall over pairs; `missed` and `wrong` are the pairs at fault."""

    name: str
    gold: set[Pair]
    found: Mapping[Pair, Match]
    seconds: float
    texts: Callable[[int], str]
    ways: Counter[str] = field(default_factory=Counter)
    missed_ways: Counter[str] = field(default_factory=Counter)

    @property
    def duplicates(self) -> set[Pair]:
        return {pair for pair, match in self.found.items() if match.kind is Kind.DUPLICATE}

    @property
    def precision(self) -> float:
        found = self.duplicates
        return len(found & self.gold) / len(found) if found else 0.0

    @property
    def recall(self) -> float:
        return len(self.duplicates & self.gold) / len(self.gold)

    def line(self) -> str:
        return (
            f"| {self.name} | {len(self.gold)} | {len(self.duplicates)} | "
            f"{self.precision:.3f} | {self.recall:.3f} | {self.seconds:.2f} s |"
        )


def matches(records: Sequence[Record]) -> dict[Pair, Match]:
    """All pairs of a list, as the scan of the base finds them."""
    blocks: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        for key in keys_of(record):
            blocks[key].append(record)
    seen: set[Pair] = set()
    found: dict[Pair, Match] = {}
    for block in blocks.values():
        if 2 <= len(block) <= MOST:
            for one, other in combinations(sorted(block, key=lambda record: record.id), 2):
                pair = (one.id, other.id)
                if pair not in seen:
                    seen.add(pair)
                    if match := compare(one, other):
                        found[pair] = match
    return found


def _measure(name: str, records: Sequence[Record], gold: Iterable[Pair], texts: Callable[[int], str]) -> Quality:
    began = time.process_time()
    found = matches(records)
    seconds = time.process_time() - began
    return Quality(name, {(min(pair), max(pair)) for pair in gold}, found, seconds, texts)


def persons(data: Path = DATA) -> Quality:
    """febrl1: 1,000 invented people, 500 of them twice."""
    rows = _rows(data / "people" / "febrl1.csv")
    same: dict[str, list[int]] = defaultdict(list)
    records = []
    for number, row in enumerate(rows):
        same[row["rec_id"].split("-")[1]].append(number)
        records.append(
            record_of(
                number,
                is_person=True,
                name=f"{row['given_name']} {row['surname']}".strip(),
                address=row["address_1"],
                house=row["street_number"],
                area=row["address_2"],
                district=row["suburb"],
                postcode=row["postcode"],
                birthday=row["date_of_birth"],
            )
        )
    gold = [(found[0], found[1]) for found in same.values() if len(found) == 2]
    return _measure("persons (febrl1)", records, gold, lambda number: " ".join(list(rows[number].values())[1:10]))


def restaurants(data: Path = DATA) -> Quality:
    """Fodor's and Zagat's: 112 that stand in both."""
    rows: dict[int, dict[str, str]] = {}
    for file, first in (("fodors", 100_000), ("zagats", 0)):
        rows |= {first + int(row["id"]): row for row in _rows(data / "restaurants" / f"{file}.csv")}
    records = [
        record_of(
            number, is_person=False, name=row["name"], phones=[row["phone"]], address=row["addr"], city=row["city"]
        )
        for number, row in rows.items()
    ]
    gold = [
        (int(row["zagats_id"]), 100_000 + int(row["fodors_id"]))
        for row in _rows(data / "restaurants" / "matches_fodors_zagats.csv")
    ]
    return _measure("restaurants", records, gold, lambda number: " ".join(list(rows[number].values())[1:5]))


def companies(data: Path = DATA) -> tuple[Quality, float]:
    """Listed companies and what people write for them; also the share of branches found to be related and
    never held for the company itself."""
    rows = _rows(data / "listed_companies" / "utf8.csv")
    clean = [(row["证券简称"], row["公司中文名称"]) for row in rows]
    messy, branches = Messer(clean).make(MESSY, BRANCHES)
    records = [record_of(n, is_person=False, name=name, short_name=short) for n, (short, name) in enumerate(clean)]
    written = [*messy, *branches]
    records += [record_of(len(clean) + n, is_person=False, name=each.name) for n, each in enumerate(written)]
    names = [*(name for _short, name in clean), *(each.name for each in written)]
    gold = [(each.of, len(clean) + n) for n, each in enumerate(messy)]
    quality = _measure("companies (messy list)", records, gold, names.__getitem__)
    for n, each in enumerate(messy):
        quality.ways[each.how] += 1
        quality.missed_ways[each.how] += (each.of, len(clean) + n) not in quality.duplicates
    first = len(clean) + len(messy)
    related = [quality.found.get((each.of, first + n)) for n, each in enumerate(branches)]
    right = sum(match is not None and match.kind is Kind.RELATED for match in related)
    return quality, right / len(branches)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{key.strip(): value.strip() for key, value in row.items()} for row in csv.DictReader(file)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--show", type=int, default=0, help="so many wrong and missed pairs of each list")
    args = parser.parse_args()
    if not args.data.is_dir():
        print(f"{args.data} is not there", file=sys.stderr)
        return 1
    messy, related = companies(args.data)
    print("| list | true pairs | found | precision | recall | CPU |\n|---|---|---|---|---|---|")
    for quality in (persons(args.data), restaurants(args.data), messy):
        print(quality.line())
        wrong, missed = sorted(quality.duplicates - quality.gold), sorted(quality.gold - quality.duplicates)
        for title, pairs in (("wrong", wrong), ("missed", missed)):
            for one, other in pairs[: args.show]:
                reasons = quality.found[one, other].reasons if title == "wrong" else ()
                print(f"  {title}: {quality.texts(one)} | {quality.texts(other)} {' '.join(reasons)}")
    print(f"\nbranches found as related: {related:.3f}\n\n| way of writing | rows | found |\n|---|---|---|")
    for how, count in sorted(messy.ways.items()):
        print(f"| {how} | {count} | {(count - messy.missed_ways[how]) / count:.3f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
