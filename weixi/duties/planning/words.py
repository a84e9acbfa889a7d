"""The words of plans."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.duties.planning.asked import DONE, IN_TIME, LATE, MISSED, OPEN, PLANNED, WAIVED
from weixi.policy.document.durations import Duration

_CYCLES = {
    (1, 0): gettext_lazy("Monthly plan"),
    (3, 0): gettext_lazy("Quarterly plan"),
    (6, 0): gettext_lazy("Half-yearly plan"),
    (12, 0): gettext_lazy("Yearly plan"),
    (0, 7): gettext_lazy("Weekly plan"),
    (0, 14): gettext_lazy("Two-week plan"),
}


def state_words() -> Mapping[str, str]:
    """How lines stand."""
    return {
        IN_TIME: _("In time"),
        LATE: _("Done late"),
        OPEN: _("Still open"),
        MISSED: _("Not done"),
        WAIVED: _("Waived"),
    }


def all_state_words() -> Mapping[str, str]:
    """The same, and the names for several of them."""
    return {**state_words(), PLANNED: _("Planned"), DONE: _("Carried out")}


def cycle_words(every: Duration) -> str:
    return str(_CYCLES.get((0 if every.days else every.months, every.days), every))
