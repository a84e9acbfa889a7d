"""What follows from what: EVENT -> handlers, the whole list on one page. A handler is a small function that
calls a service; what has a time limit is a rule of the policy instead."""

from __future__ import annotations

from weixi.commerce.lifecycle import welcome_first_buyer
from weixi.customers.leaving import ask_for_hand_over
from weixi.kernel.events.work import add_reaction


def wire() -> None:
    """Connect every line; called once at start-up, after the slices have registered their events."""
    add_reaction("order.placed", welcome_first_buyer)
    add_reaction("user.disabled", ask_for_hand_over)
