"""Rows of contacts: people at customers, one a row."""

from __future__ import annotations

from collections.abc import Sequence

from weixi.customers.importing.linking import Ask, CustomerLinks
from weixi.customers.importing.links import Link
from weixi.customers.importing.newcomers import refused_contacts
from weixi.customers.importing.persons import People, Person, name_of, read_person
from weixi.customers.importing.rows import Act, Context, Decision, PlainHandler, Row
from weixi.customers.naming import name_key


class ContactRows(PlainHandler):
    """The handler of contacts."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.links = CustomerLinks(context.viewer, create=context.create_customers)
        self.people = People(context.viewer)

    @staticmethod
    def key_fields() -> tuple[str, ...]:
        return ("name", "last_name", "first_name", "customer_name", "customer_number")

    @staticmethod
    def keys(row: Row) -> Sequence[str]:
        values = row.values
        customer = values.get("customer_number") or name_key(values.get("customer_name", ""))
        return [f"{customer}|{name_key(name_of(values))}"]

    @staticmethod
    def group(row: Row) -> str:
        return ""

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        self.people.begin()
        people = [self._person(row, link) for row, link in zip(rows, self.links.resolve(_asks(rows)), strict=True)]
        told = refused_contacts(
            [
                (each.link.target, str(row.values.get("customer_number", "")), each.values)
                for row, each in zip(rows, people, strict=True)
            ]
        )
        for place, reason in told.items():
            people[place].faults.append(reason)
        targets = [each.link.target for each in people if each.link.target is not None]
        self.people.look_up(targets, [each.values for each in people])
        return [self._decide(row, each) for row, each in zip(rows, people, strict=True)]

    def _decide(self, row: Row, each: Person) -> Decision:
        if each.link.fault:
            each.faults.append(each.link.fault)
        if each.faults:
            return Decision(row.number, Act.REJECT, reasons=each.faults)
        verdict = self.people.weigh(each)
        decision = Decision(row.number, verdict.act, reasons=verdict.reasons, warning=verdict.warning or each.link.note)
        if verdict.act is not Act.REJECT:
            decision.target = verdict.stored.pk if verdict.stored is not None else None
            self.people.take(verdict, again=self._again(row), target=decision)
        return decision

    def _again(self, row: Row) -> bool:
        return any(hash(mark) in self.context.repeated for mark in self.keys(row))

    def write(self, decisions: Sequence[Decision]) -> None:
        self.people.write(self.links.make)

    def absorb(self, rows: Sequence[Row], targets: Sequence[int | None]) -> None:
        self.people.begin()
        again = [row for row in rows if self._again(row)]
        for row, link in zip(again, self.links.resolve(_asks(again)), strict=True):
            self.people.absorb(self._person(row, link))

    def _person(self, row: Row, link: Link) -> Person:
        return read_person(row.number, row.values, link, self.people.listed, row.faults)


def _asks(rows: Sequence[Row]) -> list[Ask]:
    return [Ask(row.values.get("customer_number", ""), row.values.get("customer_name", "")) for row in rows]
