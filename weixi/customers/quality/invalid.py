"""Values that stand in the archive and would be refused if somebody typed them today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from weixi.customers import validators
from weixi.customers.fields.allowed import choice_faults, listed_fields
from weixi.customers.models import Contact, Customer
from weixi.kernel.one_of import one_of

CHECKED = ("phone", "email", "unified_code", "other_phone")
_PATHS = ("phone", "email", "unified_code", "registration__other_phone")
CHECKED_OF_CONTACTS = ("mobile", "phone", "email")


_CHECKS: dict[str, Callable[[str], object]] = {
    "phone": validators.clean_phone,
    "mobile": validators.clean_phone,
    "other_phone": validators.clean_phone,
    "email": validators.clean_email,
    "unified_code": validators.clean_unified_code,
}


def is_refused(name: str, value: str | None) -> bool:
    """Whether the form would refuse this value; an empty one never is."""
    if not value:
        return False
    try:
        _CHECKS[name](value)
    except ValueError:
        return True
    return False


def refused_values(ids: Iterable[int]) -> dict[int, list[str]]:
    """{customer: keys of fields, his people's among them, whose value would be refused}; two queries."""
    ids = list(ids)
    found: dict[int, list[str]] = defaultdict(list)
    listed, of_contacts = listed_fields(), listed_fields("contact")
    paths = [f"registration__{name}" if each.source == "registration" else name for name, each in listed.items()]
    for pk, *values in Customer.objects.filter(one_of("pk", ids)).values_list("pk", *_PATHS, *paths):
        found[pk] += _refused(CHECKED, values)
        found[pk] += choice_faults(dict(zip(listed, values[len(CHECKED) :], strict=True)), listed)
    people = Contact.objects.filter(one_of("customer_id", ids), removed_at=None).order_by()
    for pk, *values in people.values_list("customer_id", *CHECKED_OF_CONTACTS, *of_contacts):
        names = _refused(CHECKED_OF_CONTACTS, values)
        names += choice_faults(dict(zip(of_contacts, values[len(CHECKED_OF_CONTACTS) :], strict=True)), of_contacts)
        found[pk] += [f"contact_{name}" for name in names]
    return {pk: keys for pk, keys in found.items() if keys}


def _refused(names: Sequence[str], values: Sequence[str | None]) -> list[str]:
    """The names of those whose value is refused; the values of these names stand first."""
    return [name for name, value in zip(names, values, strict=False) if is_refused(name, value)]
