"""What the command line needs of grading, as plain data."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from weixi.grading.deciding import waits_for
from weixi.grading.enums import RunState
from weixi.grading.models import GradeHistory, GradingRun
from weixi.grading.queries.table import latest_run, table_rows
from weixi.grading.services.runs import approve_run, start_run, steps_of
from weixi.grading.services.tables import export_table
from weixi.kernel.errors import Conflict, NotFound
from weixi.kernel.jobs.models import JobState
from weixi.kernel.jobs.services import run_now
from weixi.organisation.scope import Viewer


def run(*, viewer: Viewer, as_of: date | None = None, preset: str | None = None) -> dict[str, Any]:
    """Compute a grading in this process and put it up for review.

    Gives `run, as_of, preset, policy, state, customers, grades, none, moving, up, down, incomplete`.
    """
    made = start_run(viewer=viewer, as_of=as_of, preset=preset)
    _run_now(made)
    made.refresh_from_db()
    counts = made.counts
    return {
        "run": made.pk,
        "as_of": made.as_of.isoformat(),
        "preset": made.preset,
        "policy": made.policy_label,
        "state": made.state,
        "customers": counts["total"],
        "grades": counts["grades"],
        **{key: counts[key] for key in ("none", "moving", "up", "down", "incomplete")},
    }


def approve(run_id: int, *, viewer: Viewer) -> dict[str, Any]:
    """Approve a run as a person and, if nobody else is asked, let it take effect at once.

    Gives `run, changed, applied_at, waits_for` (whose yes is next, in words; empty after the last).
    """
    found = GradingRun.objects.filter(pk=run_id).first()
    if found is None:
        raise NotFound(_("There is no grading with this number."))
    approve_run(found, viewer=viewer)
    found.refresh_from_db()
    if found.state != RunState.APPROVED:
        return {"run": found.pk, "changed": 0, "applied_at": None, "waits_for": waits_for(found, steps_of(found))}
    _run_now(found)
    found.refresh_from_db()
    changed = GradeHistory.objects.filter(run=found).count()
    return {"run": found.pk, "changed": changed, "applied_at": found.applied_at, "waits_for": ""}


def table(*, viewer: Viewer, as_of: date | None = None) -> list[dict[str, Any]]:
    """The grading table of the latest run for that date (default: the latest date), approved or not.

    One row per customer the viewer sees: `number, name, value, potential, grade, facts, indicators, advice`.
    """
    return [row.plain() for row in table_rows(viewer, latest_run(as_of))]


def table_xlsx(*, viewer: Viewer, path: Path, as_of: date | None = None) -> None:
    """The same table as a workbook in a file."""
    # No file is begun where there is no run to fill it.
    run = latest_run(as_of)
    with path.open("wb") as stream:
        export_table(run, stream, viewer=viewer)


def _run_now(made: GradingRun) -> None:
    """Do the run's job in this process; where another has it, wait for nothing and say so."""
    made.refresh_from_db()
    assert made.job_id is not None
    job = run_now(made.job_id)
    if job.state == JobState.FAILED:
        raise Conflict(job.error or _("The grading failed; see the job."))
    if job.state != JobState.DONE:
        raise Conflict(_("Another process works on this grading; look at it in a moment."))
