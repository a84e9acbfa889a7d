"""Which clause of the text governs a place of the document: numbers of clauses stand in the policy, never in the program."""

from __future__ import annotations

import re

from weixi.policy.document.checks import PLACEHOLDER
from weixi.policy.document.paths import PathError, resolve
from weixi.policy.document.policy import Policy
from weixi.policy.document.section import Cited

_LAST = re.compile(r"(?:\.[^.\[\]]+|\[[^\[\]]+\])$")


def clause_of(policy: Policy, path: str) -> str | None:
    """The id of the clause that governs a place (`archive.record_card`, `archive.group[business]`, a rule); None for none.

    The place itself is asked first, then what is around it: what the section cites, else the first clause whose rules or
    text name it. Only clauses of this document count.
    """
    known = {clause.id for clause in policy.clause}
    while path:
        if (cited := _cited(policy, path)) in known:
            return cited
        if (named := _naming(policy, path)) is not None:
            return named
        shorter = _LAST.sub("", path)
        path = shorter if shorter != path else ""
    return None


def clause_on(policy: Policy, event: str) -> str | None:
    """The id of the clause whose rule opens a duty on this event (`customer.owner_changed`); None for none."""
    rule = next((rule for rule in policy.deadline if rule.opens_on == event), None)
    return clause_of(policy, rule.clause) if rule is not None else None


def _cited(policy: Policy, path: str) -> str | None:
    try:
        found = resolve(policy, path)
    except PathError:
        return None
    return found.clause if isinstance(found, Cited) else None


def _naming(policy: Policy, path: str) -> str | None:
    """Of several the one whose number the rule carries, else the first whose rules have it, else whose text does."""
    ruled = [clause.id for clause in policy.clause if path in clause.rules]
    if ruled:
        return next((number for number in ruled if path.startswith(number)), ruled[0])
    texts = ((clause.id, PLACEHOLDER.finditer(clause.text)) for clause in policy.clause)
    return next((number for number, found in texts if any(each.group(1).strip() == path for each in found)), None)
