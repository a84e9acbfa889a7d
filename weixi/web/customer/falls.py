"""A customer's falling value in a few words: on its page and on its owner's Today."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from weixi.grading.models import FallNotice
from weixi.grading.queries.falls import LATEST, falls_of, latest_falls_of
from weixi.kernel.currency import money_text
from weixi.organisation.models import User

# So many changes are named on Today; one more tells that there are more.
SHOWN = LATEST - 1


def fall_words(fall: FallNotice) -> tuple[str, str]:
    """What is the matter, and why that is said."""
    if fall.silent_days is not None:
        return _("may be lost"), _("No purchase for %(n)s days, far longer than usual.") % {"n": fall.silent_days}
    words = {"before": money_text(fall.before, places=0), "now": money_text(fall.amount, places=0)}
    return _("value falling"), _("The 12 months fell from %(before)s to %(now)s.") % words


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed with a person's customers: the latest named, the rest a number."""

    items: list[tuple[FallNotice, str, str]]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.items)


def changes_of(person: User, *, everything: bool = False) -> Changes:
    found = list(falls_of(person)) if everything else latest_falls_of(person)
    count = falls_of(person).count() if len(found) == LATEST and not everything else len(found)
    named = found if everything else found[:SHOWN]
    return Changes([(fall, *fall_words(fall)) for fall in named], count)
