"""Deciding about a pair: two customers after all, or to be looked at again."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.customers.duplicates.models import DuplicatePair, PairState
from weixi.customers.duplicates.scan import EVERYBODY, JOB
from weixi.kernel import clock
from weixi.kernel.errors import Conflict
from weixi.kernel.jobs.models import Job
from weixi.kernel.jobs.services import enqueue
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def dismiss_pair(pair: DuplicatePair, *, viewer: Viewer) -> None:
    """These are two customers: the pair is not offered again. Raises Conflict when it was decided meanwhile."""
    _decide(pair, PairState.OPEN, PairState.DISMISSED, viewer)


def reopen_pair(pair: DuplicatePair, *, viewer: Viewer) -> None:
    """Take the decision back."""
    _decide(pair, PairState.DISMISSED, PairState.OPEN, viewer)


def reopen_related(one: int, other: int, *, viewer: Viewer) -> None:
    """Two that were linked and are not any more stand in the list again."""
    viewer.require(Right.CUSTOMERS_EDIT)
    first, second = sorted((one, other))
    DuplicatePair.objects.filter(a_id=first, b_id=second, state=PairState.RELATED).update(
        state=PairState.OPEN, decided_at=clock.now(), decided_by=viewer.user
    )


def _decide(pair: DuplicatePair, was: PairState, becomes: PairState, viewer: Viewer) -> None:
    viewer.require(Right.CUSTOMERS_EDIT)
    moved = DuplicatePair.objects.filter(pk=pair.pk, state=was).update(
        state=becomes, decided_at=clock.now(), decided_by=viewer.user
    )
    if not moved:
        raise Conflict(_("Somebody else has decided about these two meanwhile."))


def start_scan(*, viewer: Viewer) -> Job:
    """Look through the whole base in the background; one scan at a time."""
    viewer.require(Right.CUSTOMERS_ARCHIVE)
    return enqueue(JOB, EVERYBODY, viewer=viewer)
