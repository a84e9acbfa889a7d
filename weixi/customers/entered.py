"""Customers that one unit of work has just entered many at once: what stands in their archives, without reading it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from weixi.customers.completeness import FULL, Standard
from weixi.customers.fields.catalogue import all_fields, standard_fields
from weixi.customers.models import Customer, Registration
from weixi.customers.quality.judging import Judge
from weixi.customers.queries.archive import CONTACT_KEYS, CUSTOMER_KEYS, FORM_KEYS, SAME_AS
from weixi.kernel.events.work import UnitOfWork

NONE: frozenset[str] = frozenset()


class Entered(NamedTuple):
    """A customer as it was written, with its form and the values of its custom fields.

    `archive`: of each key that the data standard looks at whether it is filled, and the `kind` and `grade`, as
    `archive_values` says it; one object for all whose archives hold the same.
    """

    customer: Customer
    form: Registration
    custom: Mapping[str, Any]
    archive: Mapping[str, Any]


def just_entered(work: UnitOfWork, ids: Collection[int]) -> dict[int, Entered]:
    """Those of these customers that the unit has entered and of whom it states nothing else."""
    known = work.only_entered()
    return {pk: known[pk] for pk in ids if pk in known} if known else {}


def entering(
    customers: Sequence[Customer], forms: Sequence[Registration], custom: Mapping[int, Mapping[str, Any]]
) -> list[Entered]:
    """Customers about to be written, `custom` by their places; each is given the completeness that it will have.

    Set afterwards, it would have every row written twice, and on PostgreSQL every index of it. Only an archive that is
    complete waits for the projection, which states it as a fact.
    """
    fields = standard_fields()
    standard = Standard(fields)
    keys = standard.keys | Judge(fields).key_keys
    archives: dict[int, Mapping[str, Any]] = {}
    for archive, places in _alike(customers, forms, custom, keys):
        percent = standard.percent(archive, kind=archive["kind"], grade=archive["grade"])
        for place in places:
            archives[place] = archive
            if fields and percent < FULL:
                customers[place].completeness = percent
    return [
        Entered(c, form, custom[place], archives[place])
        for place, (c, form) in enumerate(zip(customers, forms, strict=True))
    ]


def _alike(
    customers: Sequence[Customer],
    forms: Sequence[Registration],
    custom: Mapping[int, Mapping[str, Any]],
    keys: Collection[str],
) -> Iterator[tuple[Mapping[str, Any], list[int]]]:
    """What stands in their archives, with the places of those in which the same of these keys is filled; they have no
    people yet."""
    wanted = {SAME_AS.get(key, key) for key in keys} - {"kind"}
    main = [key for key in CUSTOMER_KEYS if key in wanted]
    form = [key for key in FORM_KEYS if key in wanted]
    found: dict[Any, list[int]] = defaultdict(list)
    for place, (customer, registration) in enumerate(zip(customers, forms, strict=True)):
        filled = (*map(bool, map(vars(customer).get, main)), *map(bool, map(vars(registration).get, form)))
        own = (
            frozenset([key for key, value in custom[place].items() if value not in (None, ())])
            if custom[place]
            else NONE
        )
        found[customer.kind, customer.grade, filled, own].append(place)
    empty = dict.fromkeys((f"contact_{key}" for key in CONTACT_KEYS), False)
    empty |= {field.key: False for field in all_fields().values() if field.custom}
    for (kind, grade, filled, own), places in found.items():
        values = empty | dict(zip((*main, *form), filled, strict=True)) | dict.fromkeys(own & empty.keys(), True)
        values |= {name: values[key] for name, key in SAME_AS.items() if key in values}
        yield {**values, "kind": kind, "grade": grade}, places
