"""Lists of duties: of one clause, and what any number on Today, the team or the policy counts."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weixi.duties.enums import OF_MONTH, OF_NOW, Behind
from weixi.duties.queries import behind
from weixi.duties.queries.by_clause import waiting_by_rules
from weixi.duties.queries.team import people_of
from weixi.kernel.errors import NotFound
from weixi.kernel.keys import key_in
from weixi.organisation.models import User
from weixi.organisation.requests import Asked
from weixi.policy.document.clauses import Clause
from weixi.policy.queries import version_in_force


def duties(request: Asked) -> HttpResponse:
    """The duties behind a number: `how` they stand, of `person` (oneself), of `clause`, or of the whole `team`."""
    asked = request.GET.get("how", "")
    clause, number = None, request.GET.get("clause", "")
    if number:
        clause, rules = _rules_of(number)
        how = Behind(asked) if asked in OF_MONTH else Behind.DUE
        found, who, kinds = behind.month_by_rules(request.viewer, rules, how), None, OF_MONTH
    elif request.GET.get("team"):
        how = Behind(asked) if asked in Behind.values else Behind.DUE
        people = [person.pk for person in people_of(request.viewer)]
        who, kinds = None, (*OF_NOW, *OF_MONTH)
        found = (
            behind.waiting_of_team(request.viewer, people, how)
            if how in OF_NOW
            else behind.month_by_person(request.viewer, people, how)
        )
    else:
        how = Behind(asked) if asked in Behind.values else Behind.OPEN
        who, kinds = _person(request), (*OF_NOW, *OF_MONTH)
        found = (
            behind.waiting_of(request.viewer, who, how)
            if how in OF_NOW
            else behind.month_by_person(request.viewer, [who.pk], how)
        )
    context = {"found": found, "how": how, "kinds": kinds, "who": who, "number": number, "clause": clause}
    return render(request, "duties/behind.html", context)


def _person(request: Asked) -> User:
    given = request.GET.get("person", "")
    found = behind.person_for(request.viewer, request.user.pk if not given else key_in(given) or 0)
    if found is None:
        raise NotFound(_("There is no such person among those whose work you see."))
    return found


def clause_duties(request: Asked, number: str) -> HttpResponse:
    """What waits because of a clause (or one of its rules), within the reader's scope."""
    clause, rules = _rules_of(number)
    lines, total, more = waiting_by_rules(request.viewer, rules)
    context = {"number": number, "clause": clause, "lines": lines, "total": total, "more": more}
    return render(request, "duties/clause.html", context)


def _rules_of(number: str) -> tuple[Clause | None, Sequence[str]]:
    """A clause of the policy in force and the rules it makes, or one rule alone."""
    found = version_in_force()
    clause = next((one for one in found.policy.clause if one.id == number), None) if found else None
    rules = [name for name in clause.rules if found and found.policy.rule(name)] if clause else [number]
    if clause is None and not (found and found.policy.rule(number)):
        raise NotFound(_("The policy in force has no clause “%(number)s”.") % {"number": number[:40]})
    return clause, rules
