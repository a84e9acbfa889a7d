"""Taking a run back as a job: portion by portion, the last first, each in one transaction."""

from __future__ import annotations

import logging
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext as _

from weixi.customers.importing.engine import Progress
from weixi.customers.importing.models import ENDED, ImportPart, ImportRun, RunState
from weixi.customers.importing.runs import kind_for
from weixi.customers.importing.undo.taking import OwnFacts, take_part_back, waiting_parts
from weixi.customers.models import NumberSequence
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, WeixiError
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.jobs import services as jobs
from weixi.kernel.jobs.errors import JobInterrupted
from weixi.organisation.scope import Viewer, system_viewer, viewer_of

JOB = "import.undo"
SUMS = ("taken_back", "restored")
logger = logging.getLogger(__name__)


def can_be_undone(run: ImportRun) -> bool:
    """Whether anything this run wrote may still be taken back: or tried again, of one that left something as it is."""
    return run.state in (*ENDED, RunState.UNDONE) and waiting_parts(run).exclude(events=[]).exists()


def undo(run: ImportRun, *, viewer: Viewer) -> ImportRun:
    """Begin to take a run back, go on with one that stopped, or try again what stayed; the job does it.

    Raises Forbidden without the rights to import this kind, Conflict when the run is not ended, was taken back
    in full before, or has written nothing.
    """
    kind_for(viewer, run.kind)
    states = (*ENDED, RunState.UNDOING, RunState.UNDONE)
    if run.state not in states:
        raise Conflict(_("Only an import that has ended can be taken back. Cancel it first."))
    if run.state != RunState.UNDOING and not can_be_undone(run):
        text = _("This import was taken back already.") if run.state == RunState.UNDONE else (
            _("This import has written nothing that could be taken back."))  # fmt: skip
        raise Conflict(text)
    changes = {"state": RunState.UNDOING, "undo_by": viewer.user, "fault": ""}
    with transaction.atomic():
        if ImportRun.objects.filter(pk=run.pk, state=RunState.UNDONE).update(**changes):
            run.parts.exclude(kept=[]).update(undone=False)
        elif not ImportRun.objects.filter(pk=run.pk, state__in=states).update(**changes):
            raise Conflict(_("This import has moved on meanwhile; open it again."))
        run.refresh_from_db()
        run.job_id = jobs.enqueue(JOB, run.pk, viewer=viewer, note=run.file_name).pk
        run.save(update_fields=["job_id"])
    return run


def perform(job: jobs.RunningJob) -> None:
    """The work of the job; may be called again after any end."""
    run = ImportRun.objects.select_related("undo_by").get(pk=job.target_id or 0)
    viewer = viewer_of(run.undo_by) if run.undo_by else system_viewer("cli")
    language = run.undo_by.language if run.undo_by else translation.get_language()
    with translation.override(language):
        try:
            take_back(run, viewer, job)
        except (JobInterrupted, OperationalError):
            raise
        except WeixiError as error:
            ImportRun.objects.filter(pk=run.pk).update(fault=str(error))
            raise
        except Exception:
            logger.exception("undo of import %s", run.pk)
            ImportRun.objects.filter(pk=run.pk).update(
                fault=_("Something went wrong inside; what was taken back so far is whole. Try to go on.")
            )
            raise


def reason_of(run: ImportRun) -> str:
    """What the history says of everything that taking this run back does."""
    return _("Import %(number)d (%(file)s) taken back") % {"number": run.pk, "file": run.file_name[:120]}


def take_back(run: ImportRun, viewer: Viewer, job: Progress) -> None:
    if run.state != RunState.UNDOING:
        return
    rows = ImportPart.objects.filter(run=run, done=True).order_by("-seq")
    every = rows.count()
    job.progress(rows.filter(undone=True).count(), every)
    known = OwnFacts(run)
    reason = reason_of(run)
    while (part := rows.filter(undone=False).first()) is not None:
        with transaction.atomic():
            with unit_of_work(actor=viewer.actor) as work:
                # One after the other, imports and those taken back; who saves a form meanwhile is not held up.
                NumberSequence.objects.select_for_update().get_or_create(series="import")
                # First of all the fence: a process that lost the job writes nothing.
                job.progress(every - rows.filter(undone=False).count() + 1)
                taking = take_part_back(part, viewer, known, reason)
            stated = [event.id for event in work.written]
            part.undone, part.kept = True, taking.kept
            part.undo_events = [*part.undo_events, *stated]
            part.taken_back, part.restored = part.taken_back + taking.taken, part.restored + taking.restored
            part.save()
        known.add(stated)
    _finish(run, viewer, job, every)


def _finish(run: ImportRun, viewer: Viewer, job: Progress, every: int) -> None:
    """Sum up and state that the import was taken back; once, in one transaction."""
    parts = ImportPart.objects.filter(run=run)
    totals: dict[str, Any] = parts.aggregate(**{name: Sum(name) for name in SUMS})
    counts = {name: totals[name] or 0 for name in SUMS}
    counts["kept"] = sum(len(kept) for kept in parts.exclude(kept=[]).values_list("kept", flat=True).iterator(50))
    with unit_of_work(actor=viewer.actor) as work:
        moved = ImportRun.objects.filter(pk=run.pk, state=RunState.UNDOING)
        if moved.update(state=RunState.UNDONE, undone_at=clock.now(), fault="", **counts):
            work.record("import.undone", subject=("importrun", run.pk), data={"kind": run.kind, **counts})
        job.progress(every)
    run.refresh_from_db()
