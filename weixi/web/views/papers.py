"""A customer on paper: the page that prints, the PDF, the Word file. Each is kept as a print of the whole record."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.access.seen import noted
from weixi.customers.enums import SeenBy
from weixi.customers.models import Customer
from weixi.kernel import clock
from weixi.kernel.errors import Invalid, NotFound
from weixi.kernel.files.names import disposition
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.web.customer.page import find_customer
from weixi.web.papers import templates
from weixi.web.papers.content import CARD, FORM, RECORD, Paper, build_paper, file_name, kinds_for
from weixi.web.papers.pages import on_one_sheet, sheets_of
from weixi.web.papers.pdf import pdf_of
from weixi.web.papers.placeholders import names_by_group

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def paper(request: Asked, pk: int, kind: str) -> HttpResponse:
    """The form on A4 sheets, to be printed."""
    found = find_customer(request.viewer, pk)
    made = _made(request, found, kind)
    context = {"customer": found, "paper": made, "sheets": sheets_of(made.parts), "kinds": kinds_for(found)}
    return noted(render(request, "web/papers/page.html", context), request.viewer, pk, SeenBy.PRINT)


def _made(request: Asked, found: Customer, kind: str) -> Paper:
    """The card is one sheet: it is taken along."""
    made = build_paper(request.viewer, found, kind)
    return replace(made, parts=tuple(on_one_sheet(made.parts))) if kind == CARD else made


def paper_file(request: Asked, pk: int, kind: str, suffix: str) -> HttpResponse:
    """The same as a file to be saved."""
    if suffix not in _TYPES:
        raise NotFound(_("There is no such form for this customer."), code="paper.not_found")
    made = _made(request, find_customer(request.viewer, pk), kind)
    if suffix == "pdf":
        content = pdf_of(made)
    else:
        layout = templates.template_for(kind)
        word = _word()
        content = word.fill(templates.content_of(layout), made) if layout else word.plain_word(made)
    response = HttpResponse(content, content_type=_TYPES[suffix])
    response["Content-Disposition"] = disposition(file_name(made, suffix, clock.today()))
    response["Cache-Control"] = "private, no-store"
    return noted(response, request.viewer, pk, SeenBy.PRINT)


@needs(Right.SYSTEM_MANAGE)
def layouts(request: Asked) -> HttpResponse:
    """The company's layouts of the forms, and what they may name."""
    return _layouts(request)


def _word() -> ModuleType:
    """What reads and writes Word files. It is a tenth of all that the program loads: it comes when somebody needs it."""
    from weixi.web.papers import word  # noqa: PLC0415

    return word


def _layouts(request: Asked, refusal: str = "") -> HttpResponse:
    titles = {
        FORM: _("Customer registration form"), RECORD: _("Customer record card"), CARD: _("Important-customer card"),
    }  # fmt: skip
    lines = [(kind, titles[kind], templates.template_for(kind)) for kind in templates.KINDS]
    context = {"lines": lines, "names": names_by_group(), "refusal": refusal}
    return render(request, "web/papers/templates.html", context, status=422 if refusal else 200)


@require_POST
@needs(Right.SYSTEM_MANAGE)
def keep_layout(request: Asked, kind: str) -> HttpResponse:
    file = request.FILES.get("file")
    try:
        if file is None:
            raise Invalid(_("Choose a file first."))
        templates.keep_template(kind, file.name or "", file.chunks(), viewer=request.viewer)
    except Invalid as refusal:
        return _layouts(request, refusal=str(refusal))
    return done(request, _("The layout is taken."), to=reverse("paper-templates"), stay=False)


@require_POST
@needs(Right.SYSTEM_MANAGE)
def end_layout(request: Asked, kind: str) -> HttpResponse:
    templates.end_template(kind, viewer=request.viewer)
    return done(request, _("The layout made here is used again."), to=reverse("paper-templates"), stay=False)


@needs(Right.SYSTEM_MANAGE)
def sample_layout(request: Asked) -> HttpResponse:
    """A Word file to begin with."""
    response = HttpResponse(_word().sample_template(), content_type=_TYPES["docx"])
    response["Content-Disposition"] = disposition("template.docx")
    return response
