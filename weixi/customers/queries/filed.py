"""The five kinds of service information that are filed with a customer (A-10): which events belong to each."""

from __future__ import annotations

from django.db.models import Q

from weixi.kernel.errors import NotFound
from weixi.policy.queries import policy_in_force

# How the address of the timeline asks for one: `kind=filed.callback`.
PREFIX = "filed."
_RECEIVED = ("visit", "meeting")


def _types(*families: str) -> Q:
    wanted = Q()
    for family in families:
        wanted |= Q(type__startswith=f"{family}.")
    return wanted


_TALK = Q(type__startswith="interaction.")
_RECEPTION = Q(type="interaction.recorded", data__kind__in=_RECEIVED)
_FILED: dict[str, Q] = {
    "transaction": _types("order", "contract", "asset"),
    "callback": _types("callback"),
    "reception": _types("visit", "reception") | _RECEPTION,
    "complaint": _types("complaint", "case", "issue"),
    "other": (_TALK & ~_RECEPTION) | _types("need", "followup", "survey", "feedback"),
}


def filed_kinds() -> dict[str, str]:
    """Code -> title of the kinds the policy in force names, in its order; a kind nothing is known of is left out."""
    try:
        kinds = policy_in_force().archive.service_information
    except NotFound:
        return {}
    return {f"{PREFIX}{kind.code}": kind.title for kind in kinds if kind.code in _FILED}


def filed_as(kind: str) -> Q | None:
    """The events of one kind; None for anything else."""
    return _FILED.get(kind.removeprefix(PREFIX)) if kind.startswith(PREFIX) else None
