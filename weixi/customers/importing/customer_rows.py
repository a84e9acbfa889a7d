"""Rows of customers: found by an equal number or an equal full name, made or filled in, never merged by likeness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers import upstream
from weixi.customers.fields.allowed import choice_faults, listed_fields, meant_in
from weixi.customers.importing.customer_entries import Changing, Entry, Making, agree, new_customer, statements
from weixi.customers.importing.customer_known import Known, link_of
from weixi.customers.importing.customer_people import RowPeople
from weixi.customers.importing.customer_values import (
    KEPT_LABELS,
    LABELS_BACK,
    Wanted,
    full_name,
    given_names,
    label_of,
    wanted,
)
from weixi.customers.importing.links import Link
from weixi.customers.importing.masked import faults_of_masked
from weixi.customers.importing.nearest import near_keys, warn_of_nearest
from weixi.customers.importing.newcomers import refuse_customers
from weixi.customers.importing.parents import LaterParents, Promises
from weixi.customers.importing.people import Colleagues
from weixi.customers.importing.persons import Verdict
from weixi.customers.importing.remarks import join_remark, split_remark
from weixi.customers.importing.rights import masked_faults, shown_back
from weixi.customers.importing.rows import MOST_WARNINGS, Act, Context, Decision, Hindsight, PlainHandler, Row
from weixi.customers.models import Customer, Registration
from weixi.customers.naming import name_key
from weixi.customers.services.bulk import CustomerChange, create_customers, update_customers
from weixi.customers.services.lifecycle import change_lifecycle
from weixi.customers.services.owners import assign_customers
from weixi.organisation.enums import Right


class CustomerRows(PlainHandler):
    """The handler of customers."""

    at_once = 2000

    def __init__(self, context: Context) -> None:
        self.context = context
        self.viewer = context.viewer
        self._people: Colleagues | None = None
        self._known = Known(self.viewer)
        self._parents = LaterParents(self.viewer)
        self._promises = Promises(self._known.by_name)
        self._people_of_rows = RowPeople(self.viewer)
        self._warned = 0

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

    @staticmethod
    def foresee(row: Row) -> None:
        """The keys of its near ones: most rows of a file are new."""
        row.read.near = near_keys(row.read)

    # --- deciding -----------------------------------------------------------------------------------

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        self._known.begin()
        self._parents.begin()
        # Copies: deciding adds what it finds in the base.
        asked = [row.read.copy() for row in rows]
        self._listed = listed_fields()
        self._indirect = upstream.are_kept()
        for each in asked if self._listed else ():
            each.fields = meant_in(each.fields, self._listed.values())
        refuse_customers(asked)
        self._known.look_up(asked)
        numbers = {key: found[0].number for key, found in self._known.named.items() if len(found) == 1}
        self._people_of_rows.look_up(asked, self._known.stored, numbers)
        decisions = [self._decide(each, row) for each, row in zip(asked, rows, strict=True)]
        if not self.context.writing:
            self._warned += warn_of_nearest(self.viewer, asked, decisions, told=self._warned < MOST_WARNINGS)
            # What another row may wait for (`context.present`).
            for each, decision in zip(asked, decisions, strict=True) if self.context.present else ():
                if decision.act is Act.REJECT:
                    self._promises.refused(each)
        return decisions

    def hindsight(self) -> Sequence[Hindsight]:
        return self._promises.broken()

    def left_over(self) -> Sequence[tuple[int, str]]:
        return self._parents.left_over()

    def _decide(self, each: Wanted, row: Row) -> Decision:
        if not each.name and not each.number:
            return self._no(each, _("The row names no customer: it has neither a number nor a name."), *each.faults)
        if each.faults:
            return Decision(each.row, Act.REJECT, reasons=each.faults)
        owner, why = self._owner(each)
        if why:
            return self._no(each, why)
        if each.through and (why := self._through(each)):
            return self._no(each, why)
        link = self._known.link(each)
        if isinstance(link, str):
            return self._no(each, link)
        stored, entry, warning = link
        if entry is not None and (why := self._contradiction(entry, each)):
            if each.number:
                # The row is refused, but whom its number means is known: a later row may give it alone.
                self._known.by_number.setdefault(each.number, entry)
            return self._no(each, why)
        if each.masked and (faults := self._masked(each, stored)):
            return Decision(each.row, Act.REJECT, reasons=faults)
        whose = entry.link if entry is not None else link_of(each, stored)
        people, reasons = self._people_of_rows.weigh(each, whose) if each.people else ([], [])
        if reasons:
            return Decision(each.row, Act.REJECT, reasons=reasons)
        if each.lent and stored is not None:
            self._people_of_rows.give_back(each, stored.pk)
        if stored is None and entry is None:
            decision = self._create(each, owner, whose)
        elif stored is None:
            assert entry is not None
            decision = self._fill(entry, each, owner)
        else:
            decision = self._change(stored, entry, each, owner)
        decision.warning = decision.warning or warning
        if decision.act is not Act.REJECT:
            if people:
                self._take(people, decision, row)
            if entry is not None or self._again(row):
                entry = self._known.note(each, decision, stored, entry)
            if each.later:
                decision.warning = decision.warning or self._parents.wait(decision, each)
                if not self.context.writing:
                    self._promises.wait(decision, each, entry)
        return decision

    def _take(self, people: Sequence[Verdict], decision: Decision, row: Row) -> None:
        """Have the row's people written with it."""
        decision.contacts = self._people_of_rows.take(people, again=self._again(row))
        if decision.act is Act.SAME and any(decision.contacts):
            decision.act = Act.UPDATE
        decision.warning = decision.warning or " ".join(verdict.warning for verdict in people if verdict.warning)

    def _again(self, row: Row) -> bool:
        """Whether the file speaks of the row's customer in several rows."""
        repeated = self.context.repeated
        return bool(repeated) and any(hash(key) in repeated for key in self.keys(row))

    def _masked(self, each: Wanted, stored: Customer | None) -> list[str]:
        """Why the masked values of a row are not those of its customer; a new one has none."""
        known: dict[str, Any] = {}
        if stored is not None:
            known = {LABELS_BACK[label]: value for label, value in split_remark(stored.remark, KEPT_LABELS)[1].items()}
            form = self._known.forms.get(stored.pk)
            for name in each.masked:
                if hasattr(stored, name):
                    known[name] = getattr(stored, name)
                elif form is not None and hasattr(form, name):
                    known[name] = getattr(form, name)
        return faults_of_masked(each.masked, known, {name: label_of(name) for name in each.masked})

    @staticmethod
    def _no(each: Wanted, *reasons: str) -> Decision:
        return Decision(each.row, Act.REJECT, reasons=list(reasons))

    def _owner(self, each: Wanted) -> tuple[Any, str]:
        if not each.owner:
            return None, ""
        if self._people is None:
            self._people = Colleagues(self.viewer)
        return self._people.owner(each.owner)

    def _through(self, each: Wanted) -> str:
        if not self._indirect:
            return _("The policy keeps direct customers only: nobody is reached through another.")
        found = self._known.parent(each)
        if isinstance(found, Customer):
            each.fields["through"] = found
            return ""
        if found:
            return _("Several customers are called “%(name)s”: %(numbers)s.") % {
                "name": each.through[:60],
                "numbers": found,
            }
        if (key := name_key(each.through)) == each.name_key:
            return _("A customer cannot be reached through itself.")
        if hash(f"name:{key}") in self.context.present:
            each.later = key
            return ""
        return _("“%(name)s”, through which it is reached, is not in the archive yet; import it first.") % {
            "name": each.through[:60]
        }

    def _contradiction(self, entry: Entry, each: Wanted) -> str:
        for key, value in statements(each).items():
            if key in entry.said and not agree(entry.said[key][0], value):
                other, row = entry.said[key]
                said = {"row": row, "other": str(other)[:40], "field": label_of(key), "value": str(value)[:40]}
                text = (
                    _("Row %(row)d of the same customer says “%(other)s” for %(field)s, this one “%(value)s”.") % said
                )
                several = entry.people and any(
                    name_key(str(person["name"])) not in entry.people for person in each.people
                )
                if not several:
                    return text
                return f"{text} " + _("If it is the contact's own, match the column to the contact's field.")
        return ""

    def _create(self, each: Wanted, owner: Any, whose: Link) -> Decision:
        fields = {**each.fields}
        if faults := [*masked_faults(self.viewer, "customers", fields), *self._unlisted(fields)]:
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
            link=whose,
            decisions=[decision],
        )
        return decision

    def _fill(self, entry: Entry, each: Wanted, owner: Any) -> Decision:
        """A further row about a customer that this file brings."""
        fresh = {key: value for key, value in statements(each).items() if key not in entry.said}
        if faults := self._unlisted(fresh):
            return Decision(each.row, Act.REJECT, reasons=faults)
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
        form = self._known.forms.get(stored.pk) or Registration()
        for name, value in each.fields.items():
            if name in said:
                continue
            old = getattr(stored, name) if hasattr(stored, name) else getattr(form, name)
            if old != value and not shown_back(self.viewer, "customers", name, value, old):
                changing.fields[name] = value
        remark = self._remark(stored, said, each)
        if remark != stored.remark:
            changing.fields["remark"] = remark
        known = self._known.tags[stored.pk].union(said.get("tags", ((), 0))[0])
        changing.tags = tuple(tag for tag in each.tags if tag not in known)
        if owner is not None and owner.pk != stored.owner_id and "owner" not in said:
            if self.viewer.user is not None and not self.viewer.may(Right.CUSTOMERS_ASSIGN):
                return self._no(each, _("You cannot give this customer to another owner."))
            changing.owner = owner
        if stored.pk == getattr(changing.fields.get("through"), "pk", None):
            return self._no(each, _("A customer cannot be reached through itself."))
        if faults := [*masked_faults(self.viewer, "customers", changing.fields), *self._unlisted(changing.fields)]:
            return Decision(each.row, Act.REJECT, reasons=faults)
        differs = each.later or changing.fields or changing.tags or changing.owner or changing.lifecycle
        decision = Decision(each.row, Act.UPDATE if differs else Act.SAME, target=stored.pk)
        decision.work = changing if differs else None
        # A further row of the same portion sees what this one is about to write.
        for name, value in changing.fields.items():
            setattr(stored if hasattr(stored, name) else form, name, value)
        self._known.forms[stored.pk] = form
        self._known.tags[stored.pk] |= set(changing.tags)
        stored.lifecycle = changing.lifecycle or stored.lifecycle
        stored.owner_id = owner.pk if changing.owner else stored.owner_id
        return decision

    def _unlisted(self, values: Mapping[str, Any]) -> list[str]:
        """Why the archive does not take what is new in the row: the data standard lists other values."""
        return list(choice_faults(values, self._listed).values())

    @staticmethod
    def _remark(stored: Customer, said: Mapping[str, Any], each: Wanted) -> str:
        fresh = {label: value for label, value in each.kept.items() if label not in said}
        if not fresh and (not each.remark or "remark" in said):
            return stored.remark
        text, kept = split_remark(stored.remark, KEPT_LABELS)
        return join_remark(each.remark or text, {**kept, **fresh})

    # --- writing ------------------------------------------------------------------------------------

    def write(self, decisions: Sequence[Decision]) -> None:
        makings = [each.work for each in decisions if isinstance(each.work, Making)]
        made = create_customers([new_customer(making) for making in makings], viewer=self.viewer)
        for making, customer in zip(makings, made, strict=True):
            for decision in making.decisions:
                decision.target = customer.pk

        def settle(_links: Sequence[Link]) -> None:
            for making, customer in zip(makings, made, strict=True):
                making.link.target = customer.pk

        self._people_of_rows.people.write(settle)
        if self._known.pending:
            self._known.settle({id(making): customer for making, customer in zip(makings, made, strict=True)})
        self._write_changes([each.work for each in decisions if isinstance(each.work, Changing)])
        self._parents.link()

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
        self._parents.absorb((target, row.number, row.read.through) for row, target in zip(rows, targets, strict=True))
        for row, target in zip(rows, targets, strict=True):
            if target is None or not self._again(row):
                continue
            each = wanted(row)
            entry = self._known.by_target.get(target)
            if entry is None:
                entry = self._known.by_target[target] = Entry(each.row, target, each.number or "?", link=Link(target))
            self._known.note(each, Decision(row.number, Act.SAME, target), None, entry)
            self._people_of_rows.absorb(each, entry.link)
