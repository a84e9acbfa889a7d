"""The duties of one clause: what the figures beside it count."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weixi.duties.queries.by_clause import waiting_by_rules
from weixi.kernel.errors import NotFound
from weixi.organisation.requests import Asked
from weixi.policy.queries import version_in_force


def clause_duties(request: Asked, number: str) -> HttpResponse:
    """What waits because of a clause (or one of its rules), within the reader's scope."""
    found = version_in_force()
    clause = next((one for one in found.policy.clause if one.id == number), None) if found else None
    rules = [name for name in clause.rules if found and found.policy.rule(name)] if clause else [number]
    if clause is None and not (found and found.policy.rule(number)):
        raise NotFound(_("The policy in force has no clause “%(number)s”.") % {"number": number[:40]})
    lines, total, more = waiting_by_rules(request.viewer, rules)
    context = {"number": number, "clause": clause, "lines": lines, "total": total, "more": more}
    return render(request, "duties/clause.html", context)
