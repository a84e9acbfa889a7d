"""What an archive lacks by the data standard on a day: pure functions of fields, values and dates (A-5, A-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from weixi.kernel.calendar.wall import add_months
from weixi.policy.document.archive import ArchiveField
from weixi.policy.document.durations import Duration

MISSING, STALE = "missing", "stale"
# Facts that state what is asked for.
ASKS = {MISSING: "archive.gap_found", STALE: "archive.stale"}
# Who looks after customers: what is theirs to keep is the owner's of the customer.
OWNERS = frozenset({"account_manager", "specialist", "sales"})
OWNER = "owner"
_EMPTY = (None, "", False, 0)


@dataclass(frozen=True, slots=True)
class Lack:
    """`stale_on`: the first day on which a field that is fresh now becomes stale, None when none will."""

    missing: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    stale_on: date | None = None


class Judge:
    """The key fields and update frequencies of one standard."""

    def __init__(self, fields: Iterable[ArchiveField]) -> None:
        typed = [each for each in fields if not each.computed]
        self.key_fields = [each for each in typed if each.key_field]
        self.dated = [each for each in typed if each.update_every is not None]
        self.by_key = {each.key: each for each in typed}
        self._first: dict[date, date | None] = {}
        self._asked: dict[str, tuple[str, ...]] = {}

    @property
    def keys(self) -> frozenset[str]:
        """What must be known of an archive to judge it."""
        return frozenset(each.key for each in (*self.key_fields, *self.dated))

    @property
    def key_keys(self) -> frozenset[str]:
        """What must be known of an archive that was entered today."""
        return frozenset(each.key for each in self.key_fields)

    def missing(self, values: Mapping[str, Any], *, kind: str) -> tuple[str, ...]:
        keys = self._asked.get(kind)
        if keys is None:
            keys = self._asked[kind] = tuple(each.key for each in self.key_fields if _applies(each, kind))
        return tuple([key for key in keys if key in values and values[key] in _EMPTY])

    def lack(
        self, values: Mapping[str, Any], *, kind: str, entered_on: date, stamps: Mapping[str, str], today: date
    ) -> Lack:
        """What is missing and what is stale. An empty field is never stale."""
        stale: list[str] = []
        stale_on: date | None = None
        for each in self.dated:
            if values.get(each.key) in _EMPTY or not _applies(each, kind):
                continue
            stamp = stamps.get(each.key)
            until = expires(date.fromisoformat(stamp) if stamp else entered_on, each.update_every)
            if until <= today:
                stale.append(each.key)
            elif stale_on is None or until < stale_on:
                stale_on = until
        return Lack(self.missing(values, kind=kind), tuple(stale), stale_on)

    def first_stale(self, entered_on: date) -> date | None:
        """The earliest day on which any field of an archive entered then can become stale."""
        if entered_on not in self._first:
            self._first[entered_on] = min((expires(entered_on, each.update_every) for each in self.dated), default=None)
        return self._first[entered_on]

    def demands(self, what: str, key: str, *, kind: str) -> bool:
        """Whether the standard still asks for this field in this way."""
        each = self.by_key.get(key)
        if each is None or not _applies(each, kind):
            return False
        return each.key_field if what == MISSING else each.update_every is not None

    def groups(self, lack: Lack) -> dict[str, list[str]]:
        """What is lacking by whom it is asked of: `missing-owner`, `stale-data_steward`."""
        found: dict[str, list[str]] = {}
        for what, keys in ((MISSING, lack.missing), (STALE, lack.stale)):
            for key in keys:
                found.setdefault(f"{what}-{whose(self.by_key[key].owner)}", []).append(key)
        return found


def whose(role: str | None) -> str:
    """`owner` for roles that look after customers and for none; else the role itself."""
    return OWNER if not role or role in OWNERS else role


def _applies(each: ArchiveField, kind: str) -> bool:
    return each.of in ("customer", "contact", kind)


@lru_cache(maxsize=20_000)
def expires(day: date, every: Duration | None) -> date:
    """The day on which what was entered on `day` is older than its update frequency."""
    if every is None:
        return date.max
    return add_months(day, every.months) + timedelta(days=every.days)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of what was asked: still `open`, `enriched` or `dropped` (no longer demanded), by group.
    `unasked`: something is lacking that nobody was asked for yet."""

    open: dict[str, list[str]] = field(default_factory=dict)
    enriched: dict[str, list[str]] = field(default_factory=dict)
    dropped: dict[str, list[str]] = field(default_factory=dict)
    unasked: bool = False


def settle(judge: Judge, asked: Mapping[str, Sequence[str]], lack: Lack, *, kind: str) -> Settled:
    """Compare what was asked with what is lacking now. A group is done when none of its fields is lacking any
    more: enriched when one of them is still demanded, and so was given; dropped when none is."""
    needs = judge.groups(lack)
    lacking = {MISSING: set(lack.missing), STALE: set(lack.stale)}
    made = Settled(unasked=any(group not in asked for group in needs))
    for group, keys in asked.items():
        what = group.partition("-")[0]
        if any(key in lacking[what] for key in keys):
            made.open[group] = list(keys)
            continue
        given = [key for key in keys if judge.demands(what, key, kind=kind)]
        (made.enriched if given else made.dropped)[group] = given or list(keys)
        if group in needs:
            made = Settled(made.open, made.enriched, made.dropped, True)
    return made


def digest(fields: Iterable[ArchiveField], listening: Iterable[str]) -> str:
    """Tells standards apart by what judging looks at; `listening` are the facts that a rule opens on."""
    parts = [
        f"{each.key}|{each.of}|{each.key_field}|{each.computed}|{each.update_every}|{each.owner}|{','.join(each.required_for)}"
        f"|{','.join(each.allowed)}"
        for each in fields
    ]
    return sha256("\n".join([*parts, *sorted(listening)]).encode()).hexdigest()[:32]
