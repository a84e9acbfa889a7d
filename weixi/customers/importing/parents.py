"""Customers reached through one that stands in the same file, further down or in the same portion: entered first,
linked in the transaction that brings the other. When the other is not taken, neither are they."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from weixi.customers.importing.customer_entries import Entry
from weixi.customers.importing.customer_values import Wanted
from weixi.customers.importing.rows import Act, Decision, Hindsight
from weixi.customers.models import Customer
from weixi.customers.naming import name_key
from weixi.customers.services.bulk import CustomerChange, update_customers
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer


class LaterParents:
    """Who waits for whom while the file is written, by the key of the name; learned anew from the portions that an
    earlier process has written (`absorb`)."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._decided: list[tuple[Decision, Wanted]] = []
        # {key of the name: {customer that waits: (its row, the name)}}
        self._waiting: dict[str, dict[int, tuple[int, str]]] = defaultdict(dict)

    def begin(self) -> None:
        """A portion is decided (anew)."""
        self._decided.clear()

    def wait(self, decision: Decision, each: Wanted) -> str:
        """Take a row in; gives what there is to tell of it."""
        self._decided.append((decision, each))
        return _(
            "“%(name)s”, through which it is reached, stands in this file too; they are linked when that row is entered."
        ) % {"name": each.through[:60]}

    def link(self) -> None:
        """Link those whose other one is there by now: one query, and the changes. Uses index: customer_name_key."""
        for decision, each in self._decided:
            if decision.target is not None:
                self._waiting[each.later][decision.target] = each.row, each.through
        self._decided.clear()
        if not self._waiting:
            return
        rows = Customer.objects.filter(self._viewer.owned(), one_of("name_key", self._waiting), archived_at=None)
        found: dict[str, list[Customer]] = defaultdict(list)
        for customer in rows:
            found[customer.name_key].append(customer)
        changes: list[CustomerChange] = []
        for key, parents in found.items():
            # Of several nobody knows which is meant.
            if len(parents) == 1:
                waiting = self._waiting.pop(key).keys() - {parents[0].pk}
                changes += [CustomerChange(pk, {"through": parents[0]}) for pk in sorted(waiting)]
        if changes:
            update_customers(changes, viewer=self._viewer)

    def absorb(self, written: Iterable[tuple[int | None, int, str]]) -> None:
        """Rows written before: (the customer, the row, through whom it is reached). Who is linked already stays as he is."""
        through = {pk: (row, name) for pk, row, name in written if pk is not None and name}
        unlinked = Customer.objects.filter(one_of("pk", through), through=None, archived_at=None) if through else ()
        for customer in unlinked:
            row, name = through[customer.pk]
            self._waiting[name_key(name)][customer.pk] = row, name

    def left_over(self) -> list[tuple[int, str]]:
        """Rows whose customer still waits, with what there is to tell: the other was planned and then did not come."""
        told = _("“%(name)s”, through which it is reached, was not entered; this customer is not linked.")
        return sorted(
            (row, told % {"name": name[:60]}) for ones in self._waiting.values() for row, name in ones.values()
        )


@dataclass(slots=True)
class _Waiter:
    """A row that was taken in trust that its other one comes. `entry`: its customer, where further rows speak of it."""

    row: int
    act: Act
    own: str
    parent: str
    through: str
    entry: Entry | None


class Promises:
    """What the check took in trust, and which of it does not come true.

    Kept of a whole file: the rows that wait, the names of rejected rows, and the customers that stand in several rows
    (`named`): a name that is neither rejected nor in several rows is that of one customer the file brings.
    """

    def __init__(self, named: Mapping[str, Sequence[Entry]]) -> None:
        self._named = named
        self._refused: set[str] = set()
        self._waiters: dict[str, list[_Waiter]] = defaultdict(list)
        self._lost: dict[int, Hindsight] = {}
        self._gone: set[int] = set()

    def refused(self, each: Wanted) -> None:
        if key := each.name_key or name_key(each.name)[:200]:
            self._refused.add(key)

    def wait(self, decision: Decision, each: Wanted, entry: Entry | None) -> None:
        self._waiters[each.later].append(
            _Waiter(each.row, decision.act, each.name_key, each.later, each.through, entry)
        )

    def broken(self) -> list[Hindsight]:
        """The rows that are not taken after all, each once: first those whose other one does not come, and who hangs on
        these; then those of whose other one there are several."""
        self._settle(self._waiters, none=True)
        self._settle(self._waiters, none=False)
        return [self._lost[row] for row in sorted(self._lost)]

    def _settle(self, keys: Iterable[str], *, none: bool) -> None:
        asked = list(keys)
        while asked:
            key = asked.pop()
            count = self._count(key)
            if count == 0 or (count > 1 and not none):
                for waiter in self._waiters.get(key, ()):
                    asked += self._lose(waiter, count)

    def _count(self, key: str) -> int:
        """How many customers of this name the file brings."""
        if entries := self._named.get(key):
            return sum(id(entry) not in self._gone for entry in entries)
        return 0 if key in self._refused else 1

    def _lose(self, waiter: _Waiter, count: int) -> list[str]:
        """Reject a row, and with it the customer it makes; gives the names that this takes from the file."""
        if waiter.row in self._lost:
            return []
        text = (
            _("Several customers are called “%(name)s”, through which it is reached; nobody can tell which is meant.")
            if count
            else _("“%(name)s”, through which it is reached, is not taken: look at its row.")
        )
        self._lost[waiter.row] = Hindsight(waiter.row, waiter.act, text % {"name": waiter.through[:60]})
        if waiter.act is not Act.CREATE:
            return []
        if waiter.entry is None:
            self._refused.add(waiter.own)
        else:
            self._gone.add(id(waiter.entry))
            other = _("Row %(row)d of the same customer is not taken.") % {"row": waiter.row}
            for row, act in waiter.entry.rows:
                self._lost.setdefault(row, Hindsight(row, act, other))
        return [waiter.own]
