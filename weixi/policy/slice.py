"""What the policy contributes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.kernel import currency, slices
from weixi.kernel.events import registry
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, Statement, several
from weixi.organisation.enums import Right
from weixi.organisation.roles.given import take_given_from
from weixi.organisation.scope import Viewer
from weixi.policy.decisions import DECISION
from weixi.policy.hits import clause_hits
from weixi.policy.queries import version_in_force, waiting_for_approval
from weixi.policy.queries.chains import chains_asking
from weixi.policy.queries.given import rights_of_policy

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


_SUBMITTED = Prepared(lambda: waiting_for_approval().order_by().values_list("pk"))
_OF_CHAINS = Prepared(
    lambda chains: waiting_for_approval().filter(one_of("chain", chains)).order_by().values_list("pk"), several
)


def waiting_for(viewer: Viewer) -> Statement | None:
    """The submitted versions that wait for this person, or for the right he has; None where none could."""
    if viewer.may(Right.POLICY_APPROVE):
        return _SUBMITTED()
    chains = chains_asking(viewer)
    return _OF_CHAINS(chains) if chains else None


slices.search_source(slices.SearchSource("clauses", _("Clauses"), clause_hits, 1100))

slices.menu_item(
    slices.MenuItem(
        "policy",
        _("Policy"),
        "policy",
        "policy",
        70,
        group="rules",
        count=waiting_for,
        owed=True,
        words=_("rules clauses document"),
    )
)
slices.decision(DECISION)
slices.command(slices.Command("policy-versions", _("Versions of the policy"), "history", "policy-versions", order=120))
slices.command(
    slices.Command("holidays", _("Holidays"), "holiday", "holiday-years", _("calendar working days"), order=130)
)


def _currency() -> str:
    """The currency of the policy in force, for amounts on screens and papers."""
    found = version_in_force()
    return found.policy.header.currency if found is not None else currency.DEFAULT


currency.currency_from(_currency)
take_given_from(rights_of_policy)
