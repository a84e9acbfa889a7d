"""The grading table as a file: an export of customers like any other, under the policy's rules for those."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext as _

from weixi.customers.access.seen import note_views
from weixi.customers.enums import SeenBy
from weixi.customers.exporting.approving import approved_from
from weixi.customers.exporting.marking import mark
from weixi.grading.models import GradingRun
from weixi.grading.queries.scope import visible_results
from weixi.grading.sheets import write_grading_table
from weixi.kernel.errors import Conflict
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

PORTION = 500


def export_table(run: GradingRun, stream: BinaryIO, *, viewer: Viewer) -> int:
    """Write the grading table of a run as a workbook, marked and on record; returns how many customers stand in it.
    Raises as `table_on_record`."""
    number, said = table_on_record(run, viewer=viewer)
    # On record first: the file is written while nobody waits for the database.
    write_grading_table(viewer, run, stream, said)
    return number


def table_on_record(run: GradingRun, *, viewer: Viewer) -> tuple[int, str]:
    """Note that this viewer takes the table of a run as a file: (how many customers stand in it, the file's mark).

    Raises Forbidden without the right to export, Conflict for so many customers that the policy has others agree: they
    are exported from the list, with the grade's columns.
    """
    viewer.require(Right.CUSTOMERS_EXPORT)
    ids = list(visible_results(viewer, run).order_by("customer_id").values_list("customer_id", flat=True))
    limit = approved_from()
    if viewer.user is not None and limit is not None and len(ids) >= limit:
        raise Conflict(
            _(
                "From %(n)d customers on a second person has to agree to a file: export them from the list of "
                "customers, with the columns of grading."
            )
            % {"n": limit},
            code="export.approval_needed",
        )
    with unit_of_work(actor=viewer.actor) as work:
        for start in range(0, len(ids), PORTION):
            note_views(viewer, ids[start : start + PORTION], SeenBy.EXPORT)
        work.record("grading.table_exported", subject=("grading", run.pk), data={"rows": len(ids)})
    return len(ids), mark(f"G-{run.pk}", viewer.user, work.now)
