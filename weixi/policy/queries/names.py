"""What roles and departments are called besides: the policy's own names and their aliases, one role or department each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from weixi.organisation.enums import Role
from weixi.policy.queries.chains import acting_role
from weixi.policy.queries.versions import version_in_force


def role_named(text: str) -> str:
    """The product's role for a code, a name, an alias or a post of the policy in force; `text` itself where none fits."""
    wanted, version = _plain(text), version_in_force()
    names = {_plain(role.value): role.value for role in Role} | {_plain(str(role.label)): role.value for role in Role}
    if version is not None:
        organisation = version.policy.organisation
        for post in organisation.position:
            names |= dict.fromkeys(map(_plain, (post.code, post.title)), acting_role(post.code, version.policy))
        for role in organisation.role:
            names |= dict.fromkeys(map(_plain, (role.title, *role.also_called)), role.role)
    return names.get(wanted, text)


def department_names(text: str) -> tuple[str, ...]:
    """Every name of the department that the policy in force calls so, its own first; `text` alone where it knows none."""
    version = version_in_force()
    for one in version.policy.organisation.department if version else ():
        names = (one.title, *one.also_called)
        if _plain(text) in map(_plain, (one.code, *names)):
            return tuple(_once((*names, text)))
    return (text,)


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
