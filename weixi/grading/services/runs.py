"""A grading from its start to its effect: start, untick, approve or return, apply (G-5, G-12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.grading.deciding import RUN, may_say, one_step, returns_allowed, roles_of, steps_now, waits_for, with_yes
from weixi.grading.enums import Cause, OverrideState, RunState
from weixi.grading.models import GradeHistory, GradeOverride, GradeResult, GradingRun
from weixi.grading.sections import choose_section, frozen, thawed
from weixi.grading.services.asking import tell_run_asked, tell_run_returned
from weixi.grading.services.compute import as_of_or_today, compute_run
from weixi.grading.services.recorded import tell_recorded
from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.jobs.services import RunningJob, enqueue
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.queries.chains import open_step

COMPUTE, APPLY = "grading.run", "grading.apply"
# Customers whose grades change in one transaction: their duties are computed in it too.
CHUNK = 200
# A grading compares with the year before, and no file is imported with older days.
EARLIEST = date(1900, 1, 1)


def start_run(*, viewer: Viewer, as_of: date | None = None, preset: str | None = None) -> GradingRun:
    """Begin a grading of everybody in the archive as of a date (default today); a job computes it.

    Raises Invalid for a day to come or before 1900, Conflict when the policy in force cannot grade by that preset.
    """
    viewer.require(Right.GRADING_RUN)
    today = as_of_or_today(None)
    day = as_of_or_today(as_of)
    if day > today:
        raise Invalid(
            _("A grading looks back: choose today or an earlier day."), fields={"as_of": _("Not after today.")}
        )
    if day < EARLIEST:
        raise Invalid(_("A grading has no figures that old: choose a day from %(day)s on.") % {"day": EARLIEST})
    chosen = choose_section(preset)
    living = Customer.objects.filter(archived_at=None)
    with unit_of_work(actor=viewer.actor) as work:
        run = GradingRun.objects.create(
            as_of=day,
            preset=chosen.grading.preset,
            policy_label=chosen.label,
            section=frozen(chosen.grading),
            previous=GradingRun.objects.filter(state=RunState.APPROVED).order_by("-decided_at").first(),
            last_id=living.aggregate(last=Max("pk"))["last"] or 0,
            total=living.count(),
            steps=steps_now(RUN, chosen.grading.approve_by),
            created_by=viewer.user,
            created_at=work.now,
        )
        run.job_id = enqueue(COMPUTE, run.pk, viewer=viewer).pk
        run.save(update_fields=["job_id"])
        work.record(
            "grading.started",
            subject=("grading", run.pk),
            data={"as_of": day.isoformat(), "preset": run.preset, "policy": run.policy_label},
        )
    return run


def run_job(job: RunningJob) -> None:
    """The work of a `grading.run` job; may be called again after a kill."""
    run = GradingRun.objects.filter(pk=job.target_id or 0).first()
    if run is None:
        return
    try:
        compute_run(run, progress=job.progress)
    except Conflict:
        job.check()
        raise


def include_rows(run: GradingRun, customer_ids: Iterable[int], *, included: bool, viewer: Viewer) -> int:
    """Tick or untick customers of a run under review; returns how many changed.

    Raises Forbidden for who may neither grade nor approve, NotFound when one of them is not in scope,
    Conflict when the run is no longer under review.
    """
    if not (viewer.may(Right.GRADING_RUN) or may_approve(viewer, run)):
        raise Forbidden(_("Only who grades or approves a grading can leave customers out."))
    wanted = sorted(set(customer_ids))
    with unit_of_work(actor=viewer.actor) as work:
        _hold(run, RunState.PREVIEW)
        rows = GradeResult.objects.filter(run=run, customer_id__in=wanted, moves=True)
        if not viewer.sees_all:
            rows = rows.filter(viewer.owned("customer__"))
        changed = list(rows.values_list("customer_id", "included"))
        if len(changed) != len(wanted):
            raise NotFound(_("One of these customers is not among those who move and whom you look after."))
        ids = [pk for pk, state in changed if state != included]
        GradeResult.objects.filter(run=run, customer_id__in=ids).update(included=included)
        if ids:
            # A yes was said to another selection.
            GradingRun.objects.filter(pk=run.pk).update(approvals=[])
            work.record(
                "grading.rows_included", subject=("grading", run.pk), data={"customers": ids, "included": included}
            )
    return len(ids)


def may_approve(viewer: Viewer, run: GradingRun) -> bool:
    """Whether the next yes to the run is the viewer's."""
    return may_say(viewer, run, steps_of(run))


def steps_of(run: GradingRun) -> list[dict[str, Any]]:
    """Who has to say yes: as kept at the run's start; of one from before that, the role its section names."""
    return run.steps or one_step(thawed(run.section).approve_by)


def movers(run: GradingRun) -> int:
    """How many customers approving this run would change."""
    return GradeResult.objects.filter(run=run, moves=True, included=True).count()


def approve_run(run: GradingRun, *, viewer: Viewer, expected: int | None = None, note: str = "") -> GradingRun:
    """Say the next yes to the whole run; after the last one a job gives the customers their grades.

    `expected` is the number of changes the approver was shown. Raises Forbidden unless the viewer has the
    role that the policy's chain asks, Conflict when the selection changed meanwhile, the run is not under review, or
    a later one has been approved already.
    """
    with unit_of_work(actor=viewer.actor) as work:
        _require_approver(viewer, run)
        _hold(run, RunState.PREVIEW)
        run.refresh_from_db(fields=["approvals"])
        _require_approver(viewer, run)
        if GradingRun.objects.filter(state=RunState.APPROVED, pk__gt=run.pk).exists():
            raise Conflict(_("A later grading has been approved already; this one would undo it."))
        count = movers(run)
        if expected is not None and count != expected:
            raise Conflict(
                _("The selection changed meanwhile: now %(count)d customers change. Look again and approve then.")
                % {"count": count},
                code="grading.selection_changed",
            )
        steps = steps_of(run)
        run.approvals = with_yes(viewer, run, steps, work.now)
        GradingRun.objects.filter(pk=run.pk).update(approvals=run.approvals)
        place, asked = open_step(steps, run.approvals)
        if asked:
            data = {"step": len(run.approvals), "steps": len(steps), "note": note[:300]}
            work.record("grading.passed_step", subject=("grading", run.pk), data={**data, "step": place})
            tell_run_asked(run, steps)
            return run
        _decide(run, RunState.APPROVED, viewer, note)
        work.record("grading.approved", subject=("grading", run.pk), data={"customers": count, "note": note[:300]})
        run.job_id = enqueue(APPLY, run.pk, viewer=viewer).pk
        GradingRun.objects.filter(pk=run.pk).update(job_id=run.job_id)
    run.refresh_from_db()
    return run


def return_run(run: GradingRun, *, viewer: Viewer, note: str) -> GradingRun:
    """Send a run back instead of approving it; nothing of it takes effect. A reason is needed."""
    _require_approver(viewer, run)
    if not returns_allowed(RUN):
        raise Conflict(_("The policy in force allows no return of a grading: leave customers out, or approve it."))
    note = note.strip()
    if not note:
        raise Invalid(_("Say what is to be looked at again."), fields={"note": _("A reason is needed.")})
    with unit_of_work(actor=viewer.actor) as work:
        _hold(run, RunState.PREVIEW)
        _decide(run, RunState.REJECTED, viewer, note)
        work.record("grading.returned", subject=("grading", run.pk), data={"note": note[:300]})
        tell_run_returned(run, viewer, note)
    run.refresh_from_db()
    return run


def apply_job(job: RunningJob) -> None:
    """The work of a `grading.apply` job; may be called again after a kill."""
    run = GradingRun.objects.filter(pk=job.target_id or 0).first()
    if run is not None:
        apply_run(run, progress=job.progress)


def apply_run(run: GradingRun, *, progress: Callable[[int, int], None] | None = None, chunk: int = CHUNK) -> int:
    """Give the customers of an approved run their grades; returns how many changed in this call.

    Each chunk is one unit of work with its own mark (`applied_at` of its rows): killed anywhere, the next
    call goes on. Customers put away meanwhile, and those under an override, keep what they have. Whom the policy names for
    keeping the record is told.
    """
    if run.state != RunState.APPROVED:
        raise Conflict(_("Only an approved grading takes effect."))
    open_rows = GradeResult.objects.filter(run=run, moves=True, included=True, applied_at=None).order_by("pk")
    total = GradeResult.objects.filter(run=run, moves=True, included=True).count()
    done = total - open_rows.count()
    changed = 0
    while rows := list(open_rows[:chunk]):
        with unit_of_work(actor=_approver(run)) as work:
            changed += _apply(run, rows, work)
            done += len(rows)
            if progress is not None:
                progress(done, total)
    tell_recorded(run)
    GradingRun.objects.filter(pk=run.pk, applied_at=None).update(applied_at=clock.now())
    run.refresh_from_db()
    return changed


def _apply(run: GradingRun, rows: Sequence[GradeResult], work: UnitOfWork) -> int:
    ids = [row.customer_id for row in rows]
    today = as_of_or_today(None)
    held = set(
        GradeOverride.objects.filter(
            customer_id__in=ids, state=OverrideState.APPROVED, expires_on__gte=today
        ).values_list("customer_id", flat=True)
    )
    customers = Customer.objects.select_for_update().filter(pk__in=ids, archived_at=None).in_bulk()
    history, moved = [], []
    for row in rows:
        customer = customers.get(row.customer_id)
        if customer is None or customer.pk in held or customer.grade == row.grade:
            continue
        customer.previous_grade, customer.grade, customer.graded_at = customer.grade, row.grade, work.now
        moved.append(customer)
        history.append(
            GradeHistory(
                customer=customer, old_grade=customer.previous_grade, grade=row.grade, cause=Cause.RUN, run=run,
                reasons=row.reasons, by_id=run.decided_by_id, at=work.now,
            )
        )  # fmt: skip
        work.record(
            "customer.graded",
            customer=customer.pk,
            subject=("customer", customer.pk),
            data={
                "grade": row.grade, "old": customer.previous_grade, "run": run.pk, "reasons": row.reasons,
                "cause": Cause.RUN.value,
            },
        )  # fmt: skip
    Customer.objects.bulk_update(moved, ["grade", "previous_grade", "graded_at"], batch_size=CHUNK)
    GradeHistory.objects.bulk_create(history)
    GradeResult.objects.filter(pk__in=[row.pk for row in rows]).update(applied_at=work.now)
    return len(moved)


def _hold(run: GradingRun, state: RunState) -> None:
    """Take the run's row for this transaction. Raises Conflict when it is in another state."""
    if not GradingRun.objects.select_for_update().filter(pk=run.pk, state=state).exists():
        raise Conflict(_("This grading is no longer under review; somebody else has decided meanwhile."))


def _decide(run: GradingRun, state: RunState, viewer: Viewer, note: str) -> None:
    """Compare-and-set: of two decisions at once, one counts."""
    decided = GradingRun.objects.filter(pk=run.pk, state=RunState.PREVIEW).update(
        state=state, decided_by=viewer.user, decided_at=clock.now(), decision_note=note[:300]
    )
    if not decided:
        raise Conflict(_("This grading is no longer under review; somebody else has decided meanwhile."))


def _require_approver(viewer: Viewer, run: GradingRun) -> None:
    steps = steps_of(run)
    if not steps:
        raise Conflict(_("The policy does not say who approves a grading; fill it in on the policy page."))
    if run.state == RunState.PREVIEW and not may_say(viewer, run, steps):
        raise Forbidden(
            _("By the policy a grading is approved by: %(role)s.") % {"role": waits_for(run, steps)},
            code="forbidden.grading_approve",
        )
    if run.state != RunState.PREVIEW and (viewer.user is None or viewer.user.role not in roles_of(steps)):
        raise Forbidden(_("By the policy your role does not approve a grading."), code="forbidden.grading_approve")


def _approver(run: GradingRun) -> str:
    return f"user:{run.decided_by_id}" if run.decided_by_id else "system:grading"
