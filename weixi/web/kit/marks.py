"""Small marks: the ring, states, grades, clauses, people, little drawings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.web import moments
from weixi.web.kit.addresses import icon as draw_icon
from weixi.web.kit.addresses import maybe_url
from weixi.web.kit.figures import percent

register = template.Library()
DAY = timedelta(days=1)


def ring_state(opened: datetime | None, due: datetime | None, now: datetime) -> tuple[str, float]:
    """How the ring stands: `rest` (more than a day, or than the whole limit, away), `open`, `mid`, `soon`,
    `late`, and the part of it that is left."""
    if due is None:
        return "rest", 1.0
    left = due - now
    whole = min(DAY, due - opened) if opened and due > opened else DAY
    if left < timedelta(0):
        return "late", 0.0
    if left > whole:
        return "rest", 1.0
    part = left / whole
    return ("soon" if part < 0.25 else "mid" if part <= 0.5 else "open"), part


@register.inclusion_tag("web/components/ring.html")
def ring(
    icon: str = "clock",
    opened: datetime | None = None,
    due: datetime | None = None,
    state: str = "",
    size: str = "",
    title: str = "",
) -> dict[str, Any]:
    """`{% ring "phone" duty.opened_at duty.due_at %}`; `state` `done`, `pause`, `rest` stops the clock.

    `size` is `sm` (20 px), empty (28) or `lg` (44).
    """
    fixed, part = state, 1.0
    if not state:
        state, part = ring_state(opened, due, clock.now())
    return {
        "icon": "check" if fixed == "done" and icon == "clock" else icon,
        "state": state,
        "arc": "" if state == "done" else f"{part * 100:.1f} 100",
        "size": size,
        "live": not fixed and due is not None,
        "opened": opened.isoformat() if opened else "",
        "due": due.isoformat() if due else "",
        "title": title or (moments.exact_text(due) if due else ""),
    }


@register.simple_tag
def time_left(due: datetime | None, opened: datetime | None = None) -> SafeString:
    """`剩 2 小时 10 分` or `超 1 小时 05 分`, counting live, exact on hover."""
    if due is None:
        return mark_safe("")
    now = clock.now()
    state, _part = ring_state(opened, due, now)
    tone = {"late": "wx-zhu", "soon": "wx-amber"}.get(state, "")
    limit = int((due - opened).total_seconds()) if opened and due > opened else ""
    return format_html(
        '<time class="left wx-nb {}" data-left="{}" data-limit="{}" datetime="{}" title="{}">{}</time>',
        tone,
        due.isoformat(),
        limit,
        due.isoformat(),
        moments.exact_text(due),
        moments.left_text(due, now),
    )


@register.simple_tag
def state(kind: str, text: str = "") -> SafeString:
    """A state word with its shape: kept, open, mid, soon, lk (done late), late, pause, warn, plain."""
    words = {
        "kept": _("In time"),
        "open": _("Open"),
        "mid": _("Open"),
        "soon": _("Due soon"),
        "lk": _("Done late"),
        "late": _("Overdue"),
        "pause": _("Paused"),
        "warn": _("Look here"),
        "plain": "",
    }
    tone = " wx-amber" if kind in {"lk", "warn"} else ""
    return format_html(
        '<span class="wx-st {}{}">{}</span>', "" if kind == "plain" else kind, tone, text or words.get(kind, "")
    )


@register.simple_tag
def avatar(person: Any, size: str = "", me: bool = False) -> SafeString:
    """The first character of the surname (or of a Latin name), with the name on hover."""
    name = str(person or "").strip() or "?"
    return format_html(
        '<span class="wx-avatar {} {}" title="{}" aria-hidden="true">{}</span>',
        size,
        "me" if me else "",
        name,
        name[0].upper(),
    )


@register.simple_tag
def grade(rank: int | None, label: str = "", size: str = "") -> SafeString:
    """A grade badge: rank 1 filled, 2 tinted, 3 and below outlined. Nothing without a label."""
    if not label:
        return mark_safe("")
    weight = "a" if rank == 1 else "b" if rank == 2 else "c"
    return format_html('<span class="wx-grade {} {}">{}</span>', weight, size, label)


@register.simple_tag
def clause(number: str, title: str = "", link: bool = True) -> SafeString:
    """The clause something rests on: `[N-2] 需求首次响应 2 小时`, a link to its place in the policy."""
    if not number and not title:
        return mark_safe("")
    url = maybe_url("policy-clause", number) if link and number else ""
    body = format_html(
        "{}{}",
        format_html("<b>{}</b>", number) if number else "",
        format_html('<span class="wx-cut">{}</span>', title) if title else "",
    )
    hover = f"{number} {title}".strip()
    if url:
        return format_html('<a class="wx-clause" href="{}" title="{}">{}</a>', url, hover, body)
    return format_html('<span class="wx-clause" title="{}">{}</span>', hover, body)


@register.simple_tag
def cut(text: Any, css: str = "") -> SafeString:
    """A text on one line, cut with an ellipsis; whole on hover."""
    return format_html('<span class="wx-cut {}" title="{}">{}</span>', css, text, text)


@register.simple_tag
def trend(change: float | Decimal | None, text: str = "") -> SafeString:
    """An arrow up or down with words; falling is amber, never red."""
    if not change:
        return mark_safe("")
    up = change > 0
    return format_html(
        '<span class="wx-trend {}">{}{}</span>',
        "wx-green" if up else "wx-amber",
        draw_icon("up" if up else "dn", 14),
        text,
    )


@register.simple_tag
def health(level: int, words: str = "") -> SafeString:
    """Four bars, `level` of them filled, and the word beside them."""
    bars = mark_safe("".join(f'<i class="{"on" if i < level else ""}"></i>' for i in range(4)))  # noqa: S308
    return format_html(
        '<span class="wx-health" aria-hidden="true">{}</span> <span class="wx-q2">{}</span>', bars, words
    )


@register.inclusion_tag("web/components/sparkline.html")
def sparkline(values: Sequence[float | int | Decimal], label: str = "") -> dict[str, Any]:
    """A small line of `values` from old to new above a zero line; `label` says it in words."""
    numbers = [float(value) for value in values]
    top, bottom = max([*numbers, 0.0]), min([*numbers, 0.0])
    height = (top - bottom) or 1.0
    step = 84 / max(1, len(numbers) - 1)
    points = [(round(i * step, 1), round(20 - (value - bottom) / height * 18, 1)) for i, value in enumerate(numbers)]
    return {
        "path": "M" + " L".join(f"{x} {y}" for x, y in points) if points else "",
        "last": points[-1] if points else None,
        "zero": round(20 - (0 - bottom) / height * 18, 1),
        "label": label,
    }


@register.simple_tag
def bar(part: float | Decimal | None, target: float | Decimal | None = None) -> SafeString:
    """A kept-rate bar of 0..1 with the target as a tick; amber below it. Drawn as SVG: no inline style."""
    if part is None:
        return mark_safe("")
    low = target is not None and part < target
    tick = (
        format_html('<rect class="tick" x="{}%" y="0" width="1.5" height="12"/>', f"{float(target) * 100:.1f}")
        if target is not None
        else ""
    )
    return format_html(
        '<svg class="wx-bar{}" width="100%" height="12" role="img" aria-label="{}">'
        '<rect class="bed" width="100%" y="3" height="6" rx="1"/>'
        '<rect class="fill" width="{}%" y="3" height="6" rx="1"/>{}</svg>',
        " low" if low else "",
        percent(part),
        f"{min(1.0, float(part)) * 100:.1f}",
        tick,
    )
