"""What rows of customers can meet: those of the archive, and those that the file itself speaks of more than once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from weixi.customers.fields import values_of
from weixi.customers.importing.custom_columns import custom_keys, lay_beside
from weixi.customers.importing.customer_entries import Entry, Making, followed, numbers_of, statements
from weixi.customers.importing.customer_values import LABELS, Wanted
from weixi.customers.importing.links import Link
from weixi.customers.importing.rows import Decision
from weixi.customers.merging.queries import roots_of
from weixi.customers.models import Customer, CustomerTag, Registration
from weixi.customers.naming import name_key
from weixi.customers.services.numbers import SERIES
from weixi.kernel.one_of import one_of
from weixi.organisation.scope import Viewer

OWN_NUMBER = re.compile(rf"^{SERIES}-\d{{5,}}$")


def link_of(each: Wanted, stored: Customer | None) -> Link:
    """The customer of a row that no other row of the file has spoken of."""
    return Link(stored.pk, stored.number, stored.name) if stored is not None else Link(mark=f"row:{each.row}")


class Known:
    """Found anew for each portion (`look_up`); what the file said of a customer is kept as long as it is read."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        # Entries of the file by the number and the name it gives them, and by the customer they are.
        self.by_number: dict[str, Entry] = {}
        self.by_name: dict[str, list[Entry]] = defaultdict(list)
        self.by_target: dict[int, Entry] = {}
        self.pending: list[Entry] = []
        self._look_at([])

    def begin(self) -> None:
        """A portion is decided (anew): of what it makes nothing is there yet."""
        for entry in self.pending:
            entry.making = None
        self.pending.clear()

    def look_up(self, asked: Sequence[Wanted]) -> None:
        """Everything the portion's rows can meet, in a handful of queries."""
        numbers = {each.number for each in asked if each.number}
        names = {each.name_key for each in asked if each.name_key}
        parents = {name_key(each.through) for each in asked if each.through}
        # Numbers by which this file alone calls a customer that has one of ours.
        called = {entry.target for number in numbers if (entry := self.by_number.get(number)) and entry.target}
        # Uses index: the number's, customer_name_key, primary key.
        rows = Customer.objects.filter(
            one_of("number", numbers) | one_of("pk", called) | one_of("name_key", names | parents) & Q(archived_at=None)
        )
        found = list(rows)
        found += self._follow([customer for customer in found if customer.merged_into_id], found)
        self._look_at(found)
        ids = list(self.stored)
        self.forms |= Registration.objects.in_bulk(ids) if ids else {}
        lay_beside(self.forms, values_of(ids, custom_keys(each.fields for each in asked)), Registration)
        if ids and any(each.tags for each in asked):
            for pk, name in CustomerTag.objects.filter(customer_id__in=ids).values_list("customer_id", "tag__name"):
                self.tags[pk].add(name)

    def _look_at(self, found: Sequence[Customer]) -> None:
        self.numbered = {customer.number: customer for customer in found}
        self.named: dict[str, list[Customer]] = defaultdict(list)
        for customer in found:
            if customer.archived_at is None and self.viewer.sees(customer):
                self.named[customer.name_key].append(customer)
        self.stored = {customer.pk: customer for customer in found}
        self.forms: dict[int, Registration] = {}
        self.tags: dict[int, set[str]] = defaultdict(set)

    def _follow(self, merged: Sequence[Customer], found: Sequence[Customer]) -> list[Customer]:
        """Remember which customers those that were made one with another became; gives those not `found` already."""
        roots = roots_of(customer.pk for customer in merged) if merged else {}
        known = {customer.pk: customer for customer in found}
        more = list(Customer.objects.filter(one_of("pk", set(roots.values()) - known.keys()))) if roots else []
        known |= {customer.pk: customer for customer in more}
        self._became = {pk: known[root] for pk, root in roots.items() if root in known}
        return more

    def parent(self, each: Wanted) -> Customer | str:
        """The one customer through which a row is reached; else the names of several, or nothing."""
        found = self.named.get(name_key(each.through), [])
        return found[0] if len(found) == 1 else numbers_of(found)

    def link(self, each: Wanted) -> tuple[Customer | None, Entry | None, str] | str:
        """(stored, entry, warning) of the customer meant; both None for a new one; a sentence when refused."""
        if each.number:
            stored = self.numbered.get(each.number)
            if stored is not None:
                return self._of_number(stored, each)
            if entry := self.by_number.get(each.number):
                return self.stored.get(entry.target or 0), entry, ""
        named, entries = self._of_name(each)
        called = [customer.number for customer in named] + [entry.number or "?" for entry in entries]
        numbers = ", ".join(called[:5])
        if not each.number:
            if len(named) + len(entries) > 1:
                return _("Several customers are called “%(name)s” (%(numbers)s); give the number.") % {
                    "name": each.name[:60],
                    "numbers": numbers,
                }
            if named:
                return named[0], self.by_target.get(named[0].pk), ""
            return None, entries[0] if entries else None, ""
        # A number that we gave, or are about to give, says nothing about the number elsewhere: the equal name links.
        ours = [customer for customer in named if OWN_NUMBER.match(customer.number)]
        fresh = [entry for entry in entries if not entry.number]
        if len(named) + len(entries) == 1 and (ours or fresh):
            each.kept = {LABELS["number"]: each.number, **each.kept}
            if ours:
                return ours[0], self.by_target.get(ours[0].pk), ""
            return None, fresh[0], ""
        if named or entries:
            text = _("A customer of the same name has the number %(numbers)s; this one is entered beside it.")
            return None, None, text % {"numbers": numbers}
        return None, None, ""

    def _of_number(self, stored: Customer, each: Wanted) -> tuple[Customer | None, Entry | None, str] | str:
        if not self.viewer.sees(stored):
            return _("The customer number %(number)s is taken.") % {"number": each.number}
        became = self._became.get(stored.pk)
        if became is not None and became.archived_at is None and self.viewer.sees(became):
            # The row speaks of a part of it: that one's name is not the whole's.
            each.fields = {key: value for key, value in each.fields.items() if key not in ("name", "short_name")}
            return became, self.by_target.get(became.pk), followed(each.number, became.number)
        if stored.archived_at is not None:
            return _("The customer %(number)s was put away; bring it back before importing it.") % {
                "number": each.number
            }
        return stored, self.by_target.get(stored.pk), ""

    def _of_name(self, each: Wanted) -> tuple[list[Customer], list[Entry]]:
        if not each.name_key:
            return [], []
        named = self.named.get(each.name_key, [])
        known = {customer.pk for customer in named}
        return named, [e for e in self.by_name.get(each.name_key, []) if e.target is None or e.target not in known]

    def note(self, each: Wanted, decision: Decision, stored: Customer | None, entry: Entry | None) -> Entry:
        """Remember what the file said of a customer that it speaks of again."""
        if entry is None:
            making = decision.work if isinstance(decision.work, Making) else None
            entry = Entry(
                each.row, stored.pk if stored else None, stored.number if stored else each.number, making=making
            )
            entry.link = making.link if making is not None else link_of(each, stored)
            if stored is not None:
                self.by_target[stored.pk] = entry
            if making is not None:
                self.pending.append(entry)
        entry.rows.append((each.row, decision.act))
        if each.number:
            self.by_number.setdefault(each.number, entry)
        if each.name_key and entry not in self.by_name[each.name_key]:
            self.by_name[each.name_key].append(entry)
        for key, value in statements(each).items():
            entry.said.setdefault(key, (value, each.row))
        entry.people.update([name_key(str(given["name"])) for given in each.people])
        if each.tags:
            before = entry.said.get("tags", ((), 0))[0]
            entry.said["tags"] = (tuple({*before, *each.tags}), each.row)
        return entry

    def settle(self, made: dict[int, Any]) -> None:
        """Entries of customers just made (by the id of their making) are from now on found in the archive."""
        for entry in self.pending:
            customer = made[id(entry.making)]
            entry.target, entry.number, entry.making = customer.pk, entry.number or customer.number, None
            self.by_target[customer.pk] = entry
        self.pending.clear()
