"""The language of the matrix: one line per route.

    name          methods   args          who                      data
    customer      GET       pk=customer   seen
    people        GET       -             person
    person-edit   GET,POST  pk=@person    people.manage            name=x

`args`: what the address takes, as `name=kind`; a kind has one object of each owner, `@kind` one object that
belongs to nobody, `=5` a plain value after `name=`.
`who`: words joined by `+`, all of which must hold: `anyone` (no log-in), `person` (any log-in), `leaves` (ends at the log-in page), `seen` (the
object is in the person's data scope), `self` (it is his own), a right, or `@approver` and
the like (whom the policy names, see `policy_roles`); `a|b`: one of them is enough, and the first says what is answered
otherwise. Not seen and not his own answer 404, a missing right 403, nobody logged in the log-in page (302)
or, for the API, 401.
`data`: what a POST needs to reach the decision, as in an address; behind a `?` it stands in the address itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.security.world import SEES, World
from weixi.organisation.enums import ROLE_RIGHTS, Right
from weixi.policy.queries import policy_in_force

PASSES = "passes"
# Words whose refusal hides that there is anything.
HIDDEN = {"seen", "self"}


@dataclass(frozen=True)
class Route:
    """One line for one method."""

    name: str
    method: str
    args: tuple[tuple[str, str], ...]
    who: tuple[str, ...]
    data: str = ""

    @property
    def kinds(self) -> list[str]:
        """The kinds of object in the address that have an owner."""
        return [kind for _name, kind in self.args if kind[0] not in "@="]

    def arguments(self, world: World, owner: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, kind in self.args:
            if kind.startswith("@"):
                found[name] = world.shared[kind[1:]]
            elif kind.startswith("="):
                found[name] = int(kind[1:]) if kind[1:].isdigit() else kind[1:]
            else:
                found[name] = world.objects[kind][owner]
        return found

    def expected(self, world: World, role: str | None, owner: str) -> set[object]:
        """`{PASSES}`, or the refusals that are right for this person and this object."""
        if self.who == ("anyone",):
            return {PASSES}
        if role is None or self.who == ("leaves",):
            return {"log in"}
        refusals: set[object] = set()
        for word in self.who:
            if not any(_holds(one, world, role, owner) for one in word.split("|")):
                refusals.add(404 if word.split("|")[0] in HIDDEN else 403)
        return refusals or {PASSES}


def _holds(word: str, world: World, role: str, owner: str) -> bool:
    if word in {"person", "anyone"}:
        return True
    if word == "seen":
        return owner in SEES[role]
    if word == "self":
        return owner == role
    user = world.person(role)
    if word.startswith("@"):
        return user.role in policy_roles(word)
    rights = {right.value for right in ROLE_RIGHTS[user.role][1]}
    return word in rights or word in given_by_policy(user.role)


def given_by_policy(role: str) -> set[str]:
    """The rights that the policy in force gives a role by naming it (G-12)."""
    grading = policy_in_force().grading
    named = {"grading.judge": grading.collected_by, "grading.run": grading.graded_by}
    return {right for right, who in named.items() if who == role}


def policy_roles(word: str) -> set[str]:
    """The roles that the policy in force names for an act."""
    grading = policy_in_force().grading
    override = grading.override
    return {
        "@approver": {str(grading.approve_by)},
        "@override_asker": {*override.asked_by, str(override.approved_by), *_with_right(Right.GRADING_OVERRIDE)},
        "@override_approver": {str(override.approved_by)},
    }[word]


def _with_right(right: Right) -> set[str]:
    return {str(role) for role, (_scope, rights) in ROLE_RIGHTS.items() if right in rights}


def read_table(text: str) -> list[Route]:
    """The routes of a table; lines that are empty or begin with # are passed over."""
    routes = list(_read(text))
    keys = [(route.name, route.method) for route in routes]
    twice = {key for key in keys if keys.count(key) > 1}
    assert not twice, f"in the table twice: {sorted(twice)}"
    return routes


def _read(text: str) -> Iterator[Route]:
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, methods, args, who, *rest = line.split(None, 4)
        pairs = tuple((word.split("=", 1)[0], word.split("=", 1)[1]) for word in args.split(",") if word != "-")
        for method in methods.split(","):
            yield Route(name, method, pairs, tuple(who.split("+")), rest[0].strip() if rest else "")
