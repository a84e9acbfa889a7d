"""Pages of exports: ask for one, see how it stands, say yes or no, fetch the file."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.exporting import approving, files, services
from weixi.customers.exporting.decisions import exports_to_decide
from weixi.customers.exporting.forms import ExportForm, kind_choices
from weixi.customers.exporting.models import ExportRun, ExportState
from weixi.customers.exporting.rows import sheet_of
from weixi.customers.filtering.text import to_text
from weixi.customers.filtering.tree import Test
from weixi.customers.list_frame import read_ask
from weixi.customers.lists.address import columns_of, read_place
from weixi.customers.lists.columns import chosen, shown_of
from weixi.customers.queries import numbers_of
from weixi.customers.queries.listing import count_customers
from weixi.kernel.errors import WeixiError
from weixi.kernel.jobs.models import Job
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation.enums import Right, Role
from weixi.organisation.requests import Asked, needs
from weixi.organisation.scope import Viewer

PER_PAGE = 30


def exports(request: Asked) -> HttpResponse:
    waiting = bool(request.GET.get("waiting"))
    rows = exports_to_decide(request.viewer) if waiting else services.exports_of(request.viewer)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "waiting": waiting, "kinds": kind_choices()}
    return render(request, "customers/exporting/list.html", context)


@needs(Right.CUSTOMERS_EXPORT)
@once_per_form
def new_export(request: Asked) -> HttpResponse:
    """Ask for a file of the list as it stands; `query` is its address."""
    given = request.POST if request.method == "POST" else request.GET
    query = _asked(request.viewer, given)
    place = read_place(request.viewer, QueryDict(query))
    columns = columns_of(request.viewer, place)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.request_export(
                request.viewer, form.cleaned_data["kind"], place.query, shown_of(columns),
                format=form.cleaned_data["format"], reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(
                request,
                _("Export %(number)s is noted.") % {"number": run.number},
                to=run.get_absolute_url(),
                stay=False,
            )
    limit = approving.approved_from()
    ask, _grades = read_ask(request.viewer, place.query)
    count = count_customers(request.viewer, ask, stop=max(limit or 0, 10_000))
    context = {
        "form": form, "query": query, "count": count, "limit": limit, "much": limit is not None and count.number >= limit,
        "conditions": ask.conditions.items, "columns": columns,
        "masked": sheet_of(request.viewer, "customers", columns).masked,
    }  # fmt: skip
    return render(request, "customers/exporting/new.html", context, status=422 if form.errors else 200)


def role_labels(roles: Iterable[str]) -> list[str]:
    return [str(Role(role).label) for role in sorted(roles) if role in Role.values]


def _asked(viewer: Viewer, given: QueryDict) -> str:
    """The list's address, narrowed to the chosen lines (`pick`) unless all that match are meant (`whole`)."""
    query = given.get("query", "")
    ids = [int(text) for text in given.getlist("pick") if text.isdecimal() and text.isascii() and len(text) < 19]
    if not ids or given.get("whole"):
        return query
    place = read_place(viewer, QueryDict(query))
    # The chosen ones whatever the filter says meanwhile; columns and order stay.
    asked = {"where": to_text(Test("number", "in", tuple(numbers_of(viewer, ids)))), "q": ""}
    asked |= {name: place.query.get(name, "") for name in ("view", "sort", "archived") if place.query.get(name)}
    return urlencode(asked)


def show(request: Asked, pk: int) -> HttpResponse:
    run = services.get_export_for(request.viewer, pk)
    context = {
        "run": run, "kind_label": dict(kind_choices()).get(run.kind, run.kind), "waiting": run.state == ExportState.QUEUED, "may_decide": approving.may_decide(request.viewer, run),
        "asked": role_labels(approving.open_step(run)[1]) if run.state == ExportState.WAITING else (),
        "agreed": [{**each, "label": role_labels([each["role"]])[0]} for each in run.approvals],
        "mine": request.viewer.user is not None and run.requested_by_id == request.viewer.user.pk,
        "over": run.closed_words, "open": run.state == ExportState.DONE and not run.closed_words,
        "sentences": _sentences(request, run), "columns": sheet_of(
            request.viewer, run.kind, chosen(request.viewer, run.columns, most=services.MOST_COLUMNS)
        ).head,
        "job": Job.objects.filter(pk=run.job_id).first() if run.job_id else None,
    }  # fmt: skip
    return render(request, "customers/exporting/show.html", context)


def _sentences(request: Asked, run: ExportRun) -> list[str]:
    """The conditions in words; who may not read them sees the text that was asked for."""
    try:
        ask, _grades = read_ask(request.viewer, QueryDict(run.query))
    except WeixiError:
        return [run.query]
    words = [f"{item.label} {item.words}" for item in ask.conditions.items]
    return [*words, *([_("Search: %(text)s") % {"text": ask.text}] if ask.text else [])]


@require_POST
def decide(request: Asked, pk: int) -> HttpResponse:
    if not approving.may_approve_any(request.viewer):
        request.viewer.require(Right.EXPORTS_APPROVE)
    run = services.get_export_for(request.viewer, pk)
    services.decide(
        run, viewer=request.viewer, agree=request.POST.get("answer") == "yes",
        expected=request.POST.get("hash", ""), note=request.POST.get("note", ""),
    )  # fmt: skip
    return done(request, _("Your answer is noted."), to=reverse("exports"), stay=False)


@require_POST
def fetch(request: Asked, pk: int) -> FileResponse:
    """The file, for who asked for it; a form, because taking it is noted."""
    run = services.fetch(services.get_export_for(request.viewer, pk), viewer=request.viewer)
    return files.answer_of(run)
