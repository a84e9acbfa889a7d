"""What taking a run back would do, found out by doing it and letting nothing of it stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.importing.models import ImportRun
from weixi.customers.importing.runs import kind_for
from weixi.customers.importing.undo.run import can_be_undone, reason_of
from weixi.customers.importing.undo.taking import OwnFacts, take_part_back, waiting_parts
from weixi.kernel.errors import Conflict
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.scope import Viewer

# On SQLite others wait to save while it is found out: about a second for ten thousand facts.
MOST = 100_000
# So many are found out while the page is made; more, when it stands.
AT_ONCE = 5_000


@dataclass
class Rehearsal:
    """`taken` things would leave again, `restored` cells get their former value, `kept` stays: [kind of thing, id, field,
    why] in the order of the file."""

    taken: int = 0
    restored: int = 0
    kept: list[list[Any]] = field(default_factory=list)


class _Enough(Exception):
    """Ends the unit of work so that nothing of it stands and nothing follows from it."""


def size_of(run: ImportRun) -> int:
    """How many facts there are to look at."""
    return sum(len(ids) for ids in waiting_parts(run).values_list("events", flat=True).iterator(50))


def rehearse(run: ImportRun, *, viewer: Viewer) -> Rehearsal:
    """Take the run back in one transaction, all portions, and then undo that. Raises what taking back would raise.

    What follows from the facts (duties, search, completeness) is left out: it is the dear part, and nobody sees it.
    """
    found = Rehearsal()
    known, reason = OwnFacts(run), reason_of(run)
    kept: list[list[list[Any]]] = []
    try:
        with unit_of_work(actor=viewer.actor):
            for part in waiting_parts(run):
                taking = take_part_back(part, viewer, known, reason)
                found.taken += taking.taken
                found.restored += taking.restored
                kept.append(taking.kept)
            raise _Enough
    except _Enough:
        found.kept = [entry for portion in reversed(kept) for entry in portion]
    return found


def rehearsed(run: ImportRun, *, viewer: Viewer) -> Rehearsal:
    """The same for who asks for it without a page. Raises Forbidden, and Conflict when there is nothing to take back or
    too much to be found out beforehand."""
    kind_for(viewer, run.kind)
    if not can_be_undone(run):
        raise Conflict(_("Of this import there is nothing that could be taken back."))
    if size_of(run) > MOST:
        raise Conflict(_("More than %(most)d changes: how much of it stays is told when it is done.") % {"most": MOST})
    return rehearse(run, viewer=viewer)
