"""Output of grading: the table, the register, the service standards, changes; on screen and as workbooks."""

from __future__ import annotations

import tempfile
from datetime import date

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.grading import queries
from weixi.grading.enums import Advice
from weixi.grading.gaps import gaps_of, line_of
from weixi.grading.gaps import lines as gap_lines
from weixi.grading.models import GradingRun
from weixi.grading.queries.overrides import recent_changes
from weixi.grading.queries.table import as_row, result_rows
from weixi.grading.sections import grade_ranks, grade_titles, grading_in_force
from weixi.grading.services.tables import export_table
from weixi.grading.sheets import write_register, write_service_standards
from weixi.grading.words import figure_text, indicator_titles, reasons_text
from weixi.kernel.errors import NotFound
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table(request: Asked) -> HttpResponse:
    run = _shown(request)
    if run is None:
        return _nobody(request, "table")
    rows, section = queries.register(request.viewer, run)
    grade = request.GET.get("grade")
    chosen = grade if grade is not None and grade in {row.code for row in rows} else None
    lacking = bool(request.GET.get("lacking"))
    text = request.GET.get("q", "").strip()[:60]
    found = result_rows(request.viewer, run, grade=chosen, text=text, lacking=lacking)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    keys = [row.key for row in section.indicator]
    titles, names, ranks = indicator_titles(section), grade_titles(section), grade_ranks(section)
    lines = [
        {
            "row": row,
            "title": names.get(row.grade) or row.grade or _("Fits no grade"),
            "rank": ranks.get(row.grade),
            "advice": dict(Advice.choices).get(row.advice, ""),
            "amount": figure_text("annual_amount", row.facts.get("annual_amount")),
            "scores": [row.scores.get(key, "—") for key in keys],
        }
        for row in map(as_row, page)
    ]
    context = {
        "run": run, "register": rows, "grade": chosen, "lacking": lacking, "page": page, "lines": lines,
        "heads": [titles[key] for key in keys], "total": sum(row.customers for row in rows),
        "may_export": request.viewer.may(Right.CUSTOMERS_EXPORT),
    }  # fmt: skip
    return render(request, "grading/table.html", context)


@require_POST
@needs(Right.CUSTOMERS_EXPORT)
def table_xlsx(request: Asked) -> FileResponse:
    """The table as a file; a form, because taking it is noted."""
    run = run_asked(request)
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it when it has been sent
    export_table(run, stream, viewer=request.viewer)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"客户分级表-{run.as_of}.xlsx", content_type=XLSX)


def register(request: Asked) -> HttpResponse:
    run = _shown(request)
    if run is None:
        return _nobody(request, "register")
    rows, section = queries.register(request.viewer, run)
    context = {"run": run, "rows": rows, "section": section, "ranks": grade_ranks(section)}
    return render(request, "grading/register.html", context)


def register_xlsx(request: Asked) -> FileResponse:
    run = run_asked(request)
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it when it has been sent
    write_register(request.viewer, run, stream)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"客户分级名册-{run.as_of}.xlsx", content_type=XLSX)


def service_standards(request: Asked) -> HttpResponse:
    section = grading_in_force()
    names = grade_titles(section) if section else {}
    ranks = grade_ranks(section) if section else {}
    rows = [(names[row.grade], ranks[row.grade], row) for row in section.service_standard] if section else []
    return render(request, "grading/service_standards.html", {"rows": rows})


def service_standards_xlsx(request: Asked) -> FileResponse:
    section = grading_in_force()
    if section is None:
        raise NotFound(_("The policy in force has no grading section."))
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it when it has been sent
    write_service_standards(section, stream)
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename="客户分层服务标准表.xlsx", content_type=XLSX)


def gaps(request: Asked) -> HttpResponse:
    """What the policy asks per grade; who lacks it is counted grade by grade, while the page stands already."""
    return render(request, "grading/gaps.html", {"lines": gap_lines()})


def gap_counts(request: Asked, grade: str) -> HttpResponse:
    line = line_of(grade)
    whole, found = gaps_of(request.viewer, line)
    return render(request, "grading/gap_counts.html", {"line": line, "whole": whole, "gaps": found})


def history(request: Asked) -> HttpResponse:
    section = grading_in_force()
    names = grade_titles(section) if section else {}
    ranks = grade_ranks(section) if section else {}
    titles = indicator_titles(section) if section else {}
    page = Paginator(recent_changes(request.viewer), PAGE).get_page(request.GET.get("page"))
    lines = [
        {
            "row": row,
            "old": names.get(row.old_grade, row.old_grade),
            "old_rank": ranks.get(row.old_grade),
            "new": names.get(row.grade, row.grade),
            "new_rank": ranks.get(row.grade),
            "why": reasons_text(row.reasons, titles),
        }
        for row in page
    ]
    return render(request, "grading/history.html", {"page": page, "lines": lines})


def _shown(request: Asked) -> GradingRun | None:
    """The run of a page; None before anybody has been graded, when no particular one is asked for."""
    try:
        return run_asked(request)
    except NotFound:
        if request.GET.get("run") or request.GET.get("as_of"):
            raise
        return None


def _nobody(request: Asked, tab: str) -> HttpResponse:
    """In the place of a table of which there is none yet: what it is, and the way to it."""
    return render(request, "grading/nobody.html", {"tab": tab, "may_run": request.viewer.may(Right.GRADING_RUN)})


def run_asked(request: Asked) -> GradingRun:
    """The run named by `run`, else the latest of the day `as_of`, else the latest of all."""
    if (given := request.GET.get("run", "")).isdecimal() and len(given) < 18:
        return queries.get_run_for(request.viewer, int(given))
    try:
        return queries.latest_run(date.fromisoformat(request.GET.get("as_of", "")))
    except ValueError:
        return queries.latest_run()
