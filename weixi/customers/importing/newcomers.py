"""Rows about people who may not be entered again: told in the check, like any other fault of a row."""

from __future__ import annotations

from collections.abc import Sequence

from weixi.customers.enums import CustomerKind
from weixi.customers.importing.customer_values import Wanted
from weixi.customers.models import Customer
from weixi.customers.services.intake import Newcomer, refusals


def refuse_customers(asked: Sequence[Wanted]) -> None:
    """Add the reason to the faults of rows that name a person who may not be entered."""
    people = [each for each in asked if each.fields.get("kind") == CustomerKind.PERSON]
    newcomers = [
        Newcomer(
            each.name,
            (each.fields.get("phone", ""), each.fields.get("other_phone", "")),
            each.fields.get("email", ""),
            each.fields.get("wechat", ""),
            each.number,
        )
        for each in people
    ]
    for place, reason in refusals(newcomers).items():
        people[place].faults.append(reason)


def refused_contacts(people: Sequence[tuple[int | None, str, dict[str, str]]]) -> dict[int, str]:
    """Reasons by place. Each is (customer's key, its number in the file, the person's values)."""
    ids = {pk for pk, number, _values in people if pk is not None and not number}
    numbers = dict(Customer.objects.filter(pk__in=ids).values_list("pk", "number")) if ids else {}
    newcomers = [
        Newcomer(
            values.get("name", ""),
            (values.get("mobile", ""), values.get("phone", "")),
            values.get("email", ""),
            values.get("wechat", ""),
            number or (numbers.get(pk, "") if pk is not None else ""),
        )
        for pk, number, values in people
    ]
    return refusals(newcomers)
