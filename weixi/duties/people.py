"""Who does a duty and who is told when it is late: roles of the policy resolved to persons.

Resolved within the customer's owner's surroundings: up the line of supervisors, then in his department
and the departments above it, then in the whole company. The lowest id wins among equals, so that two
runs find the same person.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from weixi.kernel.prepared import Prepared
from weixi.organisation.models import Department, User


class Person(NamedTuple):
    """What the search for a person looks at; the fields are the user's."""

    pk: int
    username: str
    name: str
    role: str
    is_active: bool
    leader_id: int | None
    department_id: int | None

    @property
    def actor(self) -> str:
        """How events name this person."""
        return f"user:{self.pk}"


class Place(NamedTuple):
    """A department as the search walks up."""

    pk: int
    parent_id: int | None
    head_id: int | None
    path: str


_PEOPLE = Prepared(lambda: User.objects.order_by().values_list(*Person._fields))
_DEPARTMENTS = Prepared(lambda: Department.objects.order_by().values_list(*Place._fields))


class People:
    """The company's people as they are now, some hundreds of rows at most; read when first asked for, so
    make one per piece of work."""

    @classmethod
    def load(cls) -> People:
        return cls()

    @cached_property
    def by_id(self) -> dict[int, Person]:
        return {row[0]: Person._make(row) for row in _PEOPLE().rows()}

    @cached_property
    def departments(self) -> dict[int, Place]:
        return {row[0]: Place._make(row) for row in _DEPARTMENTS().rows()}

    @cached_property
    def _by_role(self) -> dict[str, list[Person]]:
        """The active holders of each role, by key."""
        found: dict[str, list[Person]] = {}
        for pk in sorted(self.by_id):
            person = self.by_id[pk]
            if person.is_active:
                found.setdefault(person.role, []).append(person)
        return found

    def active(self, pk: int | None) -> Person | None:
        user = self.by_id.get(pk) if pk is not None else None
        return user if user and user.is_active else None

    def with_role(self, role: str, *, around: Person | None) -> Person | None:
        """The person who holds `role` for somebody: see the module's order of search."""
        for leader in self._line(around):
            if leader.role == role and leader.is_active:
                return leader
        holders = self._by_role.get(role, [])
        for path in self._paths(around):
            for person in holders:
                if self._path(person) == path:
                    return person
        return holders[0] if holders else None

    def head_of(self, user: Person | None) -> Person | None:
        """The head of the person's department, or of the nearest one above that has one."""
        department = self.departments.get(user.department_id or 0) if user else None
        while department is not None:
            if head := self.active(department.head_id):
                return head
            department = self.departments.get(department.parent_id or 0)
        return None

    def assignee(self, rule: str, *, customer_owner: Person | None, subject_owner: Person | None) -> Person | None:
        """The person a rule's `assignee` means; the customer's owner where nobody else is found."""
        if rule == "subject.owner":
            return subject_owner or customer_owner
        if rule.startswith("role:"):
            return self.with_role(rule.removeprefix("role:"), around=customer_owner) or customer_owner
        if rule == "dept_head":
            return self.head_of(customer_owner) or customer_owner
        return customer_owner

    def _line(self, user: Person | None) -> Iterable[Person]:
        seen: set[int] = set()
        while user is not None and user.leader_id and user.leader_id not in seen:
            seen.add(user.leader_id)
            user = self.by_id.get(user.leader_id)
            if user is not None:
                yield user

    def _path(self, user: Person) -> str:
        department = self.departments.get(user.department_id or 0)
        return department.path if department else ""

    def _paths(self, user: Person | None) -> Iterable[str]:
        """The person's department and those above it, the nearest first."""
        department = self.departments.get(user.department_id or 0) if user else None
        while department is not None:
            yield department.path
            department = self.departments.get(department.parent_id or 0)
