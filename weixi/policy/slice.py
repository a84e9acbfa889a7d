"""What the policy contributes."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from weixi.kernel import currency, slices
from weixi.kernel.events import registry
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.models import PolicyVersion
from weixi.policy.queries import version_in_force, waiting_for_approval

registry.register("policy.drafted", "version")
registry.register("policy.changed", "version changes")
registry.register("policy.submitted", "version")
registry.register("policy.taken_back", "version")
registry.register("policy.dropped", "version")
registry.register("policy.approved", "version")
registry.register("policy.passed_step", "version step steps")
registry.register("policy.returned", "version reason")
registry.register("policy.activated", "version effective_from effective_at")
registry.register("holidays.changed", "year")


def _waiting(viewer: Viewer) -> QuerySet[PolicyVersion] | None:
    return waiting_for_approval(viewer) if viewer.may(Right.POLICY_APPROVE) else None


slices.menu_item(
    slices.MenuItem(
        "policy",
        _("Policy"),
        "policy",
        "policy",
        70,
        group="rules",
        count=_waiting,
        owed=True,
        decides=True,
        words=_("rules clauses document"),
    )
)
slices.command(slices.Command("policy-versions", _("Versions of the policy"), "history", "policy-versions", order=120))
slices.command(
    slices.Command("holidays", _("Holidays"), "holiday", "holiday-years", _("calendar working days"), order=130)
)


def _currency() -> str:
    """The currency of the policy in force, for amounts on screens and papers."""
    found = version_in_force()
    return found.policy.header.currency if found is not None else currency.DEFAULT


currency.currency_from(_currency)
