"""The files of a customer: bringing several at once, opening, taking off."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from weixi.customers.attachments import queries, services
from weixi.customers.attachments.subjects import options_for
from weixi.customers.forms import ReasonForm
from weixi.customers.queries import get_customer_for
from weixi.kernel.errors import Forbidden, Invalid, WeixiError
from weixi.kernel.files.serving import send
from weixi.kernel.files.store import TooLarge
from weixi.kernel.once.forms import once_per_part
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

MOST_AT_ONCE = 50


def files(request: Asked, pk: int) -> HttpResponse:
    """All files of a customer, a page at a time."""
    found = get_customer_for(request.viewer, pk)
    page, lines = queries.file_page(request.viewer, found, request.GET.get("page"))
    context = {"customer": found, "page": page, "lines": lines, "may_edit": _may_edit(request, found), "whole": True}
    context["subjects"] = options_for(request.viewer, found)
    return render(request, "customers/attachments/page.html", context)


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def upload(request: Asked, pk: int) -> HttpResponse:
    """Keep what was brought; each file that is refused is named with its reason, the others stay."""
    found = get_customer_for(request.viewer, pk)
    brought = request.FILES.getlist("file")
    if getattr(request, "too_large", False):
        raise TooLarge(_("These files together are too large; bring fewer at once."))
    if not brought:
        raise Invalid(_("Choose a file first."))
    if len(brought) > MOST_AT_ONCE:
        raise Invalid(_("At most %(n)d files at once.") % {"n": MOST_AT_ONCE})
    kept, refusals, status = 0, [], 200
    about = request.POST.get("about", "")
    for place, each in enumerate(brought):
        try:
            with once_per_part(request, about, str(place), file=each) as part:
                if not part.done:
                    services.attach(
                        found, each.name or "", each.chunks(), viewer=request.viewer, about=about, together=part.finish
                    )
        except Forbidden:
            raise
        except WeixiError as refusal:
            refusals.append((each.name, str(refusal)))
            status = max(status, 422 if refusal.status == 400 else refusal.status)
            if refusal.status == 429:
                break
        else:
            kept += 1
    if refusals:
        page, lines = queries.file_page(request.viewer, found)
        context = {
            "customer": found, "page": page, "lines": lines, "may_edit": True, "refusals": refusals, "kept": kept,
            "whole": True, "subjects": options_for(request.viewer, found),
        }  # fmt: skip
        # htmx swaps a form that was refused; other statuses are for programs and plain pages.
        status = 422 if request.headers.get("HX-Request") == "true" else status
        return render(request, "customers/attachments/page.html", context, status=status)
    text = ngettext("%(n)d file attached.", "%(n)d files attached.", kept) % {"n": kept}
    return done(request, text, to=_tab(pk), changed=["files", "timeline"])


def open_file(request: Asked, pk: int) -> HttpResponseBase:
    """The file, to be saved; with `show` a picture stands in the page."""
    row = queries.get_attachment_for(request.viewer, pk)
    return send(queries.kept_of(row), queries.kind_of(row), row.name, inline="show" in request.GET)


@needs(Right.CUSTOMERS_EDIT)
def remove(request: Asked, pk: int) -> HttpResponse:
    row = queries.get_attachment_for(request.viewer, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.remove(row, viewer=request.viewer, reason=form.cleaned_data["reason"])
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("%(name)s is removed.") % {"name": row.name}
            return done(request, text, to=_tab(row.customer_id), changed=["files", "timeline"])
    context = {
        "form": form, "title": _("Remove %(name)s") % {"name": row.name}, "customer": row.customer,
        "action": reverse("attachment-remove", args=[pk]), "button": _("Remove"),
    }  # fmt: skip
    return render(request, "customers/act.html", context, status=422 if form.errors else 200)


def _may_edit(request: Asked, customer: object) -> bool:
    return request.viewer.may(Right.CUSTOMERS_EDIT) and getattr(customer, "archived_at", None) is None


def _tab(pk: int) -> str:
    return f"{reverse('customer', args=[pk])}?tab=files"
