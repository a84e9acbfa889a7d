"""The unit of work: rows and events of one business change, in one transaction.

    with unit_of_work(actor=viewer.actor) as work:
        customer.save()
        work.record("customer.changed", customer=customer.pk, data={...})

On leaving the block the events are written, the reactions run (they may call further services,
whose events join the same unit), then the projections (duties, search, facts) of every touched
customer are brought up to date once, and only then the transaction commits. Whatever fails, nothing
of it stays. A unit inside a unit joins the outer one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from weixi.kernel import clock
from weixi.kernel.behind import behind
from weixi.kernel.events import registry
from weixi.kernel.events.models import Event, EventPersonal
from weixi.kernel.ids import new_id
from weixi.kernel.json_text import encoder_of
from weixi.kernel.rows import blanks, insert_rows, insert_values, next_keys

Projection = Callable[["UnitOfWork"], None]
Reaction = Callable[["UnitOfWork", Event], None]

_projections: list[tuple[int, str, Projection]] = []
_reactions: dict[str, list[Reaction]] = {}
_current: ContextVar[UnitOfWork | None] = ContextVar("weixi_unit_of_work", default=None)

# Events of one customer that change another: the one named in `into`.
_OF_TWO = frozenset({"customer.merged", "customer.unmerged"})

# A reaction may cause events that cause reactions; more rounds than this is a loop, not a chain.
MAX_ROUNDS = 20

_canonical = encoder_of(json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")))
_blank_event = blanks(Event)


def add_projection(name: str, run: Projection, *, order: int = 100) -> None:
    """Register what is derived from events and kept beside them; `order` small runs first."""
    if all(known != name for _, known, _ in _projections):
        _projections.append((order, name, run))
        _projections.sort(key=lambda item: item[:2])


def add_reaction(event_type: str, run: Reaction) -> None:
    """Register one line of `reactions/wiring.py`."""
    registry.get(event_type)
    handlers = _reactions.setdefault(event_type, [])
    if run not in handlers:
        handlers.append(run)


@dataclass
class UnitOfWork:
    """What one business change has recorded so far."""

    actor: str
    began: datetime
    # The clock is read anew at each record: only for a story told in one unit (demo data).
    moving: bool = False
    # See `unit_of_work`.
    whole: bool = False
    pending: list[Event] = field(default_factory=list)
    personal: dict[str, dict[str, Any]] = field(default_factory=dict)
    personal_salts: dict[str, str] = field(default_factory=dict)
    written: list[Event] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    # What a service has entered new, by customer, for projections that need not read it back: see `only_entered`.
    entered: dict[int, Any] = field(default_factory=dict)
    # Keys for events to come: see `expect`.
    keys: Sequence[int] = ()
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """One instant for the whole unit, however long it takes."""
        return clock.now() if self.moving else self.began

    def record(
        self,
        type: str,
        *,
        customer: int | None = None,
        subject: tuple[str, int | str] | None = None,
        occurred_at: datetime | None = None,
        data: Mapping[str, Any] | None = None,
        personal: Mapping[str, Any] | None = None,
        actor: str | None = None,
        event_id: str | None = None,
        touch: bool = True,
    ) -> Event:
        """Add one fact. `occurred_at` is business time (default: now); personal values go apart.

        `touch=False`: nothing about the customer follows from it, so nothing is derived anew.
        Raises ValueError for an unregistered type or key: a programming error, not a user's.
        """
        known = registry.get(type)
        data, personal = dict(data or {}), dict(personal or {})
        if extra := (data.keys() - known.data) | (personal.keys() - known.personal):
            raise ValueError(f"{type} has no {', '.join(sorted(extra))}")
        kind, key = subject or ("", "")
        now = self.now
        event = _blank_event()
        event.id = event_id or new_id()
        event.type = type
        event.customer_id = customer
        event.subject_type, event.subject_id = kind, str(key)
        event.actor = actor or self.actor
        event.occurred_at, event.recorded_at = occurred_at or now, now
        event.data = data
        # Two salts of 16 bytes: asked for once.
        noise = os.urandom(32).hex()
        event.salt, salt = noise[:32], noise[32:]
        if personal:
            self.personal[event.id] = personal
            self.personal_salts[event.id] = salt
            event.personal_digest = personal_digest(salt, personal)
        self.pending.append(event)
        if customer is not None and touch:
            self.touched.add(customer)
        return event

    def touch(self, customer_ids: Iterable[int]) -> None:
        """Have the projections of these customers brought up to date though no event names them."""
        self.touched.update(customer_ids)

    def values_of(self, event: Event) -> dict[str, Any]:
        """An event's data with its personal values laid over."""
        return {**event.data, **self.personal.get(event.id, {})}

    def customers_of(self, types: Collection[str]) -> set[int]:
        """The customers whose events of these types this unit wrote; of a merge both."""
        found: set[int] = set()
        for event in self.written:
            if event.type in types and event.customer_id is not None:
                found.add(event.customer_id)
                if event.type in _OF_TWO:
                    found.add(int(event.data["into"]))
        return found

    def only_entered(self) -> dict[int, Any]:
        """Of `entered` the customers of whom this unit states one fact alone, that they are there: what is kept of them
        is still what stands in the database."""
        if not self.entered:
            return {}
        facts = Counter([event.customer_id for event in self.written])
        return {pk: what for pk, what in self.entered.items() if facts[pk] == 1}

    def expect(self, count: int) -> None:
        """So many events are about to be recorded: in a `whole` unit they get their keys now, and need not wait for rows
        that are written behind meanwhile."""
        if self.whole and not self.keys:
            self.keys = next_keys(Event, count)

    def flush(self) -> None:
        """Write what is recorded so far: for a projection whose facts a later one reads in the log."""
        self._flush()

    def _flush(self) -> list[Event]:
        fresh, self.pending = self.pending, []
        if not fresh:
            return []
        keys, self.keys = self.keys[: len(fresh)], self.keys[len(fresh) :]
        insert_rows(fresh, keys=keys if len(keys) == len(fresh) else None)
        if any(event.id in self.personal for event in fresh):
            if any(event.pk is None for event in fresh):
                raise RuntimeError(f"{connection.vendor} gave no keys for new events")
            personal, salts = self.personal, self.personal_salts
            rows = [(event.pk, personal[event.id], salts[event.id]) for event in fresh if event.id in personal]
            insert_values(EventPersonal, ("event_id", "data", "salt"), rows)
        self.written.extend(fresh)
        return fresh

    def _finish(self) -> None:
        for _ in range(MAX_ROUNDS):
            fresh = self._flush()
            if not fresh:
                break
            for event in fresh:
                for react in _reactions.get(event.type, ()):
                    react(self, event)
        else:
            raise RuntimeError(f"reactions to {self.written[-1].type} never come to rest")
        for _, _, project in _projections:
            project(self)
        # A projection may state facts of its own (an alert), which nothing derives further from.
        self._flush()


def personal_digest(salt: str, personal: Mapping[str, Any]) -> str:
    """Salted SHA-256 of personal values: proves them while kept, tells nothing once erased."""
    return hashlib.sha256((salt + canonical(personal)).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON text that is the same on both databases, whatever the order of keys.

    PostgreSQL gives `1e16` back as `10000000000000000`: a float that is a whole number is written as one.
    """
    return _canonical(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


@contextmanager
def unit_of_work(*, actor: str, moving: bool = False, whole: bool = False) -> Iterator[UnitOfWork]:
    """Open a unit of work, or join the one around; inside, what is recorded is this actor's.

    `whole`: the unit ends with whatever fails inside it, and nothing that joins it is taken back alone. For portions
    of many rows: to be able to take a part back, SQLite keeps a copy of every page that is written, and goes
    through all of them at each statement; and rows are written behind (`kernel.behind`).
    """
    outer = _current.get()
    if outer is not None:
        mark, around, known = len(outer.pending), outer.actor, len(outer.entered)
        outer.actor = actor
        try:
            with transaction.atomic(savepoint=not outer.whole):
                yield outer
        except BaseException:
            # The savepoint took the rows back, so their facts go too.
            del outer.pending[mark:]
            for pk in list(outer.entered)[known:]:
                del outer.entered[pk]
            raise
        finally:
            outer.actor = around
        return
    with transaction.atomic(savepoint=not whole), behind() if whole else nullcontext():
        work = UnitOfWork(actor=actor, began=clock.now(), moving=moving, whole=whole)
        token = _current.set(work)
        try:
            yield work
            work._finish()
        finally:
            _current.reset(token)
        for call in work.after_commit:
            transaction.on_commit(call)
