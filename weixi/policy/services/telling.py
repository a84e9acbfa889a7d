"""Who is told on a version's way: whose yes is next, and its author what came of it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.kernel.outbox.registry import register_kind
from weixi.kernel.outbox.services import Message, tell_many
from weixi.organisation.scope import Viewer
from weixi.policy.models import PolicyVersion
from weixi.policy.services import passing

ASKED, APPROVED, RETURNED = "policy.asked", "policy.approved", "policy.returned"
register_kind(ASKED, _("Policy %(version)s waits for your yes"), _("%(who)s put it before those who approve."))
register_kind(
    APPROVED, _("Policy %(version)s is approved"), _("%(who)s said yes. It can be put in force from its date.")
)
register_kind(RETURNED, _("Policy %(version)s came back"), _("%(who)s wrote: %(reason)s"))


def tell_asked(version: PolicyVersion, at: datetime) -> None:
    """Tell those one of whom says the next yes; once for each time it is asked."""
    author = version.submitted_by or version.drafted_by
    params = {"version": version.label, "who": author.name if author else ""}
    tell_many(
        Message(person, ASKED, _key(ASKED, version, at, person), params, _page(version))
        for person in passing.deciders(version)
    )


def tell_author(version: PolicyVersion, kind: str, viewer: Viewer, at: datetime, *, reason: str = "") -> None:
    """Tell who drafted it what somebody else decided."""
    person = version.drafted_by_id
    if person is None or (viewer.user is not None and viewer.user.pk == person):
        return
    params = {"version": version.label, "who": viewer.user.name if viewer.user else ""}
    if kind == RETURNED:
        params["reason"] = reason
    tell_many([Message(person, kind, _key(kind, version, at, person), params, _page(version))])


def _key(kind: str, version: PolicyVersion, at: datetime, person: int) -> str:
    return f"{kind}:{version.pk}:{at:%Y%m%d%H%M%S%f}:{person}"


def _page(version: PolicyVersion) -> str:
    return reverse("policy-version", args=[version.pk])
