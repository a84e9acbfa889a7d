"""What grading contributes: events, jobs, the notice of a fall, panels and its place in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.grading.decisions import DECISIONS, waiting_here
from weixi.grading.held import OPINIONS
from weixi.grading.importing import JUDGEMENTS, with_indicators
from weixi.grading.on_list import FILTERS, MOVE, SHAPE
from weixi.grading.panels import GRADING
from weixi.grading.sentences import register_all
from weixi.grading.services.falls import judge_all_falls, project_falls
from weixi.grading.services.overrides import expire_overrides
from weixi.grading.services.rhythm import tell_due
from weixi.grading.services.runs import APPLY, COMPUTE, apply_job, run_job
from weixi.grading.sharing import clause_note
from weixi.kernel import personal, slices
from weixi.kernel.events import registry
from weixi.kernel.events.work import add_projection
from weixi.kernel.outbox.registry import register_kind
from weixi.kernel.slices import MenuItem
from weixi.organisation.enums import Right

registry.register("grading.started", "as_of preset policy")
registry.register("grading.rows_included", "customers included")
registry.register("grading.table_exported", "rows")
registry.register("grading.approved", "customers note")
registry.register("grading.passed_step", "step steps note")
registry.register("grading.returned", "note")
registry.register("customer.graded", "grade old run reasons cause")
registry.register("indicator.judged", "indicator score old basis")
registry.register("grade.override_asked", "grade expires_on reason")
registry.register("grade.override_passed", "step steps grade")
registry.register("grade.override_decided", "approved grade")
registry.register("grade.fall_noticed", "grade before amount threshold drop_pct silent_days")

register_kind(
    "grade.fell_through",
    _("%(customer)s fell below what its grade asks"),
    _("The net amount of 12 months of %(customer)s went from %(before)s to %(amount)s, below %(limit)s."),
)
register_kind(
    "grade.dropped",
    _("%(customer)s buys much less"),
    _("The net amount of 12 months of %(customer)s is %(amount)s, %(percent)s percent less than %(before)s before."),
)

register_kind(
    "grade.gone_quiet",
    _("%(customer)s may be lost"),
    _("%(customer)s has bought nothing for %(days)s days; usually it buys every %(usual)s days."),
)

slices.job_kind(COMPUTE, run_job)
slices.job_kind(APPLY, apply_job)

# After commerce's figures (50), before the duties.
add_projection("grading.falls", project_falls, order=60)
slices.every_minute("grading.overrides", expire_overrides)
slices.every_minute("grading.due", tell_due)
slices.every_minute("grading.falls", judge_all_falls)
slices.panel(GRADING)
slices.clause_notes("grading", clause_note)
for item in FILTERS:
    slices.list_filter(item)
slices.list_shape(SHAPE)
slices.card_move(MOVE)
personal.source(OPINIONS)
slices.import_kind(
    slices.ImportKind(
        "judgements",
        _("Judged indicators"),
        JUDGEMENTS,
        "weixi.grading.importing.JudgementRows",
        Right.GRADING_JUDGE,
        with_indicators,
    )
)
slices.import_undo(slices.ImportUndo(("indicator.judged",), "weixi.grading.undoing.judgements_made", 10))
slices.menu_item(
    MenuItem(
        "grading",
        _("Grading"),
        "grade",
        "grading",
        order=30,
        count=waiting_here,
        owed=True,
        words=_("score card classes levels"),
    )
)
for kind in DECISIONS:
    slices.decision(kind)
slices.command(
    slices.Command(
        "grading-new", _("New grading run"), "grade", "grading-new", _("grade again"), right=Right.GRADING_RUN, order=40
    )
)
slices.command(
    slices.Command("grading-table", _("Grading table"), "table", "grading-table", _("register list"), order=110)
)

slices.customer_child("grading.Judgement", _("Judged indicators"), once=("indicator",), only={"replaced_at": None})
# How it was graded is each one's own story.
slices.customer_child("grading.GradeHistory", _("Grades"), stays=True)
slices.customer_child("grading.GradeOverride", _("Overridden grades"), stays=True)
slices.customer_child("grading.FallNotice", _("Notices of a fall"), stays=True)
slices.customer_child("grading.GradeResult", _("Results of grading runs"), stays=True)

register_all()
