"""What a filter means: a condition on customers, the sentence of its chip, and where few are found at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.filtering.catalogue import list_filter, readable
from weixi.customers.filtering.text import from_text, to_text
from weixi.customers.filtering.tree import Group, Node, Test, simplified, tests_of
from weixi.customers.filtering.values import People, names_of, people_named, read_values
from weixi.customers.queries.listing.filters import Asker, Condition, Conditions
from weixi.kernel.errors import Forbidden, Invalid
from weixi.kernel.slices import ListFilter

NAME = "where"


@dataclass(frozen=True, slots=True)
class Meaning:
    """`few`: querysets of ids that together hold all who meet it; empty when no index knows them. `counts`: it is one
    test, for which rows of each customer have to be counted."""

    where: Q
    label: Any
    words: str
    few: tuple[QuerySet[Any], ...] = ()
    owners: frozenset[int] | None = None
    grade: str | None = None
    counts: bool = False

    @property
    def sentence(self) -> str:
        return f"{self.label} {self.words}" if self.label else self.words


class Reader:
    """Reads trees for one viewer; the names of all people in a tree are asked for once."""

    def __init__(self, asker: Asker, tree: Node) -> None:
        self.asker = asker
        tests = list(tests_of(tree))
        self.filters: Mapping[str, ListFilter | None] = {
            code: list_filter(asker, code) for code in {test.field for test in tests}
        }
        self.names = names_of({pk for test in tests if self._takes_people(test) for pk in people_named(test.values)})

    def _takes_people(self, test: Test) -> bool:
        known = self.filters.get(test.field)
        op = known.op(test.op) if known else None
        return op is not None and "people" in op.takes

    def meaning(self, node: Node) -> Meaning:
        """Raises Invalid for what the list does not know or cannot read, Forbidden for what is masked."""
        return self._test(node) if isinstance(node, Test) else self._group(node)

    def _test(self, test: Test) -> Meaning:
        known = self.filters.get(test.field)
        if known is None:
            raise Invalid(_("The list has no filter “%(name)s”.") % {"name": test.field[:40]}, code="filter.unknown")
        if known.field and not readable(self.asker.viewer, known.field):
            raise Forbidden(
                _("“%(name)s” is masked for you, so the list cannot be filtered by it.") % {"name": known.label},
                code="filter.masked",
            )
        op = known.op(test.op)
        if op is None:
            raise Invalid(
                _("“%(name)s” cannot be asked for “%(op)s”.") % {"name": known.label, "op": test.op[:40]},
                code="filter.unknown",
            )
        try:
            read = read_values(
                op.takes,
                test.values,
                viewer=self.asker.viewer,
                choices=self._choices(known) if {"choice", "choices"} & set(op.takes) else {},
                names=self.names,
            )
        except ValueError as error:
            raise Invalid(
                _("%(filter)s: %(reason)s") % {"filter": known.label, "reason": error}, code="filter.unreadable"
            ) from None
        values = [each.value for each in read]
        words = str(op.words) % dict(zip("ab", (each.words for each in read), strict=False))
        where = op.where(*values)
        if test.negated:
            return Meaning(~where, known.label, _("not: %(words)s") % {"words": words})
        return Meaning(
            where,
            known.label,
            words,
            (op.few(*values),) if op.few else (),
            _owners(test, values),
            _grade(test, values),
            op.counts,
        )

    def _choices(self, known: ListFilter) -> dict[str, str]:
        found = known.choices(self.asker.viewer) if known.choices else ()
        return {code: str(label) for code, label in found}

    def _group(self, group: Group) -> Meaning:
        parts = [self.meaning(item) for item in group.items]
        where = Q()
        few: tuple[QuerySet[Any], ...] = ()
        if group.way == "all":
            for part in parts:
                where &= part.where
            few = next((part.few for part in parts if part.few), ())
        else:
            for place, part in enumerate(parts):
                where = where | part.where if place else part.where
            if all(part.few for part in parts):
                few = tuple(rows for part in parts for rows in part.few)
        sign = _(" and ") if group.way == "all" else _(" or ")
        words = sign.join(f"（{part.words}）" if not part.label and len(parts) > 1 else part.sentence for part in parts)
        if group.negated:
            return Meaning(~where, "", _("not: %(words)s") % {"words": words})
        return Meaning(where, "", words, few)


def _owners(test: Test, values: list[Any]) -> frozenset[int] | None:
    """Whose customers alone can meet it, for a list that is read along its owners' indexes."""
    if (test.field, test.op) != ("owner", "in"):
        return None
    people: People = values[0]
    return None if people.nobody else people.ids


def _grade(test: Test, values: list[Any]) -> str | None:
    """The one grade that can meet it (empty: none), for a list that is read along an index of grade and name."""
    if (test.field, test.op) != ("grade", "in") or len(values[0]) != 1:
        return None
    return "" if values[0][0] == "none" else str(values[0][0])


def conditions_of(asker: Asker, tree: Node) -> tuple[Condition, ...]:
    """One condition per item of the outermost group, each a chip that can be taken away. Raises as `meaning`."""
    whole = simplified(tree)
    reader = Reader(asker, whole)
    found = []
    for item in whole.items:
        meaning = reader.meaning(item)
        found.append(
            Condition(
                NAME, meaning.label or GROUP, meaning.words, (to_text(item),), meaning.where,
                lookups=meaning.few, owners=meaning.owners, grade=meaning.grade, counts=meaning.counts,
            )
        )  # fmt: skip
    return tuple(found)


GROUP = gettext_lazy("Condition")


def with_filter(asker: Asker, conditions: Conditions, text: str) -> Conditions:
    """The conditions of an address together with those of its filter text. Raises as `meaning`, and Invalid
    for a text that cannot be read."""
    if not text.strip():
        return conditions
    return Conditions((*conditions.items, *conditions_of(asker, from_text(text))), conditions.notes)


def without(tree: Group, item: str) -> Group:
    """The filter without the item of the outermost group that reads so."""
    items = list(tree.items)
    for place, each in enumerate(items):
        if to_text(each) == item:
            del items[place]
            break
    return Group("all", tuple(items))
