"""Rows of customers: found by an equal number or an equal full name, made or filled in, never merged by likeness."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from weixi.customers.fields import values_of
from weixi.customers.importing.custom_columns import custom_keys, lay_beside
from weixi.customers.importing.customer_entries import (
    Changing,
    Entry,
    Making,
    agree,
    new_customer,
    numbers_of,
    statements,
)
from weixi.customers.importing.customer_values import (
    KEPT_LABELS,
    LABELS,
    Wanted,
    full_name,
    given_names,
    label_of,
    wanted,
)
from weixi.customers.importing.nearest import warn_of_nearest
from weixi.customers.importing.newcomers import refuse_customers
from weixi.customers.importing.people import Colleagues
from weixi.customers.importing.remarks import join_remark, split_remark
from weixi.customers.importing.rights import masked_faults, shown_back
from weixi.customers.importing.rows import Act, Context, Decision, Row
from weixi.customers.models import Customer, CustomerTag, Registration
from weixi.customers.naming import name_key
from weixi.customers.services.bulk import CustomerChange, create_customers, update_customers
from weixi.customers.services.lifecycle import change_lifecycle
from weixi.customers.services.numbers import SERIES
from weixi.customers.services.owners import assign_customers
from weixi.kernel.one_of import one_of
from weixi.organisation.enums import Right

OWN_NUMBER = re.compile(rf"^{SERIES}-\d{{5,}}$")


class CustomerRows:
    """The handler of customers."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.viewer = context.viewer
        self._people: Colleagues | None = None
        self._by_number: dict[str, Entry] = {}
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        self._by_target: dict[int, Entry] = {}
        self._pending: list[Entry] = []

    @staticmethod
    def key_fields() -> tuple[str, ...]:
        return ("number", "name", "person_name", "last_name", "first_name", "short_name")

    @staticmethod
    def keys(row: Row) -> Sequence[str]:
        values = row.values
        name = (
            values.get("name")
            or values.get("person_name")
            or full_name(**given_names(values))
            or values.get("short_name")
        )
        keys = [f"number:{values['number']}"] if "number" in values else []
        return [*keys, f"name:{name_key(name)}"] if name else keys

    @staticmethod
    def group(row: Row) -> str:
        return ""

    @staticmethod
    def read(row: Row) -> Wanted:
        return wanted(row)

    # --- deciding -----------------------------------------------------------------------------------

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        for entry in self._pending:
            entry.making = None
        self._pending.clear()
        # Copies: deciding adds what it finds in the base.
        asked = [row.read.copy() for row in rows]
        refuse_customers(asked)
        self._look_up(asked)
        decisions = [self._decide(each, row) for each, row in zip(asked, rows, strict=True)]
        if not self.context.writing:
            warn_of_nearest(self.viewer, asked, decisions)
        return decisions

    def _look_up(self, asked: Sequence[Wanted]) -> None:
        """Everything the portion's rows can meet, in a handful of queries."""
        numbers = {each.number for each in asked if each.number}
        names = {each.name_key for each in asked if each.name_key}
        parents = {name_key(each.through) for each in asked if each.through}
        # Numbers by which this file alone calls a customer that has one of ours.
        called = {entry.target for number in numbers if (entry := self._by_number.get(number)) and entry.target}
        # Uses index: the number's, customer_name_key, primary key.
        rows = Customer.objects.filter(
            one_of("number", numbers) | one_of("pk", called) | one_of("name_key", names | parents) & Q(archived_at=None)
        )
        self._numbered: dict[str, Customer] = {}
        self._named: dict[str, list[Customer]] = defaultdict(list)
        found = list(rows)
        for customer in found:
            self._numbered[customer.number] = customer
            if customer.archived_at is None and self._seen(customer):
                self._named[customer.name_key].append(customer)
        ids = [customer.pk for customer in found]
        self._stored = {customer.pk: customer for customer in found}
        self._forms = Registration.objects.in_bulk(ids) if ids else {}
        lay_beside(self._forms, values_of(ids, custom_keys(each.fields for each in asked)), Registration)
        self._tags: dict[int, set[str]] = defaultdict(set)
        if ids and any(each.tags for each in asked):
            for pk, name in CustomerTag.objects.filter(customer_id__in=ids).values_list("customer_id", "tag__name"):
                self._tags[pk].add(name)

    def _seen(self, customer: Customer) -> bool:
        viewer = self.viewer
        return viewer.sees_all or bool({customer.owner_id, customer.co_owner_id} & viewer.owner_ids)

    def _decide(self, each: Wanted, row: Row) -> Decision:
        if each.faults:
            return Decision(each.row, Act.REJECT, reasons=each.faults)
        if not each.name and not each.number:
            return self._no(each, _("The row names no customer: it has neither a number nor a name."))
        owner, why = self._owner(each)
        if why:
            return self._no(each, why)
        if each.through and (why := self._through(each)):
            return self._no(each, why)
        link = self._link(each)
        if isinstance(link, str):
            return self._no(each, link)
        stored, entry, warning = link
        if entry is not None and (why := self._contradiction(entry, each)):
            if each.number:
                # The row is refused, but whom its number means is known: a later row may give it alone.
                self._by_number.setdefault(each.number, entry)
            return self._no(each, why)
        if stored is None and entry is None:
            decision = self._create(each, owner)
        elif stored is None:
            assert entry is not None
            decision = self._fill(entry, each, owner)
        else:
            decision = self._change(stored, entry, each, owner)
        decision.warning = decision.warning or warning
        if decision.act is not Act.REJECT:
            self._note(each, decision, stored, entry, row)
        return decision

    @staticmethod
    def _no(each: Wanted, reason: str) -> Decision:
        return Decision(each.row, Act.REJECT, reasons=[reason])

    def _owner(self, each: Wanted) -> tuple[Any, str]:
        if not each.owner:
            return None, ""
        if self._people is None:
            self._people = Colleagues(self.viewer)
        return self._people.owner(each.owner)

    def _through(self, each: Wanted) -> str:
        found = self._named.get(name_key(each.through), [])
        if len(found) == 1:
            each.fields["through"] = found[0]
            return ""
        if found:
            return _("Several customers are called “%(name)s”: %(numbers)s.") % {
                "name": each.through[:60],
                "numbers": numbers_of(found),
            }
        return _("“%(name)s”, through which it is reached, is not in the archive yet; import it first.") % {
            "name": each.through[:60]
        }

    def _link(self, each: Wanted) -> tuple[Customer | None, Entry | None, str] | str:
        """(stored, entry, warning) of the customer meant; both None for a new one; a sentence when refused."""
        if each.number:
            stored = self._numbered.get(each.number)
            if stored is not None:
                if not self._seen(stored):
                    return _("The customer number %(number)s is taken.") % {"number": each.number}
                if stored.archived_at is not None:
                    return _("The customer %(number)s was put away; bring it back before importing it.") % {
                        "number": each.number
                    }
                return stored, self._by_target.get(stored.pk), ""
            if entry := self._by_number.get(each.number):
                return self._stored.get(entry.target or 0), entry, ""
        named, entries = self._of_name(each)
        if not each.number:
            if len(named) + len(entries) > 1:
                numbers = [customer.number for customer in named] + [entry.number or "?" for entry in entries]
                return _("Several customers are called “%(name)s” (%(numbers)s); give the number.") % {
                    "name": each.name[:60],
                    "numbers": ", ".join(numbers[:5]),
                }
            if named:
                return named[0], self._by_target.get(named[0].pk), ""
            return None, entries[0] if entries else None, ""
        # A number that we gave, or are about to give, says nothing about the number elsewhere: the equal name links.
        ours = [customer for customer in named if OWN_NUMBER.match(customer.number)]
        fresh = [entry for entry in entries if not entry.number]
        if len(named) + len(entries) == 1 and (ours or fresh):
            each.kept = {LABELS["number"]: each.number, **each.kept}
            if ours:
                return ours[0], self._by_target.get(ours[0].pk), ""
            return None, fresh[0], ""
        if named or entries:
            numbers = [customer.number for customer in named] + [entry.number or "?" for entry in entries]
            text = _("A customer of the same name has the number %(numbers)s; this one is entered beside it.")
            return None, None, text % {"numbers": ", ".join(numbers[:5])}
        return None, None, ""

    def _of_name(self, each: Wanted) -> tuple[list[Customer], list[Entry]]:
        if not each.name_key:
            return [], []
        named = self._named.get(each.name_key, [])
        known = {customer.pk for customer in named}
        return named, [e for e in self._by_name.get(each.name_key, []) if e.target is None or e.target not in known]

    def _contradiction(self, entry: Entry, each: Wanted) -> str:
        for key, value in statements(each).items():
            if key in entry.said and not agree(entry.said[key][0], value):
                other, row = entry.said[key]
                return _("Row %(row)d of the same customer says “%(other)s” for %(field)s, this one “%(value)s”.") % {
                    "row": row,
                    "other": str(other)[:40],
                    "field": label_of(key),
                    "value": str(value)[:40],
                }
        return ""

    def _create(self, each: Wanted, owner: Any) -> Decision:
        fields = {**each.fields}
        if faults := masked_faults(self.viewer, "customers", fields):
            return Decision(each.row, Act.REJECT, reasons=faults)
        name = str(fields.pop("name", "") or each.name or each.number)
        decision = Decision(each.row, Act.CREATE)
        decision.work = Making(
            name=name,
            number=each.number,
            fields=fields,
            text=each.remark,
            kept=dict(each.kept),
            tags=list(each.tags),
            owner_id=owner.pk if owner else None,
            lifecycle=each.lifecycle,
            decisions=[decision],
        )
        return decision

    def _fill(self, entry: Entry, each: Wanted, owner: Any) -> Decision:
        """A further row about a customer that this file brings."""
        fresh = {key: value for key, value in statements(each).items() if key not in entry.said}
        tags = [tag for tag in each.tags if tag not in entry.said.get("tags", ((), 0))[0]]
        decision = Decision(each.row, Act.UPDATE if fresh or tags else Act.SAME)
        if (making := entry.making) is not None:
            # Called by its number or its short name as long as no row has the full one. What was said first
            # stays as it was written then, or the same file would change it the second time.
            making.name = fresh.get("name") or making.name
            making.fields |= {key: value for key, value in each.fields.items() if key != "name" and key in fresh}
            making.kept |= {label: value for label, value in each.kept.items() if label in fresh}
            making.text = fresh.get("remark") or making.text
            making.tags += tags
            making.owner_id = owner.pk if owner else making.owner_id
            making.lifecycle = each.lifecycle or making.lifecycle
            making.decisions.append(decision)
        return decision

    def _change(self, stored: Customer, entry: Entry | None, each: Wanted, owner: Any) -> Decision:
        said = entry.said if entry is not None else {}
        stage = "" if "lifecycle" in said or each.lifecycle == stored.lifecycle else each.lifecycle
        changing = Changing(stored.pk, lifecycle=stage)
        form = self._forms.get(stored.pk) or Registration()
        for name, value in each.fields.items():
            if name in said:
                continue
            old = getattr(stored, name) if hasattr(stored, name) else getattr(form, name)
            if old != value and not shown_back(self.viewer, "customers", name, value, old):
                changing.fields[name] = value
        remark = self._remark(stored, said, each)
        if remark != stored.remark:
            changing.fields["remark"] = remark
        known = self._tags[stored.pk].union(said.get("tags", ((), 0))[0])
        changing.tags = tuple(tag for tag in each.tags if tag not in known)
        if owner is not None and owner.pk != stored.owner_id and "owner" not in said:
            if self.viewer.user is not None and not self.viewer.may(Right.CUSTOMERS_ASSIGN):
                return self._no(each, _("You cannot give this customer to another owner."))
            changing.owner = owner
        if stored.pk == getattr(changing.fields.get("through"), "pk", None):
            return self._no(each, _("A customer cannot be reached through itself."))
        if faults := masked_faults(self.viewer, "customers", changing.fields):
            return Decision(each.row, Act.REJECT, reasons=faults)
        differs = changing.fields or changing.tags or changing.owner or changing.lifecycle
        decision = Decision(each.row, Act.UPDATE if differs else Act.SAME, target=stored.pk)
        decision.work = changing if differs else None
        # A further row of the same portion sees what this one is about to write.
        for name, value in changing.fields.items():
            setattr(stored if hasattr(stored, name) else form, name, value)
        self._forms[stored.pk] = form
        self._tags[stored.pk] |= set(changing.tags)
        stored.lifecycle = changing.lifecycle or stored.lifecycle
        stored.owner_id = owner.pk if changing.owner else stored.owner_id
        return decision

    @staticmethod
    def _remark(stored: Customer, said: Mapping[str, Any], each: Wanted) -> str:
        fresh = {label: value for label, value in each.kept.items() if label not in said}
        if not fresh and (not each.remark or "remark" in said):
            return stored.remark
        text, kept = split_remark(stored.remark, KEPT_LABELS)
        return join_remark(each.remark or text, {**kept, **fresh})

    def _note(self, each: Wanted, decision: Decision, stored: Customer | None, entry: Entry | None, row: Row) -> None:
        """Remember what the file said, where it speaks of a customer again."""
        if entry is None:
            if not any(hash(key) in self.context.repeated for key in self.keys(row)):
                return
            making = decision.work if isinstance(decision.work, Making) else None
            entry = Entry(
                each.row, stored.pk if stored else None, stored.number if stored else each.number, making=making
            )
            if stored is not None:
                self._by_target[stored.pk] = entry
            if making is not None:
                self._pending.append(entry)
        if each.number:
            self._by_number.setdefault(each.number, entry)
        if each.name_key and entry not in self._by_name[each.name_key]:
            self._by_name[each.name_key].append(entry)
        for key, value in statements(each).items():
            entry.said.setdefault(key, (value, each.row))
        if each.tags:
            before = entry.said.get("tags", ((), 0))[0]
            entry.said["tags"] = (tuple({*before, *each.tags}), each.row)

    # --- writing ------------------------------------------------------------------------------------

    def write(self, decisions: Sequence[Decision]) -> None:
        makings = [each.work for each in decisions if isinstance(each.work, Making)]
        made = create_customers([new_customer(making) for making in makings], viewer=self.viewer)
        targets = {id(making): customer for making, customer in zip(makings, made, strict=True)}
        for making, customer in zip(makings, made, strict=True):
            for decision in making.decisions:
                decision.target = customer.pk
        self._settle(targets)
        self._write_changes([each.work for each in decisions if isinstance(each.work, Changing)])

    def _settle(self, made: dict[int, Customer]) -> None:
        """Entries of customers just made are from now on found in the archive."""
        for entry in self._pending:
            customer = made[id(entry.making)]
            entry.target, entry.number, entry.making = customer.pk, entry.number or customer.number, None
            self._by_target[customer.pk] = entry
        self._pending.clear()

    def _write_changes(self, changes: Sequence[Changing]) -> None:
        merged: dict[int, Changing] = {}
        for change in changes:
            one = merged.setdefault(change.customer_id, Changing(change.customer_id))
            one.fields |= change.fields
            one.tags = tuple(dict.fromkeys((*one.tags, *change.tags)))
            one.owner, one.lifecycle = change.owner or one.owner, change.lifecycle or one.lifecycle
        plain = [CustomerChange(pk, one.fields, one.tags) for pk, one in merged.items() if one.fields or one.tags]
        if plain:
            update_customers(plain, viewer=self.viewer)
        owners: dict[int, list[int]] = defaultdict(list)
        people = {one.owner.pk: one.owner for one in merged.values() if one.owner}
        for pk, one in merged.items():
            if one.owner:
                owners[one.owner.pk].append(pk)
            if one.lifecycle:
                change_lifecycle(Customer(pk=pk), one.lifecycle, viewer=self.viewer, reason=_("Import"))
        for owner, ids in owners.items():
            assign_customers(ids, people[owner], viewer=self.viewer, reason=_("Import"))

    def absorb(self, rows: Sequence[Row], targets: Sequence[int | None]) -> None:
        for row, target in zip(rows, targets, strict=True):
            marks = [key for key in self.keys(row) if hash(key) in self.context.repeated]
            if not marks or target is None:
                continue
            each = wanted(row)
            entry = self._by_target.get(target)
            if entry is None:
                entry = self._by_target[target] = Entry(each.row, target, each.number or "?")
            self._note(each, Decision(row.number, Act.SAME, target), None, entry, row)
