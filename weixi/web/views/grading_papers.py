"""The outputs of grading as PDF. The table is an export of customers: taken by a form, marked and on record."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.grading.queries.scope import visible_results
from weixi.grading.sections import grading_in_force
from weixi.grading.services.tables import table_on_record
from weixi.grading.views.tables import run_asked
from weixi.kernel.errors import Conflict, NotFound
from weixi.kernel.files.names import disposition
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.policy.queries import version_in_force
from weixi.web.papers.content import Paper
from weixi.web.papers.grading import register_paper, standards_paper, table_paper
from weixi.web.papers.pdf import pdf_of

# Some hundred sheets; nobody reads more on paper, and typesetting them holds a process.
MOST_LINES = 3000


def register_pdf(request: Asked) -> HttpResponse:
    run = run_asked(request)
    return _file(register_paper(request.viewer, run), f"客户分级名册-{run.as_of}.pdf")


@require_POST
@needs(Right.CUSTOMERS_EXPORT)
def table_pdf(request: Asked) -> HttpResponse:
    run = run_asked(request)
    if visible_results(request.viewer, run).count() > MOST_LINES:
        raise Conflict(_("The table has more than %(n)d lines: take it as a workbook.") % {"n": MOST_LINES})
    _number, mark = table_on_record(run, viewer=request.viewer)
    return _file(table_paper(request.viewer, run, mark), f"客户分级表-{run.as_of}.pdf")


def service_standards_pdf(request: Asked) -> HttpResponse:
    version = version_in_force()
    section = grading_in_force()
    if version is None or section is None or not section.service_standard:
        raise NotFound(_("The policy in force has no service standards."))
    return _file(standards_paper(request.viewer, section, version.label), "客户分层服务标准表.pdf")


def _file(paper: Paper, name: str) -> HttpResponse:
    response = HttpResponse(pdf_of(paper), content_type="application/pdf")
    response["Content-Disposition"] = disposition(name)
    response["Cache-Control"] = "private, no-store"
    return response
