"""Acts on the chosen customers of the list, and what came of them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers import choices
from weixi.customers.acts import services
from weixi.customers.acts.kinds import KINDS, settable_by
from weixi.customers.acts.models import Act, ActRow, ActRun, ActState, Result
from weixi.customers.forms import ValueForm
from weixi.customers.models import Customer
from weixi.kernel import clock
from weixi.kernel.errors import NotFound
from weixi.kernel.jobs.models import Job
from weixi.kernel.one_of import one_of
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

PER_PAGE = 100


@require_POST
def act(request: Asked, act: str) -> HttpResponse:
    """Do one thing to the chosen: few at once with a word and an undo, many as a job with a page of its own."""
    kind = KINDS.get(act)
    if kind is None:
        raise NotFound(_("There is no such act."))
    request.viewer.require(kind.right)
    ids = choices.picked(request.viewer, request.POST, most=services.MOST)
    run = services.start(act, ids, _params(act, request.POST), viewer=request.viewer)
    return _said(request, run)


@needs(Right.CUSTOMERS_EDIT)
def value(request: Asked) -> HttpResponse:
    """The input for the field that was chosen in the bar: its list of values, a day, a number, or text."""
    wanted = request.GET.get("field", "")
    field = next((each for each in settable_by(request.viewer) if each.key == wanted), None)
    return render(request, "customers/acts/value.html", {"form": ValueForm(field)})


def _params(act: str, posted: QueryDict) -> dict[str, Any]:
    if act == Act.ASSIGN:
        owner = posted.get("owner", "")
        number = int(owner) if owner.isdecimal() and owner.isascii() and len(owner) < 10 else None
        return {"owner": number, "reason": posted.get("reason", "")[:200]}
    if act in (Act.TAG, Act.UNTAG):
        return {"tag": (posted.get("tag_text", "") or posted.get("tag", "")).strip()}
    if act == Act.LIFECYCLE:
        return {"lifecycle": posted.get("lifecycle", ""), "reason": posted.get("reason", "")[:200]}
    if act == Act.SET:
        several = [each.strip() for each in posted.getlist("value")]
        value: Any = several if len(several) > 1 else several[0] if several else ""
        return {"field": posted.get("field", ""), "value": value}
    if act in (Act.VISIT, Act.UNVISIT):
        return {"reason": posted.get("visit_why", "")[:200]}
    return {"reason": posted.get("why", "")[:200]}


def _said(request: Asked, run: ActRun) -> HttpResponse:
    counts = services.counts_of(run)
    finished = run.state in (ActState.DONE, ActState.UNDONE)
    clean = not counts.get(Result.REFUSED) and not counts.get(Result.KEPT)
    text = _("%(act)s: %(what)s") % {"act": run.words, "what": summary(counts)}
    if finished and clean:
        undo = reverse("customers-act-undo", args=[run.pk]) if run.state == ActState.DONE else ""
        return done(request, text, to=_back(request), undo=undo, changed=["customers"])
    return done(request, text, to=run.get_absolute_url(), stay=False)


def summary(counts: dict[str, int]) -> str:
    """`12 done, 3 unchanged`."""
    parts = [(counts[code], label) for code, label in Result.choices if counts.get(code)]
    return _(", ").join(
        _("%(number)s %(label)s") % {"number": f"{number:,}", "label": label} for number, label in parts
    )


def _back(request: Asked) -> str:
    """The list as it stood."""
    query = request.POST.get("query", "")
    return f"{reverse('customers')}?{query}" if query else reverse("customers")


def show(request: Asked, pk: int) -> HttpResponse:
    """What came of an act, row by row; those that were refused first."""
    run = services.get_act_for(request.viewer, pk)
    rows = ActRow.objects.filter(run=run).select_related("customer").order_by("-reason", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    ids = {row.customer.pk for row in page}
    # Who was handed over may be out of sight now: his row stands there without the name.
    visible = set(Customer.objects.filter(request.viewer.owned(), one_of("pk", ids)).values_list("pk", flat=True))
    counts = services.counts_of(run)
    context = {
        "run": run, "page": page, "visible": visible, "summary": summary(counts),
        "job": Job.objects.filter(pk=run.job_id or 0).first(),
        "waiting": run.state in (ActState.RUNNING, ActState.UNDOING),
        "may_undo": run.state == ActState.DONE and run.undo_until > clock.now() and counts.get(Result.DONE),
    }  # fmt: skip
    return render(request, "customers/acts/show.html", context)


@require_POST
def undo(request: Asked, pk: int) -> HttpResponse:
    run = services.undo(services.get_act_for(request.viewer, pk), viewer=request.viewer)
    return _said(request, run)
