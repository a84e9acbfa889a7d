"""Customers that one unit of work has just entered many at once: what stands in their archives, without reading it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from weixi.customers.fields.catalogue import all_fields
from weixi.customers.models import Customer, Registration
from weixi.customers.queries.archive import CONTACT_KEYS, CUSTOMER_KEYS, FORM_KEYS, SAME_AS
from weixi.kernel.events.work import UnitOfWork

NONE: frozenset[str] = frozenset()


class Entered(NamedTuple):
    """A customer as it was written, with its form and the values of its custom fields."""

    customer: Customer
    form: Registration
    custom: Mapping[str, Any]


class Alike(NamedTuple):
    """Customers whose archives hold the same: of each key whether it is filled, and the `kind` and `grade`, as
    `archive_values` says it."""

    values: Mapping[str, Any]
    ids: list[int]


def just_entered(work: UnitOfWork, ids: Collection[int]) -> dict[int, Entered]:
    """Those of these customers that the unit has entered and of whom it states nothing else."""
    known = work.only_entered()
    return {pk: known[pk] for pk in ids if pk in known} if known else {}


def alike_archives(entered: Mapping[int, Entered], keys: Collection[str]) -> list[Alike]:
    """These customers, those together in whose archives the same of these keys is filled; they have no people yet."""
    wanted = {SAME_AS.get(key, key) for key in keys} - {"kind"}
    main = [key for key in CUSTOMER_KEYS if key in wanted]
    form = [key for key in FORM_KEYS if key in wanted]
    found: dict[Any, list[int]] = defaultdict(list)
    for pk, (customer, registration, custom) in entered.items():
        filled = (*map(bool, map(vars(customer).get, main)), *map(bool, map(vars(registration).get, form)))
        own = frozenset([key for key, value in custom.items() if value not in (None, ())]) if custom else NONE
        found[customer.kind, customer.grade, filled, own].append(pk)
    empty = dict.fromkeys((f"contact_{key}" for key in CONTACT_KEYS), False)
    empty |= {field.key: False for field in all_fields().values() if field.custom}
    made = []
    for (kind, grade, filled, own), ids in found.items():
        values = empty | dict(zip((*main, *form), filled, strict=True)) | dict.fromkeys(own & empty.keys(), True)
        values |= {name: values[key] for name, key in SAME_AS.items() if key in values}
        made.append(Alike({**values, "kind": kind, "grade": grade}, ids))
    return made
