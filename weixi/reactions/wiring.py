"""EVENT -> what follows from it. One line each; what it does stands in the slice that does it.

A duty is not a reaction: it is a rule of the policy.
"""

from __future__ import annotations

from weixi.commerce.lifecycle import welcome_first_buyer
from weixi.kernel.events.work import add_reaction


def wire() -> None:
    """Called once, when every slice has registered its events."""
    add_reaction("order.placed", welcome_first_buyer)
