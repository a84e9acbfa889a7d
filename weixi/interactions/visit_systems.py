"""The two visit systems of the policy (C-7): visits to chosen customers beside patrol visits to all."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.customers.visiting.services import chosen
from weixi.interactions.enums import Kind
from weixi.kernel.errors import Invalid
from weixi.policy.document.care import VisitSystem
from weixi.policy.queries import version_in_force

CHOSEN, PATROL = "chosen", "patrol"


def visit_systems() -> tuple[VisitSystem, ...]:
    """The systems of the policy in force; none where it names none, or there is no policy yet."""
    found = version_in_force()
    return tuple(found.policy.care.visit_system) if found else ()


def system_titles() -> dict[str, str]:
    return {system.code: system.title for system in visit_systems()}


def usual_system(customer: Customer) -> str:
    """The system a visit to this customer belongs to when nobody says otherwise; empty where there is none."""
    codes = [system.code for system in visit_systems()]
    if not codes:
        return ""
    wanted = CHOSEN if chosen(customer) is not None else PATROL
    return wanted if wanted in codes else codes[0]


def system_of_visit(customer: Customer, kind: str, asked: str) -> str:
    """The system a record of this kind belongs to; empty for what is no visit.

    Raises Invalid for a system the policy does not have, and for one said of a call.
    """
    if kind != Kind.VISIT:
        if asked:
            raise Invalid(_("Only a visit belongs to a visit system."), fields={"visit_system": _("Leave this empty.")})
        return ""
    if not asked:
        return usual_system(customer)
    if asked not in system_titles():
        raise Invalid(_("The policy has no such visit system."), fields={"visit_system": _("Choose one of the list.")})
    return asked
