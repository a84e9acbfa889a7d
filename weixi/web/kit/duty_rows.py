"""Lines of duties as HTML: Today and the team draw hundreds, and a template for each takes most of the page's time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from weixi.duties.enums import DutyState
from weixi.duties.lines import DutyLine
from weixi.duties.queries.team import Reported
from weixi.kernel.drawing import moments
from weixi.kernel.drawing.addresses import page_of
from weixi.kernel.drawing.figures import near
from weixi.kernel.drawing.marks import clause, cut, ring, state, time_left
from weixi.kernel.drawing.markup import NOTHING, fill, together
from weixi.web.acts import Act
from weixi.web.kit.due import grade_of, until

_LINE = (
    '<div class="wx-duty{done}" data-row>{ring}<span class="cust">{customer}{grade}</span>'
    '<span class="what"><a class="wx-cut open" data-open href="{url}"{panel} title="{whole}">{title}</a>{about}</span>'
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
            whole=_whole(line),
            about=_about(line),
            clause=clause(line.clause, line.demand),
            why=fill('<a class="wx-why wx-link" href="{}" data-panel>{}</a>', page_of("duty", line.pk), why)
            if line.pk
            else NOTHING,
            at=until(line.due_at),
            left=time_left(line.due_at, line.opens_at),
        )
        for line, act in lines
    )


def reported_lines(items: Iterable[tuple[Reported, Act]], grades: Mapping[str, str]) -> SafeString:
    """What climbed to the reader: whose it is, when it was reported, how late it is; the line opens the duty."""
    return together(
        fill(
            _LINE,
            done="",
            ring=ring(act.icon, item.line.opens_at, item.line.due_at),
            customer=cut(item.line.customer_name, "name"),
            grade=grade_of(grades, item.line.grade),
            url=page_of("duty", item.line.pk) if item.line.pk else "",
            panel=_PANEL,
            title=item.line.title,
            whole=_whole(item.line),
            about=_about(item.line),
            clause=clause(item.line.clause),
            why=cut(item.line.assignee_name, "wx-q2"),
            at=near(item.at),
            left=time_left(item.line.due_at, item.line.opens_at),
        )
        for item, act in items
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
            whole=_whole(line),
            about=_about(line),
            clause=clause(line.clause, line.demand),
            why=NOTHING,
            at=near(line.closed_at),
            left=state("lk" if line.late_seconds else "kept"),
        )
        for line in lines
    )


def plan_lines(
    lines: Iterable[tuple[DutyLine, Act]], grades: Mapping[str, str], now: datetime, customer_url: str
) -> SafeString:
    """What a plan asks for one customer, who is named on the first line; an open line opens its act, one that is not
    begun yet says from when on it can be done."""
    drawn = []
    for place, (line, act) in enumerate(lines):
        begun, first = line.opens_at <= now, place == 0
        if line.waits:
            mark = ring(act.icon, line.opens_at, line.due_at) if begun else ring(act.icon, state="rest")
            url, panel = (act.url, act.panel) if begun else (customer_url, False)
        else:
            mark = ring("check", state="done") if line.state == DutyState.DONE else ring(act.icon, state="rest")
            url, panel = (page_of("duty", line.pk), True) if line.pk else (customer_url, False)
        drawn.append(
            fill(
                _LINE,
                done="" if first else " same",
                ring=mark,
                customer=cut(line.customer_name, "name") if first else NOTHING,
                grade=grade_of(grades, line.grade) if first else NOTHING,
                url=url,
                panel=_PANEL if panel else NOTHING,
                title=line.title,
                whole=_whole(line),
                about=_about(line),
                clause=clause(line.clause),
                why=fill('<span class="wx-q2 wx-cut">{}</span>', line.assignee_name),
                at=until(line.due_at),
                left=_stands(line, now),
            )
        )
    return together(drawn)


def _stands(line: DutyLine, now: datetime) -> SafeString:
    """How a line of a plan stands, in a word and a shape."""
    if line.state == DutyState.DONE:
        return state("lk" if line.late_seconds else "kept")
    if line.state == DutyState.MISSED:
        return state("late", _("Not done"))
    if line.state == DutyState.WAIVED:
        return state("plain", _("Waived"))
    if line.opens_at > now:
        day = moments.near_day_text(timezone.localtime(line.opens_at).date())
        return state("plain", _("from %(day)s") % {"day": day})
    return time_left(line.due_at, line.opens_at)


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
    return fill('<i class="wx-cut">{}</i>', line.about) if line.about else NOTHING


def _whole(line: DutyLine) -> str:
    """All that a line says about what is to be done: the link covers the line, so its words show what is cut off."""
    return f"{line.customer_name}{_(': ')}{line.title}{_(', ') if line.about else ''}{line.about}"
