"""Import runs: taking a file in, matching its columns, checking, writing — each step once, whoever asks again."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from weixi.customers.importing import engine
from weixi.customers.importing.error_files import parts_with_faults, write_error_file
from weixi.customers.importing.kept_rows import KeptRows
from weixi.customers.importing.mapping import check_mapping, remember
from weixi.customers.importing.models import OPEN, ImportRun, RunState
from weixi.customers.importing.reading import Reading
from weixi.customers.importing.rights import check_fields
from weixi.customers.importing.storage import Stored, drop, take_in
from weixi.customers.importing.survey import Survey, survey
from weixi.kernel import clock
from weixi.kernel.collecting import rare_collections
from weixi.kernel.errors import Conflict, Invalid, NotFound, WeixiError
from weixi.kernel.importing.errors import FileRefused
from weixi.kernel.importing.mapping.spec import KindSpec
from weixi.kernel.importing.reading import ReadChoices, Table, open_table
from weixi.kernel.importing.wording import Said
from weixi.kernel.jobs import services as jobs
from weixi.kernel.jobs.errors import JobInterrupted
from weixi.kernel.jobs.models import Job, JobState
from weixi.kernel.os_words import os_reason
from weixi.kernel.slices import ImportKind, registry
from weixi.kernel.unmapped import unmapped
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer, system_viewer, viewer_of

JOB = "import"
# What a person may say of a text when it was not recognised.
ENCODINGS = ("utf-8", "gb18030", "big5", "cp1252", "utf-16-le", "utf-16-be", "shift_jis", "euc-kr")
DELIMITERS = (",", ";", "\t", "|")
PAUSABLE = (RunState.CHECKING, RunState.RUNNING)
logger = logging.getLogger(__name__)
# The last survey made in this process, by its run's key.
_surveys: dict[str, Survey] = {}


def kind_for(viewer: Viewer, kind: str) -> ImportKind:
    """The kind of import, if this person may import it. Raises NotFound, Forbidden."""
    known = registry.imports.get(kind)
    if known is None:
        raise NotFound(_("There is no import of “%(kind)s”.") % {"kind": kind[:40]})
    viewer.require(Right.CUSTOMERS_IMPORT)
    viewer.require(Right(known.right))
    return known


def refusal_text(error: FileRefused) -> str:
    """What is wrong with a file, where, and the way out, in the reader's language."""
    parts = (error.message, error.place, error.way_out)
    return " ".join(part.render(_) for part in parts if isinstance(part, Said))


def open_source(spec: KindSpec, path: Any, choices: Mapping[str, Any]) -> Table:
    """The table in a file. Raises Invalid saying why it cannot be read."""
    for name, known in (("encoding", ENCODINGS), ("delimiter", DELIMITERS)):
        if choices.get(name) and choices[name] not in known:
            text = _("Choose one of: %(names)s.") % {"names": " ".join(map(repr, known))}
            raise Invalid(text, fields={name: text})
    try:
        table = open_table(path, ReadChoices(**choices), known=spec.knows)
    except FileRefused as error:
        raise Invalid(refusal_text(error), code=error.code, fields={"file": refusal_text(error)}) from None
    except OSError as error:
        raise Invalid(
            _("The file %(path)s cannot be read: %(reason)s.") % {"path": path, "reason": os_reason(error)},
            code="import.unreadable",
        ) from None
    row = choices.get("header_row")
    if row and table.header_rows[0] != row:
        text = _("Row %(row)d has no column names: it is empty or not among the first of the file.") % {"row": row}
        raise Invalid(text, fields={"header_row": text})
    return table


def open_run(run: ImportRun) -> Reading:
    """The run's file as it is mapped so far."""
    spec = registry.imports[run.kind].spec
    table = open_source(spec, run.source, run.choices)
    fields = run.fields or [None] * len(table.header)
    if list(table.header) != run.header:
        raise Conflict(_("The stored file is no longer the one that was checked; upload it again."))
    return Reading(spec, table, fields)


def encoding_of(table: Table) -> str:
    """The encoding of a text, the kind of anything else."""
    return table.encoding.name if table.encoding is not None else table.kind.value


def upload(
    kind: str, file_name: str, blocks: Iterable[bytes], *, viewer: Viewer, choices: Mapping[str, Any] | None = None
) -> ImportRun:
    """Take a file in and look at what it is. Raises Invalid for one that cannot be read; nothing stays of it."""
    with brought(kind, file_name, blocks, viewer=viewer, choices=choices) as found:
        return make_run(found, viewer=viewer)


@dataclass(slots=True)
class Brought:
    """A file that was taken in and can be read; `used` when a run was made of it."""

    kind: str
    file_name: str
    stored: Stored
    table: Table
    choices: Mapping[str, Any]
    used: bool = False


@contextmanager
def brought(
    kind: str, file_name: str, blocks: Iterable[bytes], *, viewer: Viewer, choices: Mapping[str, Any] | None = None
) -> Iterator[Brought]:
    """The same in two steps, for who does not want to hold the database while a large file is read: `make_run` makes
    the run. Unless it did, nothing stays of the file."""
    spec = kind_for(viewer, kind).spec
    stored = take_in(blocks)
    try:
        found = Brought(kind, file_name, stored, open_source(spec, stored.path, choices or {}), choices or {})
        yield found
    except BaseException:
        drop(stored.folder)
        raise
    if not found.used:
        drop(stored.folder)


def make_run(found: Brought, *, viewer: Viewer) -> ImportRun:
    """The run of a file that was brought."""
    run = _new_run(found.kind, found.file_name, found.stored, found.table, viewer=viewer, choices=found.choices)
    found.used = True
    return run


def _spoken(file_name: str) -> str:
    """A name that can be kept: one that is no UTF-8 on disk was written by a Chinese Windows (unpacked from a zip)."""
    try:
        return file_name.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeDecodeError:
        return file_name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    except UnicodeEncodeError:
        return file_name.encode("utf-8", "replace").decode("utf-8")


def _new_run(
    kind: str, file_name: str, stored: Stored, table: Table, *, viewer: Viewer, choices: Mapping[str, Any], **more: Any
) -> ImportRun:
    return ImportRun.objects.create(
        kind=kind,
        file_name=_spoken(file_name)[-200:],
        folder=stored.folder,
        stored_name=stored.name,
        size=stored.size,
        sha256=stored.sha256,
        choices=dict(choices),
        header=list(table.header),
        encoding=encoding_of(table)[:20],
        sheet=(table.sheet or "")[:100],
        created_by=viewer.user,
        created_at=clock.now(),
        **more,
    )


def read_otherwise(run: ImportRun, *, viewer: Viewer, choices: Mapping[str, Any]) -> ImportRun:
    """Read the stored file with another sheet, header row, encoding or separator."""
    table = open_source(kind_for(viewer, run.kind).spec, run.source, choices)
    changes = {"choices": dict(choices), "header": list(table.header), "fields": [], "answers": {}}
    changes |= {"encoding": encoding_of(table)[:20], "sheet": (table.sheet or "")[:100]}
    return _moved(
        run, (RunState.UPLOADED, RunState.ASKING, RunState.CHECKED, RunState.FAILED), RunState.UPLOADED, **changes
    )


def match_columns(
    run: ImportRun,
    fields: Sequence[str | None],
    *,
    viewer: Viewer,
    answers: Mapping[str, str] | None = None,
    create_customers: bool = False,
) -> ImportRun:
    """Say which column feeds which field; the check begins. Raises Invalid for a mapping that cannot work."""
    kind = kind_for(viewer, run.kind)
    if create_customers:
        viewer.require(Right.CUSTOMERS_EDIT)
    if len(fields) != len(run.header):
        raise Invalid(_("The mapping does not fit the columns of the file."))
    check_mapping(kind.spec, run.header, fields)
    check_fields(viewer, kind.spec, fields)
    given = {**run.answers, **(answers or {})}
    given = {column: key for column, key in given.items() if column.isdigit() and fields[int(column)] is not None}
    _let_job_end(run)
    with transaction.atomic():
        remember(viewer, run.kind, run.header, fields, given)
        states = (RunState.UPLOADED, RunState.ASKING, RunState.CHECKED, RunState.FAILED)
        changes = {"fields": list(fields), "answers": given, "questions": [], "fault": "", "error_name": ""}
        run = _moved(run, states, RunState.CHECKING, create_customers=create_customers, **changes)
        return _queued(run, viewer)


def start(run: ImportRun, *, viewer: Viewer) -> ImportRun:
    """Do what the check has planned. Raises Conflict unless the run is checked."""
    kind_for(viewer, run.kind)
    _let_job_end(run)
    with transaction.atomic():
        run = _moved(run, (RunState.CHECKED,), RunState.RUNNING, fault="")
        return _queued(run, viewer)


def again(run: ImportRun, *, viewer: Viewer) -> ImportRun:
    """Take up a run that failed, or whose job was given up, where it stopped."""
    kind_for(viewer, run.kind)
    _let_job_end(run)
    # A plan that is stored in full is written; else the check is not over.
    begun = run.parts.filter(done=True).exists() or run.state == RunState.RUNNING or run.wrote
    with transaction.atomic():
        states = (RunState.FAILED, RunState.CHECKING, RunState.RUNNING, RunState.PAUSED)
        run = _moved(run, states, RunState.RUNNING if begun else RunState.CHECKING, fault="", wrote=False)
        return _queued(run, viewer)


def pause(run: ImportRun, *, viewer: Viewer) -> ImportRun:
    """Hold a run that is being checked or written; `again` takes it up where it stopped."""
    with transaction.atomic():
        wrote = run.state == RunState.RUNNING
        run = _moved(run, (run.state,) if run.state in PAUSABLE else (), RunState.PAUSED, wrote=wrote)
        job = Job.objects.filter(pk=run.job_id or 0).first()
        if job is not None and not job.is_finished:
            jobs.cancel(job, viewer=viewer)
    return run


def cancel(run: ImportRun, *, viewer: Viewer) -> ImportRun:
    """End a run; what it has written stays, whole portions of it."""
    with transaction.atomic():
        run = _moved(run, OPEN, RunState.CANCELLED, finished_at=clock.now())
        job = Job.objects.filter(pk=run.job_id or 0).first()
        if job is not None and not job.is_finished:
            jobs.cancel(job, viewer=viewer)
    return run


def _let_job_end(run: ImportRun) -> None:
    """The job that stored the present state may still be on its last line; a new one needs it gone.

    Raises Conflict when it goes on all the same: then the run is being worked on.
    """
    for _attempt in range(60):
        job = Job.objects.filter(pk=run.job_id or 0).first() if run.job_id else None
        if job is None or job.state != JobState.RUNNING:
            return
        time.sleep(0.05)
    raise Conflict(_("This import has moved on meanwhile; open it again."))


def _moved(run: ImportRun, before: Sequence[str], after: str, **changes: Any) -> ImportRun:
    """Compare-and-set of the state; of two who press the button one is told."""
    if not ImportRun.objects.filter(pk=run.pk, state__in=before).update(state=after, **changes):
        raise Conflict(_("This import has moved on meanwhile; open it again."))
    run.refresh_from_db()
    return run


def _queued(run: ImportRun, viewer: Viewer) -> ImportRun:
    run.job_id = jobs.enqueue(JOB, run.pk, viewer=viewer, note=run.file_name).pk
    run.save(update_fields=["job_id"])
    return run


# --- the same import again --------------------------------------------------------------------------


def key_of(
    sha256: str, kind: str, choices: Mapping[str, Any], fields: Sequence[str | None], answers: Mapping[str, str],
    create_customers: bool,
) -> str:  # fmt: skip
    """Equal for the same file read, mapped and answered the same way."""
    said = json.dumps([sha256, kind, dict(choices), list(fields), dict(answers), create_customers], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def begin_or_resume(
    kind: str, path: Any, reading: Reading, *, viewer: Viewer, blocks: Iterable[bytes], sha256: str,
    choices: Mapping[str, Any], answers: Mapping[str, str], create_customers: bool, looked: Survey,
) -> ImportRun:  # fmt: skip
    """The unfinished run of this very import by this person, else a new one that goes straight on to write.

    `looked` is the survey of this file with these answers: the run's job, if this process does it, has its use.
    """
    key = key_of(sha256, kind, choices, reading.fields, answers, create_customers)
    _surveys.clear()
    _surveys[key] = looked
    same = ImportRun.objects.filter(key=key, created_by=viewer.user, straight_on=True, state__in=OPEN).first()
    if same is not None and same.source.exists():
        if same.state in (RunState.FAILED, RunState.PAUSED):
            return again(same, viewer=viewer)
        return _queued(same, viewer)
    stored = take_in(blocks)
    with transaction.atomic():
        run = _new_run(
            kind, path.name, stored, reading.table, viewer=viewer, choices=choices, fields=list(reading.fields),
            answers=dict(answers), create_customers=create_customers, straight_on=True, key=key,
            state=RunState.CHECKING,
        )  # fmt: skip
        return _queued(run, viewer)


# --- the job ----------------------------------------------------------------------------------------


def perform(job: jobs.RunningJob) -> None:
    """The work of an import's job: check, or write, or both; may be called again after any end."""
    run = ImportRun.objects.select_related("created_by").get(pk=job.target_id or 0)
    viewer = viewer_of(run.created_by) if run.created_by else system_viewer("cli")
    language = run.created_by.language if run.created_by else translation.get_language()
    with translation.override(language):
        try:
            with rare_collections(), unmapped():
                _perform(run, viewer, job)
        except (JobInterrupted, OperationalError):
            raise
        except WeixiError as error:
            _fail(run, str(error))
            raise
        except Exception:
            logger.exception("import %s", run.pk)
            _fail(run, _("Something went wrong inside; what was written so far is whole. Try to go on."))
            raise


def _perform(run: ImportRun, viewer: Viewer, job: jobs.RunningJob) -> None:
    if run.state not in (RunState.CHECKING, RunState.RUNNING):
        return
    kind_for(viewer, run.kind)
    if run.create_customers:
        viewer.require(Right.CUSTOMERS_EDIT)
    reading = open_run(run)
    looked = _looked_through(run, reading)
    kept = KeptRows(run.place) if run.state == RunState.CHECKING and run.straight_on else None
    try:
        if run.state == RunState.CHECKING and not _checked(run, viewer, reading, looked, job, kept):
            return
        run.refresh_from_db()
        if run.state == RunState.RUNNING:
            job.progress(0, looked.rows)
            engine.write(run, viewer, reading, looked, job, kept)
            engine.finish(run, viewer, job, write_error_file(run.place, reading.table, parts_with_faults(run)))
    finally:
        if kept is not None:
            kept.close()


def _looked_through(run: ImportRun, reading: Reading) -> Survey:
    looked = _surveys.pop(run.key, None) if run.key else None
    if looked is None:
        return survey(reading, engine.handler_class(run.kind), run.answers)
    reading.rules.update(looked.rules)
    reading.prepare()
    return looked


def _checked(
    run: ImportRun, viewer: Viewer, reading: Reading, looked: Survey, job: jobs.RunningJob, kept: KeptRows | None
) -> bool:
    """Check and store the plan; False when a person has to answer first."""
    if looked.questions:
        with transaction.atomic():
            job.progress(0)
            _moved(run, (RunState.CHECKING,), RunState.ASKING, questions=[each.as_json() for each in looked.questions])
        return False
    outcome = engine.store_plan(run, viewer, reading, looked, job, kept)
    errors = write_error_file(run.place, reading.table, parts_with_faults(run))
    with transaction.atomic():
        job.progress(outcome.read, outcome.read)
        _moved(
            run, (RunState.CHECKING,), RunState.RUNNING if run.straight_on else RunState.CHECKED,
            **outcome.counts, **outcome.contacts, read=outcome.read, warnings=outcome.warnings, similar=outcome.similar,
            error_name=errors, redecided=[],
        )  # fmt: skip
    return True


def _fail(run: ImportRun, sentence: str) -> None:
    ImportRun.objects.filter(pk=run.pk, state__in=(RunState.CHECKING, RunState.RUNNING)).update(
        state=RunState.FAILED, fault=sentence
    )
