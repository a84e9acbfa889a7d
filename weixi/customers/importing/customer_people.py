"""The people that a row of a customer file names: each becomes a contact of the row's customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.importing.customer_values import LABELS, Wanted
from weixi.customers.importing.links import Link
from weixi.customers.importing.newcomers import refused_contacts
from weixi.customers.importing.persons import People, Verdict, read_person
from weixi.customers.importing.rights import may_import
from weixi.customers.importing.rows import Act
from weixi.customers.importing.specs import CONTACTS
from weixi.organisation.scope import Viewer


class RowPeople:
    """Reads, weighs and takes the people of a portion's rows."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.people = People(viewer)

    def look_up(self, asked: Sequence[Wanted], stored: Iterable[int], number_of: Mapping[str, str]) -> None:
        """A portion is decided (anew). `stored` are the customers it can meet, `number_of` has their numbers by their names.
        No query when no row names anybody."""
        named = [each for each in asked if each.people]
        if not named and not any(each.lent for each in asked):
            return
        self.people.begin()
        self.people.look_up(stored, ())
        closed = {key for each in named for given in each.people for key in given}
        closed = {key for key in closed if not may_import(self.viewer, "contacts", key)}
        places: list[tuple[Wanted, str, dict[str, Any]]] = []
        for each in named:
            number = each.number or number_of.get(each.name_key, "")
            for given in each.people:
                places.append((each, number, given))
                each.faults += [
                    _("%(field)s: your role does not change it; leave the column out.")
                    % {"field": _(CONTACTS.field(key).label)}
                    for key in given
                    if key in closed
                ]
        refused = refused_contacts([(None, number, given) for _each, number, given in places])
        for place, reason in refused.items():
            places[place][0].faults.append(told(places[place][2]["name"], reason))

    def give_back(self, each: Wanted, customer: int) -> None:
        """Take out of a row what a contact of its customer has already: the columns are those of somebody whom the row does
        not name, as in an export without the column of the names."""
        for target, (part, value) in each.lent.items():
            if self.people.has(customer, part, value):
                each.fields.pop(target, None)
                if target in LABELS:
                    each.kept = {label: text for label, text in each.kept.items() if label != LABELS[target]}

    def weigh(self, each: Wanted, link: Link) -> tuple[list[Verdict], list[str]]:
        """(what would be done with the row's people, why the row is not taken). Changes nothing."""
        verdicts: list[Verdict] = []
        reasons: list[str] = []
        for given in each.people:
            person = read_person(each.row, given, link, self.people.listed)
            if person.faults:
                reasons += [told(person.values.get("name", ""), fault) for fault in person.faults]
                continue
            verdict = self.people.weigh(person)
            reasons += [told(person.values["name"], reason) for reason in verdict.reasons]
            verdicts.append(verdict)
        met = [verdict.stored.pk for verdict in verdicts if verdict.stored is not None]
        if len(set(met)) < len(met) and not reasons:
            names = _(", ").join(str(verdict.person.values["name"])[:40] for verdict in verdicts)
            reasons.append(_("%(names)s: two of them are the same contact in the archive.") % {"names": names})
        return verdicts, reasons

    def take(self, verdicts: Sequence[Verdict], *, again: bool) -> tuple[int, int]:
        """Note what is to be done; (contacts to be made, contacts to be changed)."""
        made = changed = 0
        for verdict in verdicts:
            made += verdict.act is Act.CREATE
            changed += verdict.act is Act.UPDATE
            self.people.take(verdict, again=again)
        return made, changed

    def absorb(self, each: Wanted, link: Link) -> None:
        """Learn of a row's people whom an earlier process has written."""
        if each.people and not self.people.listed:
            self.people.begin()
        for given in each.people:
            person = read_person(each.row, given, link, self.people.listed)
            if not person.faults:
                self.people.absorb(person)


def told(name: str, reason: str) -> str:
    """A sentence about one of the people of a row."""
    return _("%(name)s (contact): %(reason)s") % {"name": str(name)[:40], "reason": reason}
