"""What can be known about people and departments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from weixi.kernel.errors import NotFound
from weixi.organisation.enums import Right, Role
from weixi.organisation.models import ApiToken, Department, User
from weixi.organisation.scope import Viewer


def people_for(
    viewer: Viewer, *, text: str = "", role: str = "", department: int | None = None, state: str = "active"
) -> QuerySet[User]:
    """People, by name, e-mail or log-in name. `state` is `active`, `disabled` or `all`.

    Raises Forbidden unless the viewer manages people.
    """
    viewer.require(Right.PEOPLE_MANAGE)
    people = User.objects.select_related("department", "leader").order_by("-is_active", "department__path", "name")
    if text:
        people = people.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(email__icontains=text))
    if role:
        people = people.filter(role=role)
    if department:
        path = Department.objects.filter(pk=department).values_list("path", flat=True).first()
        people = people.filter(department__path__startswith=path) if path else people.none()
    if state != "all":
        people = people.filter(is_active=state != "disabled")
    return people


def get_person_for(viewer: Viewer, pk: int) -> User:
    """One person. Raises Forbidden unless the viewer manages people; NotFound."""
    viewer.require(Right.PEOPLE_MANAGE)
    person = User.objects.select_related("department", "leader").filter(pk=pk).first()
    if person is None:
        raise NotFound(_("There is no such person."))
    return person


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """A department in the tree, with how many people work in it directly."""

    department: Department
    people: int

    @property
    def depth(self) -> int:
        return min(4, self.department.depth)


def department_tree(viewer: Viewer) -> list[DepartmentLine]:
    """All open departments in the order of the tree; two queries."""
    viewer.require(Right.PEOPLE_MANAGE)
    rows = list(
        Department.objects.filter(closed_at=None)
        .select_related("head")
        .annotate(active=Count("people", filter=Q(people__is_active=True)))
    )
    below: dict[int | None, list[Department]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    lines: list[DepartmentLine] = []

    def walk(parent: int | None) -> None:
        for row in sorted(below.get(parent, []), key=lambda each: each.pk):
            lines.append(DepartmentLine(row, row.active))  # type: ignore[attr-defined]
            walk(row.pk)

    walk(None)
    return lines


def get_department_for(viewer: Viewer, pk: int) -> Department:
    """Raises Forbidden unless the viewer manages people; NotFound."""
    viewer.require(Right.PEOPLE_MANAGE)
    department = Department.objects.filter(pk=pk).first()
    if department is None:
        raise NotFound(_("There is no such department."))
    return department


def tokens_of(viewer: Viewer, person: User) -> QuerySet[ApiToken]:
    """A person's tokens, newest first: his own, or anybody's for who manages the installation."""
    if viewer.user is not None and viewer.user.pk != person.pk:
        viewer.require(Right.SYSTEM_MANAGE)
    return person.tokens.order_by("revoked_at", "-created_at")


def get_token_for(viewer: Viewer, person: User, pk: int) -> ApiToken:
    token = tokens_of(viewer, person).filter(pk=pk).first()
    if token is None:
        raise NotFound(_("There is no such token."))
    return token


def people_with(right: Right) -> list[int]:
    """The ids of everybody who may log in and has the right; for works of the night, not for a page."""
    return [person.pk for person in User.objects.filter(is_active=True) if person.may(right)]


def people_matching(text: str, limit: int = 12) -> list[User]:
    """Colleagues who may log in, for pickers: anybody may be named in a follow-up."""
    people = User.objects.filter(is_active=True).select_related("department").order_by("name")
    if text:
        people = people.filter(Q(name__icontains=text) | Q(username__icontains=text))
    return list(people[:limit])


def demo_people(limit: int = 16) -> list[User]:
    """The log-ins a demo shows on its log-in page, leaders first."""
    people = User.objects.filter(is_active=True).exclude(role=Role.ADMIN).order_by("pk")[: limit - 1]
    admins = User.objects.filter(is_active=True, role=Role.ADMIN).order_by("pk")[:1]
    return [*people, *admins]


def names_of_actors(actors: Iterable[str]) -> dict[str, str]:
    """Actor of the log (`user:7`) -> the person's name; what is no person is left out. One query."""
    keys = {int(key) for kind, _colon, key in (actor.partition(":") for actor in actors) if kind == "user"}
    return {f"user:{pk}": name for pk, name in User.objects.filter(pk__in=keys).values_list("pk", "name")}
