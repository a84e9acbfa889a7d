"""What grading gives out on paper: the register, the table, the service standards (G-7, G-11)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.grading.enums import Advice
from weixi.grading.in_charge import department_in_charge
from weixi.grading.models import GradingRun
from weixi.grading.queries.table import register, table_rows
from weixi.grading.sections import grade_titles, thawed
from weixi.grading.words import figure_text
from weixi.kernel import clock
from weixi.kernel.currency import money_text
from weixi.kernel.drawing import moments
from weixi.organisation.scope import Viewer
from weixi.policy.document.grading import Grading
from weixi.web.papers.content import Grid, Paper


def register_paper(viewer: Viewer, run: GradingRun) -> Paper:
    """客户分级名册: per grade its standard, who has it, the strategy."""
    rows, _section = register(viewer, run)
    grid = Grid(
        "",
        (_("Grade"), _("Standard"), _("Customers"), _("Share"), _("Net amount of 12 months"), _("Strategy"),
         _("Visit class"), _("Gift class")),
        tuple(
            (row.title, (row.policy.standard if row.policy else "") or "", f"{row.customers:,}", f"{row.share_pct}%",
             money_text(row.amount), (row.policy.strategy if row.policy else "") or "", row.visit_class, row.gift_class)
            for row in rows
        ),
        (11, 16, 8, 8, 14, 25, 9, 9),
    )  # fmt: skip
    return _of_run(viewer, run, "register", _("Register of grades"), grid)


def table_paper(viewer: Viewer, run: GradingRun, mark: str) -> Paper:
    """客户分级表: one line per customer the viewer sees. `mark` says who took it."""
    section, advice = thawed(run.section), dict(Advice.choices)
    names = grade_titles(section)
    grid = Grid(
        "",
        (_("Customer number"), _("Customer"), _("Owner"), _("Grade"), _("Value"), _("Potential"),
         _("Net amount of 12 months"), _("Advice")),
        tuple(
            (row.number, row.name, row.owner, names.get(row.grade) or row.grade or _("Fits no grade"), row.value_text,
             row.potential_text, figure_text("annual_amount", row.facts.get("annual_amount")),
             str(advice.get(row.advice, "")))
            for row in table_rows(viewer, run)
        ),
        (11, 28, 9, 12, 8, 8, 15, 9),
    )  # fmt: skip
    return _of_run(viewer, run, "table", _("Customer grading table"), grid, mark)


def standards_paper(viewer: Viewer, section: Grading, label: str) -> Paper:
    """客户分层服务标准表: the policy's own text, one row per grade; `label` is its version's."""
    names = grade_titles(section)
    grid = Grid(
        "",
        (_("Grade"), _("Standard"), _("Service content"), _("Responsible"), _("Frequency"), _("Effect measure")),
        tuple(
            tuple(
                text or ""
                for text in (
                    names[row.grade], row.standard, row.content, row.responsible, row.frequency, row.measure,
                )
            )
            for row in section.service_standard
        ),
        (12, 20, 28, 13, 14, 15),
    )  # fmt: skip
    return _paper(viewer, "standards", _("Service standards by grade"), grid, (_("Policy"), label), (_("Number"), ""))


def _of_run(viewer: Viewer, run: GradingRun, kind: str, title: str, grid: Grid, mark: str = "") -> Paper:
    name = (_("As of"), f"{moments.day_text(run.as_of)}　{run.get_state_display()}")
    return _paper(viewer, kind, title, grid, name, (_("Policy"), run.policy_label), mark)


def _paper(
    viewer: Viewer, kind: str, title: str, grid: Grid, name: tuple[str, str], number: tuple[str, str], mark: str = ""
) -> Paper:
    now = timezone.localtime(clock.now())
    department = department_in_charge() or (viewer.user.department if viewer.user else None)
    return Paper(
        kind=kind, title=title, clause="", org=department.name if department else "", number=number[1], name=name[1],
        parts=(grid,), signs=(_("Prepared by"), _("Reviewed by"), _("Approved by")),
        printed_by=mark or (viewer.user.name if viewer.user else ""),
        printed_on="" if mark else f"{moments.day_text(now.date())} {now:%H:%M}", labels=(name[0], number[0]), wide=True,
    )  # fmt: skip
