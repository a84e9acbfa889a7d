"""Pages of exports: ask for one, see how it stands, say yes or no, fetch the file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.exporting import services
from weixi.customers.exporting.forms import ExportForm, kind_choices
from weixi.customers.exporting.models import ExportRun, ExportState
from weixi.customers.exporting.rows import sheet_of
from weixi.customers.list_page import read_ask
from weixi.customers.lists.address import columns_of, read_place
from weixi.customers.lists.columns import chosen, shown_of
from weixi.customers.queries.listing import count_customers
from weixi.kernel import clock
from weixi.kernel.errors import WeixiError
from weixi.kernel.jobs.models import Job
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

PER_PAGE = 30
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def exports(request: Asked) -> HttpResponse:
    page = Paginator(services.exports_of(request.viewer), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "customers/exporting/list.html", {"page": page})


@needs(Right.CUSTOMERS_EXPORT)
def new_export(request: Asked) -> HttpResponse:
    """Ask for a file of the list as it stands; `query` is its address."""
    given = request.POST if request.method == "POST" else request.GET
    query = given.get("query", "")
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
    limit = services.approved_from()
    ask, _grades = read_ask(request.viewer, place.query)
    count = count_customers(request.viewer, ask, stop=max(limit or 0, 10_000))
    context = {
        "form": form, "query": query, "count": count, "limit": limit, "much": limit is not None and count.number >= limit,
        "conditions": ask.conditions.items, "columns": columns,
        "masked": sheet_of(request.viewer, "customers", columns).masked,
    }  # fmt: skip
    return render(request, "customers/exporting/new.html", context, status=422 if form.errors else 200)


def show(request: Asked, pk: int) -> HttpResponse:
    run = services.get_export_for(request.viewer, pk)
    context = {
        "run": run, "kind_label": dict(kind_choices()).get(run.kind, run.kind), "waiting": run.state == ExportState.QUEUED, "may_decide": services.may_decide(request.viewer, run),
        "mine": request.viewer.user is not None and run.requested_by_id == request.viewer.user.pk,
        "open": run.state == ExportState.DONE and run.expires_at is not None and run.expires_at > clock.now(),
        "sentences": _sentences(request, run), "columns": [c.label for c in chosen(request.viewer, run.columns)],
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
@needs(Right.EXPORTS_APPROVE)
def decide(request: Asked, pk: int) -> HttpResponse:
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
    return FileResponse(
        run.path.open("rb"), as_attachment=True, filename=f"{run.number}-{run.kind}.{run.format}",
        content_type=TYPES[run.format],
    )  # fmt: skip
