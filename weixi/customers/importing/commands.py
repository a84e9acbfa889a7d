"""`weixi import`: a file taken in one go, or checked only; called again it goes on where it was ended."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.importing import engine, runs
from weixi.customers.importing.error_files import write_error_file
from weixi.customers.importing.mapping import Memory, called, expect_names, from_document, remember_document, remembered
from weixi.customers.importing.models import ImportPart, ImportRun, RunState
from weixi.customers.importing.queries import get_run_for
from weixi.customers.importing.reading import Reading
from weixi.customers.importing.rights import check_fields, may_import
from weixi.customers.importing.storage import blocks_of, digest_of_file, root
from weixi.customers.importing.survey import Survey, survey
from weixi.customers.importing.undo.ahead import rehearsed
from weixi.customers.importing.undo.run import undo
from weixi.customers.importing.undo.words import kept_of, named
from weixi.kernel.errors import Invalid, WeixiError
from weixi.kernel.importing.mapping.headers import header_key
from weixi.kernel.jobs import services as jobs
from weixi.kernel.jobs.models import Job, JobState
from weixi.kernel.os_words import os_reason
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

WAIT_SECONDS = 0.3


class Refused(WeixiError):
    """The file was understood and is not taken; the sentence has the way out."""

    status = 422
    code = "import.refused"


def import_file(
    kind: str,
    path: Path,
    *,
    viewer: Viewer,
    mapping: Mapping[str, Any] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    header_row: int | None = None,
    create_customers: bool = False,
    check_only: bool = False,
) -> dict[str, Any]:
    """Import a file, or with `check_only` say what an import would do and write nothing.

    `encoding` is that of a text which does not tell, `header_row` the row of the column names (0: there are none, a
    mapping calls the columns #1, #2 ...).

    Returns read, created, updated, unchanged, rejected, skipped (rows), contacts_created and contacts_updated (people that
    rows of customers bring beside them), encoding, columns, error_file
    (a path or None), run (None for a check), warnings, sheet (the one read, None for a text) and other_sheets (visible ones that
    were not read because nobody said which). A run of the same import by the same person
    that was ended is taken up where it stopped. Raises Invalid or Refused; rejected rows are no refusal.
    """
    spec = runs.kind_for(viewer, kind).spec
    if create_customers:
        viewer.require(Right.CUSTOMERS_EDIT)
    choices: dict[str, Any] = {"sheet": sheet, "encoding": encoding, "header_row": header_row}
    choices = {name: value for name, value in choices.items() if value not in (None, "")}
    table = runs.open_source(spec, path, choices)
    memory = remembered(viewer, kind, table.header)
    expect_names(spec, table, choices, mapping, memory)
    fields, answers = from_document(spec, table, mapping, memory, lambda name: may_import(viewer, kind, name))
    check_fields(viewer, spec, fields)
    reading = Reading(spec, table, fields)
    looked = survey(reading, engine.handler_class(kind), answers)
    if known := _known_answers(looked, memory):
        answers |= known
        looked = survey(reading, engine.handler_class(kind), answers)
    if looked.questions:
        raise _question(looked)
    sha256 = digest_of_file(path)
    told = _told(reading, bool(sheet))
    if check_only:
        return _check(kind, reading, looked, sha256, viewer=viewer, create_customers=create_customers) | told
    remember_document(viewer, table, kind, mapping, fields, answers)
    run = runs.begin_or_resume(
        kind, path, reading, viewer=viewer, blocks=blocks_of(path), sha256=sha256, choices=choices, answers=answers,
        create_customers=create_customers, looked=looked,
    )  # fmt: skip
    run = _run_to_its_end(run, RunState.DONE)
    outcome = {"read": run.read} | {name: getattr(run, name) for name in (*engine.COUNTS, *engine.BESIDE)}
    error_file = str(run.error_file) if run.error_file else None
    return {**outcome, **told, "error_file": error_file, "run": run.pk, "warnings": run.warnings}


def undo_import(number: str, *, viewer: Viewer, check_only: bool = False) -> dict[str, Any]:
    """Take a run back, here and now; called again it goes on where it was ended, or tries again what stayed.

    `check_only` writes nothing and says what it would do. Returns run, taken_back (things), restored (cells), kept (list
    of what stays and why). Raises NotFound for somebody else's run, Conflict for one that cannot be taken back.
    """
    run = get_run_for(viewer, int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0)
    if check_only:
        ahead = rehearsed(run, viewer=viewer)
        left = [each.as_json() for each in named(ahead.kept, viewer)]
        return {"run": run.pk, "taken_back": ahead.taken, "restored": ahead.restored, "kept": left}
    run = _run_to_its_end(undo(run, viewer=viewer), RunState.UNDONE)
    kept = [each.as_json() for each in kept_of(run, viewer, None)]
    return {"run": run.pk, "taken_back": run.taken_back, "restored": run.restored, "kept": kept}


def _run_to_its_end(run: ImportRun, end: RunState) -> ImportRun:
    """Do the run's job here; when another living process has it, wait for that one. Raises Refused when it does not come
    to this end, a full disk or a lock that does not end included: the run stays where it was and can be gone on with."""
    assert run.job_id is not None
    job, faults = jobs.run_now(run.job_id), 0
    while not job.is_finished:
        # Put back in the queue by a fault of the database.
        faults += job.state == JobState.QUEUED and bool(job.error)
        if faults >= jobs.MAX_ATTEMPTS:
            raise Refused(
                _("The database answered: %(text)s. Run the command again to go on.") % {"text": job.error},
                code="import.failed",
            )
        time.sleep(WAIT_SECONDS)
        job = jobs.run_now(run.job_id)
    run.refresh_from_db()
    if run.state == end:
        return run
    raise Refused(run.fault or _job_fault(job), code="import.failed")


def _job_fault(job: Job) -> str:
    if job.error:
        return job.error
    return _("The import did not come to its end; run the command again to go on.")


def _question(looked: Survey) -> Refused:
    """What has to be answered, and how, in one text."""
    lines = []
    for each in looked.questions:
        options = "; ".join(f"{option.key} = {option.label.render(_)}" for option in each.asked.options)
        lines.append(
            _("Column “%(column)s” (%(examples)s): %(question)s %(options)s.")
            % {
                "column": each.called,
                "examples": ", ".join(each.asked.examples[:3]),
                "question": each.asked.question.render(_),
                "options": options,
            }
        )
    first = looked.questions[0]
    example = f'{{"answers": {{"{first.called}": "{first.asked.options[0].key}"}}}}'
    lines.append(_("Answer in the file given by --mapping, for example %(example)s.") % {"example": example})
    return Refused(" ".join(lines), code="import.question")


def _check(
    kind: str, reading: Reading, looked: Survey, sha256: str, *, viewer: Viewer, create_customers: bool
) -> dict[str, Any]:
    """The check alone: the database is only read; the error file goes into the folder of imports."""
    outcome = engine.Outcome()
    run = ImportRun(kind=kind, create_customers=create_customers)
    parts = []
    for part in engine.check_portions(run, viewer, reading, looked, outcome):
        part.plan = []
        parts.append(part)
    if outcome.hanging:
        parts.append(ImportPart(reasons={str(row): [reason] for row, reason in outcome.hanging.items()}))
    folder = root() / "checks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = write_error_file(folder, reading.table, parts, stem=f"errors-{sha256[:16]}")
    except OSError as error:
        raise Invalid(_("The error file cannot be written: %(reason)s.") % {"reason": os_reason(error)}) from None
    counts = {"read": outcome.read, **outcome.counts, **outcome.contacts}
    error_file = str(folder / name) if name else None
    return {**counts, "error_file": error_file, "run": None, "warnings": outcome.warnings}


def _known_answers(looked: Survey, memory: Memory) -> dict[str, str]:
    """The person's own answers of last time to what this file asks; the outcome says which they are."""
    found = {}
    for each in looked.questions:
        answer = memory.answers.get(header_key(each.header)[:120])
        if answer in {option.key for option in each.asked.options}:
            found[str(each.column)] = answer
    return found


def _told(reading: Reading, chosen: bool) -> dict[str, Any]:
    """How the file was read; the sheets that were passed over, unless the one to read was `chosen`."""
    table = reading.table
    named = [called(table.header, place) for place in range(len(table.header))]
    columns = [{"header": name, "field": field} for name, field in zip(named, reading.fields, strict=True)]
    answers = [{"header": named[int(column)], "answer": answer} for column, answer in sorted(reading.answers.items())]
    return {
        "encoding": runs.encoding_of(table), "columns": columns, "answers": answers, "sheet": table.sheet,
        "other_sheets": [] if chosen else [each.name for each in table.sheets if not each.hidden and each.name != table.sheet],
    }  # fmt: skip
