"""Doing one act on many customers, each by itself: a row that is refused never stops the others.

Whom it is about is fixed when it is asked for. The work runs as a job that goes on where it was stopped; a portion
of rows is written together with its changes. Taking back gives each row its old value, unless somebody has changed it
since: that is kept and said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.acts.kinds import KINDS
from weixi.customers.acts.models import Act, ActRow, ActRun, ActState, Result
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.kernel.errors import Conflict, Invalid, NotFound, WeixiError
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.jobs import services as jobs
from weixi.kernel.one_of import one_of
from weixi.kernel.rows import insert_rows
from weixi.organisation.scope import Viewer, viewer_of
from weixi.policy.queries.spans import bulk_undo, later

JOB = "list.act"
MOST = 20_000
# So many are done while the page waits; more run in the background.
AT_ONCE = 50
PORTION = 25


def start(act: str, ids: Sequence[int], params: Mapping[str, Any], *, viewer: Viewer) -> ActRun:
    """Begin an act on these customers. Up to AT_ONCE are done before it returns.

    Raises Forbidden without the act's right, Invalid for bad values, none or too many customers, NotFound when one of
    them is not in the viewer's scope: then nothing was done.
    """
    kind = KINDS.get(act)
    if kind is None:
        raise Invalid(_("There is no such act."))
    viewer.require(kind.right)
    assert viewer.user is not None
    said = kind.check(viewer, params)
    wanted = sorted(set(ids))
    if not wanted:
        raise Invalid(_("Choose at least one customer."))
    if len(wanted) > MOST:
        raise Invalid(_("At most %(n)d customers at once. Narrow the filter.") % {"n": MOST})
    if Customer.objects.filter(viewer.owned(), one_of("pk", wanted)).count() != len(wanted):
        raise NotFound(_("One of these customers is not among those you look after; nothing was changed."))
    with unit_of_work(actor=viewer.actor) as work:
        run = ActRun.objects.create(
            act=act, params=dict(params), words=f"{Act(act).label} {said}"[:200], by=viewer.user, at=work.now,
            undo_until=later(work.now, bulk_undo()), total=len(wanted),
        )  # fmt: skip
        insert_rows([ActRow(run=run, customer_id=pk) for pk in wanted])
        work.record("list.acted", subject=("listact", run.pk), data={"act": act, "customers": len(wanted)})
        run.job_id = jobs.enqueue(JOB, run.pk, viewer=viewer, note=run.words).pk
        ActRun.objects.filter(pk=run.pk).update(job_id=run.job_id)
    return _at_once(run)


def _at_once(run: ActRun) -> ActRun:
    if run.total <= AT_ONCE and run.job_id is not None:
        jobs.run_now(run.job_id)
        run.refresh_from_db()
    return run


def get_act_for(viewer: Viewer, pk: int) -> ActRun:
    """One's own act; raises NotFound for others."""
    run = ActRun.objects.filter(pk=pk, by=viewer.user).first()
    if run is None:
        raise NotFound(_("There is no such act of yours."), code="act.not_found")
    return run


def counts_of(run: ActRun) -> dict[str, int]:
    """How many rows came to what. Uses index: list_act_result."""
    return dict(Counter(ActRow.objects.filter(run=run).order_by().values_list("result", flat=True)))


def perform(job: Any) -> None:
    """The job: the rows that are open, or those to be taken back. Safe to call again."""
    run = ActRun.objects.select_related("by").filter(pk=job.target_id).first()
    if run is None or run.state not in (ActState.RUNNING, ActState.UNDOING):
        return
    undoing = run.state == ActState.UNDOING
    viewer = viewer_of(run.by)
    open_rows = ActRow.objects.filter(run=run, result=Result.DONE if undoing else Result.OPEN).order_by("pk")
    done = 0
    while rows := list(open_rows[:PORTION]):
        # What follows from the changes (duties, completeness, search) is worked out once for the portion.
        with unit_of_work(actor=viewer.actor):
            for row in rows:
                (_undo_row if undoing else _do_row)(run, row, viewer)
        done += len(rows)
        job.progress(min(done, run.total), run.total)
    ActRun.objects.filter(pk=run.pk).update(state=ActState.UNDONE if undoing else ActState.DONE)


def _do_row(run: ActRun, row: ActRow, viewer: Viewer) -> None:
    kind = KINDS[run.act]
    try:
        # Within the portion's unit: a refusal takes back this row and no other.
        with unit_of_work(actor=viewer.actor):
            viewer.require(kind.right)
            customer = get_customer_for(viewer, row.customer_id)
            old = kind.value(customer, run.params)
            wanted = kind.wanted(old, run.params)
            if old == wanted:
                row.result = Result.UNCHANGED
            else:
                kind.put(customer, wanted, run.params, viewer)
                # Someone handed over may be out of sight now: read plainly.
                now = Customer.objects.get(pk=row.customer_id)
                row.result, row.old, row.new = Result.DONE, old, kind.value(now, run.params)
            row.save(update_fields=["result", "old", "new"])
    except WeixiError as refusal:
        _refuse(row, Result.REFUSED, str(refusal))


def _undo_row(run: ActRun, row: ActRow, viewer: Viewer) -> None:
    kind = KINDS[run.act]
    try:
        # Within the portion's unit: a refusal takes back this row and no other.
        with unit_of_work(actor=viewer.actor):
            viewer.require(kind.right)
            customer = get_customer_for(viewer, row.customer_id)
            if kind.value(customer, run.params) != row.new:
                raise Conflict(_("Changed since; it was left as it is now."))
            kind.put(customer, row.old, {**run.params, "taking_back": True}, viewer)
            row.result, row.reason = Result.UNDONE, ""
            row.save(update_fields=["result", "reason"])
    except WeixiError as refusal:
        _refuse(row, Result.KEPT, str(refusal))


def _refuse(row: ActRow, result: Result, reason: str) -> None:
    row.result, row.reason = result, reason[:300]
    row.save(update_fields=["result", "reason"])


def undo(run: ActRun, *, viewer: Viewer) -> ActRun:
    """Take an act back, row by row. Raises Conflict when it is not done, was taken back, or its time is over."""
    if viewer.user is None or run.by_id != viewer.user.pk:
        raise NotFound(_("There is no such act of yours."), code="act.not_found")
    viewer.require(KINDS[run.act].right)
    with unit_of_work(actor=viewer.actor) as work:
        if work.now > run.undo_until:
            raise Conflict(_("The time to take this back is over."))
        moved = ActRun.objects.filter(pk=run.pk, state=ActState.DONE).update(state=ActState.UNDOING)
        if not moved:
            raise Conflict(_("This is not done yet, or was taken back already."))
        work.record("list.act_undone", subject=("listact", run.pk), data={"act": run.act})
        run.job_id = jobs.enqueue(JOB, run.pk, viewer=viewer, note=run.words).pk
        ActRun.objects.filter(pk=run.pk).update(job_id=run.job_id)
    run.refresh_from_db()
    return _at_once(run)
