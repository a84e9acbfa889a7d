"""Lines of duties as HTML: Today and the team draw hundreds, and a template for each takes most of the page's time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from weixi.duties.lines import DutyLine
from weixi.kernel.drawing.addresses import page_of
from weixi.kernel.drawing.figures import near
from weixi.kernel.drawing.marks import clause, cut, ring, state, time_left
from weixi.kernel.drawing.markup import NOTHING, fill, together
from weixi.web.acts import Act
from weixi.web.kit.due import grade_of, until

_LINE = (
    '<div class="wx-duty{done}" data-row>{ring}<span class="cust">{customer}{grade}</span>'
    '<span class="what"><a class="wx-cut open" data-open href="{url}"{panel}>{title}</a>{about}</span>'
    '<span class="cls hstack">{clause}{why}</span><span class="clk"><span class="at">{at}</span>{left}</span></div>'
)
_PANEL = SafeString(" data-panel")


def today_lines(lines: Iterable[tuple[DutyLine, Act]], grades: Mapping[str, str]) -> SafeString:
    """What waits: customer, what is to be done, the clause it rests on, the clock; the line opens its act."""
    why = _("why")
    return together(
        fill(
            _LINE,
            done="",
            ring=ring(act.icon, line.opens_at, line.due_at),
            customer=cut(line.customer_name, "name"),
            grade=grade_of(grades, line.grade),
            url=act.url,
            panel=_PANEL if act.panel else NOTHING,
            title=line.title,
            about=_about(line),
            clause=clause(line.clause),
            why=fill('<a class="wx-why wx-link" href="{}" data-panel>{}</a>', page_of("duty", line.pk), why)
            if line.pk
            else NOTHING,
            at=until(line.due_at),
            left=time_left(line.due_at, line.opens_at),
        )
        for line, act in lines
    )


def done_lines(lines: Iterable[DutyLine], grades: Mapping[str, str]) -> SafeString:
    """What was settled: when, and whether in time; the line opens why it was owed."""
    return together(
        fill(
            _LINE,
            done=" isdone",
            ring=ring("check", state="done"),
            customer=cut(line.customer_name, "name"),
            grade=grade_of(grades, line.grade),
            url=page_of("duty", line.pk) if line.pk else "",
            panel=_PANEL,
            title=line.title,
            about=_about(line),
            clause=clause(line.clause),
            why=NOTHING,
            at=near(line.closed_at),
            left=state("lk" if line.late_seconds else "kept"),
        )
        for line in lines
    )


def late_lines(lines: Iterable[tuple[DutyLine, Act]]) -> SafeString:
    """A person's late duties on the team page, short."""
    return together(
        fill(
            '<div class="od">{}<a class="wx-cut open" data-open href="{}" data-panel title="{}: {}">{} '
            '<span class="wx-q2">{}</span></a>{}{}</div>',
            ring(act.icon, line.opens_at, line.due_at, size="sm"),
            page_of("duty", line.pk) if line.pk else act.url,
            line.customer_name,
            line.title,
            line.customer_name,
            line.title,
            clause(line.clause),
            time_left(line.due_at, line.opens_at),
        )
        for line, act in lines
    )


def _about(line: DutyLine) -> SafeString:
    return fill('<i class="wx-cut" title="{}">{}</i>', line.about, line.about) if line.about else NOTHING
