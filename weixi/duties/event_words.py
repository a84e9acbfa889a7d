"""Facts of the log in a word or two, where a duty says what it hangs on and what settled it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Any] = {
    "archive.completed": _("archive complete"),
    "archive.demand_dropped": _("no longer asked for"),
    "archive.enriched": _("archive brought up to date"),
    "archive.gap_found": _("key fields missing"),
    "archive.stale": _("archive out of date"),
    "asset.installed": _("equipment installed"),
    "callback.completed": _("callback made"),
    "callback.half_year_completed": _("half-year callback made"),
    "callback.year_completed": _("one-year callback made"),
    "change.known": _("a change became known"),
    "contact.changed": _("contact changed"),
    "contact.created": _("contact entered"),
    "contact.placed": _("place in the people map entered"),
    "contact.removed": _("contact removed"),
    "contract.changed": _("contract corrected"),
    "contract.ended": _("contract ended"),
    "contract.signed": _("contract signed"),
    "customer.changed": _("archive changed"),
    "customer.created": _("customer entered"),
    "customer.graded": _("graded"),
    "customer.owner_changed": _("handed over"),
    "followup.done": _("promise kept"),
    "followup.promised": _("promised"),
    "interaction.recorded": _("contact recorded"),
    "occasion.called_off": _("a day of the customer's called off"),
    "occasion.kept": _("done for the customer's day"),
    "occasion.near": _("a day of the customer's comes near"),
    "order.placed": _("order placed"),
    "order.returned": _("order returned"),
    "order.withdrawn": _("order taken back"),
    "person.answered": _("a person's request answered"),
    "person.requested": _("a person asks about the own data"),
}


def event_words(type: str) -> str:
    """The words for an event type; one without words keeps its name, which the API and the policy use too."""
    return str(WORDS.get(type, type))
