"""Who does a duty and who is told when it is late: roles of the policy resolved to persons.

Resolved within the customer's owner's surroundings: up the line of supervisors, then in his department
and the departments above it, then in the whole company. The lowest id wins among equals, so that two
runs find the same person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from weixi.organisation.models import Department, User


@dataclass
class People:
    """The company's people, read once per projection (some hundreds of rows at most)."""

    by_id: dict[int, User] = field(default_factory=dict)
    by_name: dict[str, User] = field(default_factory=dict)
    departments: dict[int, Department] = field(default_factory=dict)

    @classmethod
    def load(cls) -> People:
        people = cls()
        for user in User.objects.all():
            people.by_id[user.pk] = user
            people.by_name[user.username] = user
        people.departments = {department.pk: department for department in Department.objects.all()}
        return people

    def active(self, pk: int | None) -> User | None:
        user = self.by_id.get(pk) if pk is not None else None
        return user if user and user.is_active else None

    def with_role(self, role: str, *, around: User | None) -> User | None:
        """The person who holds `role` for somebody: see the module's order of search."""
        for leader in self._line(around):
            if leader.role == role and leader.is_active:
                return leader
        holders = [user for user in self.by_id.values() if user.role == role and user.is_active]
        for path in self._paths(around):
            near = [user for user in holders if self._path(user) == path]
            if near:
                return min(near, key=lambda user: user.pk)
        return min(holders, key=lambda user: user.pk, default=None)

    def head_of(self, user: User | None) -> User | None:
        """The head of the person's department, or of the nearest one above that has one."""
        department = self.departments.get(user.department_id or 0) if user else None
        while department is not None:
            if head := self.active(department.head_id):
                return head
            department = self.departments.get(department.parent_id or 0)
        return None

    def assignee(self, rule: str, *, customer_owner: User | None, subject_owner: User | None) -> User | None:
        """The person a rule's `assignee` means; the customer's owner where nobody else is found."""
        if rule == "subject.owner":
            return subject_owner or customer_owner
        if rule.startswith("role:"):
            return self.with_role(rule.removeprefix("role:"), around=customer_owner) or customer_owner
        if rule == "dept_head":
            return self.head_of(customer_owner) or customer_owner
        return customer_owner

    def _line(self, user: User | None) -> Iterable[User]:
        seen: set[int] = set()
        while user is not None and user.leader_id and user.leader_id not in seen:
            seen.add(user.leader_id)
            user = self.by_id.get(user.leader_id)
            if user is not None:
                yield user

    def _path(self, user: User) -> str:
        department = self.departments.get(user.department_id or 0)
        return department.path if department else ""

    def _paths(self, user: User | None) -> Iterable[str]:
        """The person's department and those above it, the nearest first."""
        department = self.departments.get(user.department_id or 0) if user else None
        while department is not None:
            yield department.path
            department = self.departments.get(department.parent_id or 0)
