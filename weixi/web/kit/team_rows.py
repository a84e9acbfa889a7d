"""The people of a team as HTML: a page of a hundred is mostly these lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.kernel.drawing.addresses import page_of
from weixi.kernel.drawing.figures import percent
from weixi.kernel.drawing.marks import avatar, bar, ring, state
from weixi.kernel.drawing.markup import NOTHING, fill, together
from weixi.web.kit.due import until_time
from weixi.web.kit.duty_rows import late_lines

_LANE = (
    '<div class="wx-lane" data-row><div class="who">{avatar}<div>{name}<div class="m">{role}{comma}'
    '<a href="{url}&amp;how=open">{waiting}</a></div>{incomplete}</div></div><div>{late}</div>'
    '<div class="wx-load">{today}</div><span>{week}</span><div>{kept}</div></div>'
)


def team_lanes(items: list[Mapping[str, Any]]) -> SafeString:
    """Of each person: who it is, the first late duties, what is due today, the rest of the week, the month. Numbers lead
    to what they count."""
    incomplete_url, comma = reverse("interactions-incomplete"), _(", ")
    return together(
        fill(
            _LANE,
            avatar=avatar(lane.person.name),
            name=lane.person.name,
            role=lane.person.get_role_display(),
            comma=comma,
            url=item["url"],
            waiting=_("%(n)s waiting") % {"n": lane.open},
            incomplete=_incomplete(item["incomplete"], f"{incomplete_url}?person={lane.person.pk}"),
            late=_late(item),
            today=_today(item),
            week=fill('<a href="{}&amp;how=week">{}</a>', item["url"], lane.week) if lane.week else 0,
            kept=_kept(item),
        )
        for item in items
        for lane in (item["lane"],)
    )


def _incomplete(count: int, url: str) -> SafeString:
    if not count:
        return NOTHING
    said = ngettext("%(n)s record incomplete", "%(n)s records incomplete", count) % {"n": count}
    return fill('<a class="wx-link wx-s12 wx-amber" href="{}">{}</a>', url, said)


def _late(item: Mapping[str, Any]) -> SafeString:
    lane, url = item["lane"], item["url"]
    if item["late"]:
        more = NOTHING
        if item["more_late"]:
            said = _("and %(n)s more") % {"n": item["more_late"]}
            more = fill('<a class="wx-link wx-s12" href="{}&amp;how=overdue">{}</a>', url, said)
        return together((late_lines(item["late"]), more))
    if lane.late_count:
        said = _("Late %(n)s") % {"n": lane.late_count}
        return fill('<a class="wx-st late" href="{}&amp;how=overdue">{}</a>', url, said)
    return fill('<span class="calm">{}</span>', state("kept", _("Nothing late")))


def _today(item: Mapping[str, Any]) -> SafeString:
    lane = item["lane"]
    if not item["today"]:
        if not lane.today_count:
            return NOTHING
        return fill('<a class="wx-q2" href="{}&amp;how=today">{}</a>', item["url"], lane.today_count)
    rings = [
        fill(
            '<a href="{url}" data-panel title="{whole}" aria-label="{whole}">{ring}</a>',
            url=page_of("duty", line.pk) if line.pk else act.url,
            whole=f"{line.customer_name}{_(': ')}{line.title}",
            ring=ring(act.icon, line.opens_at, line.due_at),
        )
        for line, act in item["today"]
    ]
    return together((*rings, fill('<span class="wx-s12 wx-q">{}</span>', until_time(lane.today[0].due_at))))


def _kept(item: Mapping[str, Any]) -> SafeString:
    if item["kept"] is None:
        return fill('<span class="wx-q">{}</span>', "—")
    month = item["lane"].month
    return fill(
        '<div class="hstack"><span>{}</span><a class="wx-q wx-right" href="{}&amp;how=due">{} / {}</a></div>{}',
        percent(item["kept"]), item["url"], month.kept, month.due, bar(item["kept"]),
    )  # fmt: skip
