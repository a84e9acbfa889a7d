"""Pages of the importer: choose a file, match its columns, look at the plan, let it run, see what came of it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.importing import queries, runs
from weixi.customers.importing.models import ImportRun, RunState
from weixi.customers.importing.refused_rows import SHOWN_GROUPS, refused_by_reason
from weixi.customers.importing.run_rows import rows_page
from weixi.customers.importing.samples import sample_workbook
from weixi.customers.importing.undo.ahead import AT_ONCE, MOST, rehearse, size_of
from weixi.customers.importing.undo.run import can_be_undone, undo
from weixi.customers.importing.undo.words import SHOWN, brought_by, kept_of, named
from weixi.kernel.errors import Forbidden, Invalid, NotFound, WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.slices import registry
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.organisation.scope import Viewer

PER_PAGE = 30
_WAITING = (RunState.CHECKING, RunState.RUNNING)
_MATCHING = (RunState.UPLOADED,)
# How far along the four steps a run in this state is.
_STEPS = {"uploaded": 2, "checking": 3, "asking": 3, "checked": 3, "running": 4, "done": 5, "failed": 3, "cancelled": 3,
          "paused": 4, "undoing": 5, "undone": 5}  # fmt: skip


@needs(Right.CUSTOMERS_IMPORT)
def imports(request: Asked) -> HttpResponse:
    page = Paginator(queries.runs_for(request.viewer), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "customers/importing/list.html", {"page": page, "labels": _labels()})


@needs(Right.CUSTOMERS_IMPORT)
def new_import(request: Asked) -> HttpResponseBase:
    kinds = queries.kinds_for(request.viewer)
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    context: dict[str, Any] = {"kinds": kinds, "chosen": asked or (kinds[0].code if kinds else ""), "step": 1}
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise Invalid(_("Choose a file first."))
            said = request.POST.get("encoding", "")
            choices = {"encoding": said} if said in runs.ENCODINGS else {}
            blocks = file.chunks()
            with runs.brought(asked, file.name or "", blocks, viewer=request.viewer, choices=choices) as found:
                return _make_run(request, found)
        except (Forbidden, NotFound):
            raise
        except WeixiError as refusal:
            context["refusal"] = str(refusal)
            if refusal.code in ("file.encoding_unknown", "file.damaged_text"):
                context |= {"encodings": runs.ENCODINGS, "encoding": request.POST.get("encoding", "")}
    return render(request, "customers/importing/new.html", context, status=422 if "refusal" in context else 200)


@once_per_form
def _make_run(request: Asked, found: runs.Brought) -> HttpResponse:
    """Apart from the reading of the file: what is done once holds the database."""
    run = runs.make_run(found, viewer=request.viewer)
    return _go(request, reverse("import-map", args=[run.pk]))


@needs(Right.CUSTOMERS_IMPORT)
def match(request: Asked, pk: int) -> HttpResponse:
    run = queries.get_run_for(request.viewer, pk)
    if run.state in _WAITING or run.state in (RunState.DONE, RunState.CANCELLED):
        return _go(request, run.get_absolute_url())
    refusal = ""
    if request.method == "POST":
        chosen = [request.POST.get(f"column-{column}") or None for column in range(len(run.header))]
        try:
            runs.match_columns(
                run, _known(run, chosen), viewer=request.viewer, create_customers="create_customers" in request.POST
            )
        except Invalid as error:
            refusal, run.fields = str(error), _known(run, chosen)
            run.create_customers = "create_customers" in request.POST
        else:
            return _go(request, run.get_absolute_url())
    table, lines = queries.column_lines(run, request.viewer)
    spec = registry.imports[run.kind].spec
    context = {
        "run": run, "table": table, "lines": lines, "refusal": refusal, "step": 2, "encodings": runs.ENCODINGS,
        "fields": sorted(((each.key, _(each.label)) for each in spec.fields), key=lambda each: each[1]),
        "label": _labels()[run.kind], "links_customers": run.kind != "customers",
    }  # fmt: skip
    return render(request, "customers/importing/match.html", context, status=422 if refusal else 200)


@require_POST
@needs(Right.CUSTOMERS_IMPORT)
def read_otherwise(request: Asked, pk: int) -> HttpResponse:
    run = queries.get_run_for(request.viewer, pk)
    row = request.POST.get("header_row", "").strip()
    choices: dict[str, Any] = {}
    if request.POST.get("sheet"):
        choices["sheet"] = request.POST["sheet"]
    if request.POST.get("encoding") in runs.ENCODINGS:
        choices["encoding"] = request.POST["encoding"]
    if row.isdecimal() and int(row[:6]) <= 100:
        choices["header_row"] = int(row[:6])
    runs.read_otherwise(run, viewer=request.viewer, choices=choices)
    return _go(request, reverse("import-map", args=[run.pk]))


@needs(Right.CUSTOMERS_IMPORT)
def show(request: Asked, pk: int) -> HttpResponse:
    run = queries.get_run_for(request.viewer, pk)
    if run.state in _MATCHING:
        return _go(request, reverse("import-map", args=[run.pk]))
    known = queries.remembered_answers(run, request.viewer) if run.state == RunState.ASKING else {}
    job = queries.job_of(run)
    waiting = (*_WAITING, RunState.UNDOING)
    stuck = run.state in waiting and job is not None and job.is_finished
    undone = run.state == RunState.UNDONE
    groups = [] if undone or (run.state in waiting and not stuck) else refused_by_reason(run)
    context = {
        "undoable": can_be_undone(run), "left": kept_of(run, request.viewer) if undone else [],
        "run": run, "waiting": run.state in waiting and not stuck, "stuck": stuck, "job": job, "label": _labels()[run.kind],
        "refused": groups[:SHOWN_GROUPS], "more": max(0, len(groups) - SHOWN_GROUPS), "customers": queries.customers_of(run, request.viewer),
        "questions": [{**each, "chosen": known.get(each["column"], "")} for each in run.questions],
        "offers_customers": run.state == RunState.CHECKED and run.kind != "customers" and not run.create_customers,
        "step": _STEPS[run.state],
    }  # fmt: skip
    return render(request, "customers/importing/run.html", context)


@require_POST
@needs(Right.CUSTOMERS_IMPORT)
def answer(request: Asked, pk: int) -> HttpResponse:
    run = queries.get_run_for(request.viewer, pk)
    given = {str(each["column"]): request.POST.get(f"answer-{each['column']}", "") for each in run.questions}
    if not all(given.values()):
        raise Invalid(_("Answer each question."))
    runs.match_columns(run, run.fields, viewer=request.viewer, answers=given, create_customers=run.create_customers)
    return _go(request, run.get_absolute_url())


@require_POST
@needs(Right.CUSTOMERS_IMPORT)
def act(request: Asked, pk: int, what: str) -> HttpResponse:
    """Start, hold, go on with, or cancel a run."""
    run = queries.get_run_for(request.viewer, pk)
    acts = {"start": runs.start, "pause": runs.pause, "again": runs.again, "cancel": runs.cancel}
    acts[what](run, viewer=request.viewer)
    return _go(request, run.get_absolute_url())


@needs(Right.CUSTOMERS_IMPORT)
def take_back(request: Asked, pk: int) -> HttpResponse:
    """What taking a run back would do, and what would stay; done when it is posted, gone on with when it had stopped."""
    run = queries.get_run_for(request.viewer, pk)
    runs.kind_for(request.viewer, run.kind)
    if request.method == "POST":
        undo(run, viewer=request.viewer)
        return _go(request, run.get_absolute_url())
    if not can_be_undone(run):
        return _go(request, run.get_absolute_url())
    size = size_of(run)
    context = {"run": run, "label": _labels()[run.kind], "brought": brought_by(run), "later": False, "most": MOST,
               "again": run.state == RunState.UNDONE, "too_many": size > MOST}  # fmt: skip
    if size <= AT_ONCE or (size <= MOST and "count" in request.GET):
        context |= _ahead(run, request.viewer)
    else:
        context["later"] = size <= MOST
    return render(request, "customers/importing/undo.html", context)


def _ahead(run: ImportRun, viewer: Viewer) -> dict[str, Any]:
    try:
        ahead = rehearse(run, viewer=viewer)
    except WeixiError as refusal:
        return {"refusal": str(refusal)}
    return {"ahead": ahead, "left": named(ahead.kept[:SHOWN], viewer)}


@needs(Right.CUSTOMERS_IMPORT)
def run_rows(request: Asked, pk: int, figure: str) -> HttpResponse:
    """The rows of the file that one figure of the run counts."""
    run = queries.get_run_for(request.viewer, pk)
    found = rows_page(run, request.viewer, figure, request.GET.get("page"), request.GET.get("reason", ""))
    context = {"run": run, "label": _labels()[run.kind], "found": found, "rejected": figure == "rejected"}
    return render(request, "customers/importing/rows.html", context)


@needs(Right.CUSTOMERS_IMPORT)
def error_file(request: Asked, pk: int) -> FileResponse:
    return queries.error_file_of(queries.get_run_for(request.viewer, pk))


@needs(Right.CUSTOMERS_IMPORT)
def sample(request: Asked, kind: str) -> FileResponse:
    if kind not in registry.imports:
        raise NotFound(_("There is no import of “%(kind)s”.") % {"kind": kind[:40]})
    spec = registry.imports[kind].spec
    # A stream and not an iterator: only of a stream is the name told to the browser.
    return FileResponse(
        BytesIO(sample_workbook(spec)),
        as_attachment=True,
        filename=_("Import template - %(kind)s") % {"kind": _(spec.label)} + ".xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def _known(run: ImportRun, chosen: list[str | None]) -> list[str | None]:
    spec = registry.imports[run.kind].spec
    return [field if field is not None and spec.has_field(field) else None for field in chosen]


def _labels() -> dict[str, Any]:
    return {code: kind.label for code, kind in registry.imports.items()}


def _go(request: Asked, url: str) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
