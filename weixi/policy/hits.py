"""What the palette finds of the policy: clauses and rules by number, title and sound."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.kernel.search.text import Doc, entry_text, meets, question
from weixi.kernel.slices import Hit
from weixi.organisation.scope import Viewer
from weixi.policy.queries.versions import version_in_force, versions_in_force

# (number, title, what it is found by) of each clause and each rule.
Entry = tuple[str, str, tuple[str, ...]]
SHORTEST = 2


def clause_hits(viewer: Viewer, text: str, limit: int) -> Iterable[Hit]:
    """Clauses and rules of the version in force; everybody reads the policy. One small query.

    They are not pinned: a key would be their number, and the next version may give it to another clause.
    """
    found = version_in_force() if len(text) >= SHORTEST else None
    if found is None:
        return ()
    asked = question(text)
    hits = [_hit(number, title) for number, title, tokens in _entries(found.pk) if meets(tokens, asked)]
    return hits[:limit]


@lru_cache(maxsize=4)
def _entries(version: int) -> tuple[Entry, ...]:
    policy = next(each.policy for each in versions_in_force() if each.pk == version)
    named = {clause.id: clause.title for clause in policy.clause}
    named |= {rule.clause: rule.title for rule in policy.rules}
    return tuple(
        (number, title, tuple(entry_text(Doc("clause", 0, "", names=(title,), codes=(number,))).split()))
        for number, title in named.items()
    )


def _hit(number: str, title: str) -> Hit:
    return Hit(
        title=f"{number} {title}",
        url=reverse("policy-clause", args=[number]),
        sub=str(_("Policy in force")),
        icon="doc",
    )
