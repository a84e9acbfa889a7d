"""Who sees a customer and why, and what a person sees of it: for who sets up roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.access.deciding import FieldAccess, viewer_access
from weixi.customers.access.lines import field_lines
from weixi.customers.fields.catalogue import field_of
from weixi.customers.fields.values import values_of
from weixi.customers.fields.words import words
from weixi.customers.models import Customer
from weixi.kernel.asked import asked_once
from weixi.organisation.enums import Access, DataScope, Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer, viewer_of


@dataclass(frozen=True, slots=True)
class Sees:
    """A person who sees the customer. `why` says by which path of his data scope; `details` and `sensitive`
    how far he gets to those fields."""

    person: User
    why: str
    details: Access
    sensitive: Access
    reveals: bool


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """One field as somebody sees it; `apart`: his role's access to it is set apart from its class."""

    label: Any
    group: Any
    field_class: Any
    access: Access
    apart: bool
    value: str


def company() -> list[User]:
    """Everybody who may log in, with his department; one query."""
    return list(User.objects.filter(is_active=True).select_related("department").order_by("department__path", "name"))


def who_sees(viewer: Viewer, customer: Customer) -> list[Sees]:
    """All who see this customer, and why. Raises Forbidden without the right to change roles.

    The people are read at once: two queries however many they are.
    """
    viewer.require(Right.ROLES_MANAGE)
    people = company()
    by_id = {person.pk: person for person in people}
    by_id |= {owner.pk: owner for owner in _owners(customer) if owner.pk not in by_id}
    with asked_once():
        return list(_sees(people, customer, by_id))


def _sees(people: Sequence[User], customer: Customer, by_id: Mapping[int, User]) -> Iterator[Sees]:
    for person in people:
        if why := reason(person, customer, by_id):
            rules = viewer_access(viewer_of(person))
            details, sensitive = rules.of("contact_mobile"), rules.of("bank_account")
            yield Sees(person, why, details, sensitive, person.may(Right.PERSONAL_REVEAL))


def reason(person: User, customer: Customer, by_id: Mapping[int, User]) -> str:
    """Why the person sees the customer, by the rules of `organisation.scope`; empty when he does not."""
    scope = person.data_scope
    if scope == DataScope.ALL:
        return _("sees all customers")
    for owner in _owners(customer):
        if owner.pk == person.pk:
            return _("looks after it") if owner.pk == customer.owner_id else _("is its second owner")
        if scope == DataScope.OWN:
            continue
        if scope == DataScope.DEPARTMENT and person.department is not None:
            if owner.department is not None and owner.department.path.startswith(person.department.path):
                return _("%(owner)s is of his department: %(department)s") % {
                    "owner": owner.name,
                    "department": owner.department.name,
                }
        elif line := _line(owner, person, by_id):
            return _("%(owner)s is of his team: %(line)s") % {"owner": owner.name, "line": " → ".join(line)}
    return ""


def _owners(customer: Customer) -> list[User]:
    return [owner for owner in (customer.owner, customer.co_owner) if owner is not None]


def _line(owner: User, person: User, by_id: Mapping[int, User]) -> list[str]:
    """The names from the person down to the owner along the line of supervisors; empty when there is none."""
    names, at, seen = [owner.name], owner, {owner.pk}
    while at.leader_id is not None and at.leader_id not in seen:
        above = by_id.get(at.leader_id) or User.objects.get(pk=at.leader_id)
        names.append(above.name)
        if above.pk == person.pk:
            return names[::-1]
        seen.add(above.pk)
        at = above
    return []


def fields_seen(viewer: Viewer, person: User, customer: Customer | None) -> list[FieldSeen]:
    """Every field as the person sees it, with the customer's values when one is given.

    A value is never shown to the viewer beyond what he sees himself. Raises Forbidden as `who_sees`.
    """
    viewer.require(Right.ROLES_MANAGE)
    with asked_once():
        return _fields_seen(viewer, person, customer)


def _fields_seen(viewer: Viewer, person: User, customer: Customer | None) -> list[FieldSeen]:
    theirs, mine = viewer_access(viewer_of(person)), viewer_access(viewer)
    lines = field_lines()
    values: Mapping[str, Any] = {}
    if customer is not None:
        values = values_of([customer.pk], [line.key for line in lines])[customer.pk]
    apart = person.rules.fields
    return [
        FieldSeen(
            field_of(line.key).full_label,
            line.group,
            line.field_class.label,
            theirs.of(line.key),
            line.key in apart,
            _both(line.key, values.get(line.key), theirs, mine),
        )
        for line in lines
    ]


def _both(key: str, value: Any, theirs: FieldAccess, mine: FieldAccess) -> str:
    """The value as the more restricted of the two sees it."""
    if value is None or value == "" or value == []:
        return ""
    if not theirs.sees(key) or not mine.sees(key):
        return ""
    masked: Sequence[FieldAccess] = [each for each in (theirs, mine) if not each.reads(key)]
    return str(masked[0].present(key, value)) if masked else words(field_of(key), value)
