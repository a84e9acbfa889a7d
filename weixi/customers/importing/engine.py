"""The two passes over a file: check every row, then write portion by portion what the check has decided.

Both passes cut the file into the same portions. The check stores each portion's plan; writing decides the
portion once more inside its transaction — by the same code — and does it, so that a base that changed in
between is met as it is, and the plan's row is marked in the same transaction as what it brought. A process
that ends anywhere leaves whole portions; who goes on starts at the first that is not done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from weixi.customers.importing.ahead import packed_portions
from weixi.customers.importing.kept_rows import KeptRows, unpacked
from weixi.customers.importing.models import ImportPart, ImportRun, RunState
from weixi.customers.importing.reading import Reading
from weixi.customers.importing.rows import MOST_WARNINGS, Act, Context, Decision, Handler, Portion
from weixi.customers.importing.survey import Survey
from weixi.customers.models import NumberSequence
from weixi.kernel import clock
from weixi.kernel.asked import asked_once
from weixi.kernel.errors import Conflict
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.memory import uncollected
from weixi.kernel.slices import registry
from weixi.organisation.scope import Viewer

# Portions of the plan stored in one transaction.
PLANS = 20
COUNTS = ("created", "updated", "unchanged", "rejected", "skipped")
# Contacts that rows of customers bring beside them.
BESIDE = ("contacts_created", "contacts_updated")
_COUNT_OF = dict(zip(Act, COUNTS, strict=True))


class Progress(Protocol):
    """What the passes tell how far they are (`kernel.jobs.RunningJob`); raising ends the pass."""

    def progress(self, done: int, total: int | None = None, note: str | None = None) -> None: ...


@dataclass
class Outcome:
    """Counts and what there is to tell, while they are gathered."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    warnings: list[list[Any]] = field(default_factory=list)
    similar: int = 0
    # Rows that were taken at first and are rejected in the end, with the reason.
    hanging: dict[int, str] = field(default_factory=dict)
    # Contacts made and changed: in all, and of the rows that may hang on others.
    contacts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BESIDE, 0))
    beside: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def read(self) -> int:
        return sum(self.counts.values())


def handler_class(kind: str) -> type[Handler]:
    """The class that plans and writes rows of this kind, as its slice registered it."""
    made: type[Handler] = import_string(registry.imports[kind].handler)
    return made


def context_for(run: ImportRun, viewer: Viewer, reading: Reading, survey: Survey, *, writing: bool) -> Context:
    mapped = frozenset(key for key in reading.fields if key is not None)
    return Context(viewer, run.create_customers, survey.repeated, writing, mapped, survey.present)


# --- the check --------------------------------------------------------------------------------------


def check_portions(
    run: ImportRun, viewer: Viewer, reading: Reading, survey: Survey, outcome: Outcome, kept: KeptRows | None = None
) -> Iterator[ImportPart]:
    """Decide the whole file without writing anything; gives the plan portion by portion, unsaved.

    The portions go into `kept` as well, if given. Of rows that hang on others it is known only in the end whether they are
    taken: `outcome` counts them rightly then, the portions given are put right by `_put_right`.
    """
    made = handler_class(run.kind)
    handler = made(context_for(run, viewer, reading, survey, writing=False))
    warned: set[int] = set()
    outcome.warnings += map(list, survey.blanks)
    for text in packed_portions(reading, survey, made):
        if kept is not None:
            kept.put(text)
        portion = unpacked(text)
        decisions = handler.decide(portion.rows)
        part = ImportPart(run=run, seq=portion.seq)
        _state(part, portion, decisions)
        for name in COUNTS:
            outcome.counts[name] += getattr(part, name)
        for name in BESIDE:
            outcome.contacts[name] += getattr(part, name)
        for decision in decisions:
            if decision.warning or decision.counted:
                outcome.similar += 1
                if survey.present:
                    warned.add(decision.row)
                if decision.warning and len(outcome.warnings) < MOST_WARNINGS:
                    outcome.warnings.append([decision.row, decision.warning])
            if survey.present and any(decision.contacts):
                outcome.beside[decision.row] = decision.contacts
        # Its thousands of objects go before the next portion brings as many.
        del portion, decisions
        yield part
    for each in handler.hindsight():
        outcome.hanging[each.row] = each.reason
        outcome.counts[_COUNT_OF[each.act]] -= 1
        outcome.counts[_COUNT_OF[Act.REJECT]] += 1
        for name, count in zip(BESIDE, outcome.beside.get(each.row, (0, 0)), strict=True):
            outcome.contacts[name] -= count
    if outcome.hanging:
        # They are said to be rejected, so nothing else is told of them.
        outcome.warnings = [warning for warning in outcome.warnings if warning[0] not in outcome.hanging]
        outcome.similar -= len(warned.intersection(outcome.hanging))


def store_plan(
    run: ImportRun, viewer: Viewer, reading: Reading, survey: Survey, job: Progress, kept: KeptRows | None = None
) -> Outcome:
    """Check the file and store its plan; begins anew when an earlier check did not end."""
    outcome = Outcome()
    with transaction.atomic():
        ImportPart.objects.filter(run=run).delete()
        job.progress(0, survey.rows)
    waiting: list[ImportPart] = []
    for part in check_portions(run, viewer, reading, survey, outcome, kept):
        waiting.append(part)
        if len(waiting) == PLANS:
            _store(waiting, job, outcome.read)
    _store(waiting, job, outcome.read)
    if outcome.hanging:
        _put_right(run, outcome.hanging, outcome.beside)
    return outcome


def _put_right(run: ImportRun, hanging: Mapping[int, str], beside: Mapping[int, tuple[int, int]]) -> None:
    """Have the rows that hang on others rejected in the plan that is stored."""
    with transaction.atomic():
        for part in ImportPart.objects.filter(run=run).order_by("seq").iterator(chunk_size=PLANS):
            mine = [entry for entry in part.plan if entry[0] in hanging]
            for entry in mine:
                name = _COUNT_OF[Act(entry[1])]
                setattr(part, name, getattr(part, name) - 1)
                entry[1], entry[2] = Act.REJECT.value, None
                part.reasons[str(entry[0])] = [hanging[entry[0]]]
                part.hanging.append(entry[0])
                for name, count in zip(BESIDE, beside.get(entry[0], (0, 0)), strict=True):
                    setattr(part, name, getattr(part, name) - count)
            if mine:
                part.rejected += len(mine)
                part.save()


def _store(waiting: list[ImportPart], job: Progress, done: int) -> None:
    with transaction.atomic():
        ImportPart.objects.bulk_create(waiting)
        job.progress(done)
    waiting.clear()


def _state(part: ImportPart, portion: Portion, decisions: Sequence[Decision]) -> None:
    """Put decisions into the plan's form, the skipped rows in their places."""
    by_row = {decision.row: decision for decision in decisions}
    plan: list[list[Any]] = []
    reasons: dict[str, list[str]] = {}
    counts = dict.fromkeys(COUNTS, 0)
    for number, skipped, digest in portion.places:
        decision = by_row.get(number) if skipped is None else None
        act = Act.SKIP if decision is None else decision.act
        target = None if decision is None else decision.target
        plan.append([number, act.value, target, digest])
        counts[_COUNT_OF[act]] += 1
        if decision is not None and decision.act is Act.REJECT:
            reasons[str(number)] = decision.reasons
    part.plan, part.reasons = plan, reasons
    for name, count in counts.items():
        setattr(part, name, count)
    for place, name in enumerate(BESIDE):
        setattr(part, name, sum(decision.contacts[place] for decision in decisions))


# --- writing ----------------------------------------------------------------------------------------


def write(
    run: ImportRun, viewer: Viewer, reading: Reading, survey: Survey, job: Progress, kept: KeptRows | None = None
) -> None:
    """Write every portion that is not done; from `kept` where the check was just done here, else from the file.

    Raises Conflict when the file is not the one that was checked.
    """
    for attempt in range(4):
        try:
            _write(run, viewer, reading, survey, job, kept)
        except IntegrityError:
            # Somebody took a number between our look and our write: the portion is decided anew.
            if attempt == 3:
                raise
        else:
            return


def _write(
    run: ImportRun, viewer: Viewer, reading: Reading, survey: Survey, job: Progress, kept: KeptRows | None
) -> None:
    made = handler_class(run.kind)
    handler = made(context_for(run, viewer, reading, survey, writing=True))
    done = 0
    finished = set(ImportPart.objects.filter(run=run, done=True).values_list("seq", flat=True))
    for portion in kept.portions() if kept is not None else _read_again(run, reading, survey, made):
        part = ImportPart.objects.get(run=run, seq=portion.seq)
        if [entry[0] for entry in part.plan] != [place[0] for place in portion.places]:
            raise Conflict(_("The stored file is no longer the one that was checked; upload it again."))
        if portion.seq in finished:
            _absorb(handler, portion, part)
        else:
            _write_portion(run, part, portion, handler, viewer, job, done)
        done += len(portion.places)
        # As in the check.
        del portion
    if told := handler.left_over():
        run.refresh_from_db(fields=["warnings", "similar"])
        run.warnings = [*map(list, told), *run.warnings][:MOST_WARNINGS]
        run.similar += len(told)
        run.save(update_fields=["warnings", "similar"])


def _read_again(run: ImportRun, reading: Reading, survey: Survey, made: type[Handler]) -> Iterator[Portion]:
    """The portions of the check, from the file; where no rows belong together they are as long as they were then,
    whatever this version of the program would take."""
    first = None if survey.last_row else ImportPart.objects.filter(run=run, seq=0).first()
    size = len(first.plan) if first is not None else None
    return map(unpacked, packed_portions(reading, survey, made, foreseeing=False, size=size))


def _absorb(handler: Handler, portion: Portion, part: ImportPart) -> None:
    taken = {entry[0]: entry[2] for entry in part.plan if entry[1] not in (Act.REJECT, Act.SKIP)}
    rows = [row for row in portion.rows if row.number in taken]
    handler.absorb(rows, [taken[row.number] for row in rows])


def _write_portion(
    run: ImportRun, part: ImportPart, portion: Portion, handler: Handler, viewer: Viewer, job: Progress, done: int
) -> None:
    with transaction.atomic(), uncollected(), asked_once():
        with unit_of_work(actor=viewer.actor, whole=True) as work:
            # Two imports decide one after the other; who saves a form meanwhile is not held up.
            NumberSequence.objects.select_for_update().get_or_create(series="import")
            # First of all the fence: a process that lost the job writes nothing.
            job.progress(done + len(portion.places))
            planned = {entry[0]: entry[1] for entry in part.plan}
            hanging = set(part.hanging)
            decisions = handler.decide([row for row in portion.rows if row.number not in hanging])
            handler.write(decisions)
            decisions += [Decision(row, Act.REJECT, reasons=part.reasons[str(row)]) for row in part.hanging]
            _state(part, portion, decisions)
            changed = [[d.row, planned[d.row], d.act.value] for d in decisions if planned[d.row] != d.act.value]
            if changed:
                run.refresh_from_db(fields=["redecided"])
                run.redecided = (run.redecided + changed)[:MOST_WARNINGS]
                run.save(update_fields=["redecided"])
        # What followed from its facts is of this import as well.
        part.done, part.events = True, [event.id for event in work.written]
        part.save()


def finish(run: ImportRun, viewer: Viewer, job: Progress, error_name: str) -> None:
    """Sum up and state that the import is done; once, in one transaction."""
    totals = ImportPart.objects.filter(run=run).aggregate(**{name: Sum(name) for name in (*COUNTS, *BESIDE)})
    counts = {name: totals[name] or 0 for name in COUNTS}
    beside = {name: totals[name] or 0 for name in BESIDE}
    with unit_of_work(actor=viewer.actor) as work:
        now = clock.now()
        changes = {**counts, **beside, "read": sum(counts.values()), "error_name": error_name, "fault": ""}
        moved = ImportRun.objects.filter(pk=run.pk).exclude(state=RunState.DONE)
        if moved.update(state=RunState.DONE, finished_at=now, **changes):
            work.record("import.finished", subject=("importrun", run.pk), data={"kind": run.kind, **counts})
        job.progress(sum(counts.values()))
    run.refresh_from_db()
