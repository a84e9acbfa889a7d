"""Small marks: the ring, states, grades, clauses, people, little drawings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from weixi.kernel import clock
from weixi.kernel.drawing import moments
from weixi.kernel.drawing.addresses import icon as draw_icon
from weixi.kernel.drawing.addresses import maybe_url
from weixi.kernel.drawing.figures import percent
from weixi.kernel.drawing.markup import NOTHING, fill, together

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


# The three shapes lie over one another; the stylesheet shows the one of the state.
_RING = (
    '<span class="wx-ring {} {}"{}{}><svg viewBox="0 0 28 28" aria-hidden="true"><circle class="t" cx="14" cy="14"'
    ' r="12.5"/><circle class="a" cx="14" cy="14" r="12.5"{}/><rect class="sq" x="1" y="1" width="26" height="26"'
    ' rx="7"/></svg>{}</span>'
)


@register.simple_tag
def ring(
    icon: str = "clock",
    opened: datetime | None = None,
    due: datetime | None = None,
    state: str = "",
    size: str = "",
    title: str = "",
) -> SafeString:
    """`{% ring "phone" duty.opened_at duty.due_at %}`; `state` `done`, `pause`, `rest` stops the clock.

    `size` is `sm` (20 px), empty (28) or `lg` (44).
    """
    fixed, part = state, 1.0
    if not state:
        state, part = ring_state(opened, due, clock.now())
    if due and not title:
        title = moments.exact_text(due)
    live: Any = NOTHING
    if due and not fixed:
        start = opened.isoformat() if opened else ""
        live = fill(' data-ring data-state="{}" data-opened="{}" data-due="{}"', state, start, due.isoformat())
    arc = NOTHING if state == "done" else fill(' pathLength="100" stroke-dasharray="{} 100"', f"{part * 100:.1f}")
    drawn = draw_icon("check" if fixed == "done" and icon == "clock" else icon)
    return fill(_RING, state, size, fill(' title="{}"', title) if title else NOTHING, live, arc, drawn)


@register.simple_tag
def time_left(due: datetime | None, opened: datetime | None = None) -> SafeString:
    """`剩 2 小时 10 分` or `超 1 小时 05 分`, counting live, exact on hover."""
    if due is None:
        return NOTHING
    now = clock.now()
    state, _part = ring_state(opened, due, now)
    tone = {"late": "wx-zhu", "soon": "wx-amber"}.get(state, "")
    limit = int((due - opened).total_seconds()) if opened and due > opened else ""
    return fill(
        '<time class="left wx-nb {}" data-left="{}" data-limit="{}" datetime="{}" title="{}">{}</time>',
        tone,
        due.isoformat(),
        limit,
        due.isoformat(),
        moments.exact_text(due),
        moments.left_text(due, now),
    )


_STATES = {
    "kept": _("In time"),
    "open": _("Open"),
    "mid": _("Open"),
    "soon": _("Due soon"),
    "lk": _("Done late"),
    "late": _("Overdue"),
    "pause": _("Paused"),
    "warn": _("Look here"),
}


@register.simple_tag
def state(kind: str, text: str = "") -> SafeString:
    """A state word with its shape: kept, open, mid, soon, lk (done late), late, pause, warn, plain."""
    tone = " wx-amber" if kind in {"lk", "warn"} else ""
    return fill(
        '<span class="wx-st {}{}">{}</span>', "" if kind == "plain" else kind, tone, text or _STATES.get(kind, "")
    )


@register.simple_tag
def avatar(person: Any, size: str = "", me: bool = False) -> SafeString:
    """The first character of the surname (or of a Latin name), with the name on hover."""
    name = str(person or "").strip() or "?"
    return fill(
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
        return NOTHING
    weight = "a" if rank == 1 else "b" if rank == 2 else "c"
    return fill('<span class="wx-grade {} {}">{}</span>', weight, size, label)


@register.simple_tag
def clause(number: str, title: str = "", link: bool = True) -> SafeString:
    """The clause something rests on: `[N-2] 需求首次响应 2 小时`, a link to its place in the policy."""
    if not number and not title:
        return NOTHING
    url = _clause_url(number) if link and number else ""
    body = together((
        fill("<b>{}</b>", number) if number else "", fill('<span class="wx-cut">{}</span>', title) if title else ""
    ))  # fmt: skip
    hover = f"{number} {title}".strip()
    if url:
        return fill('<a class="wx-clause" href="{}" title="{}">{}</a>', url, hover, body)
    return fill('<span class="wx-clause" title="{}">{}</span>', hover, body)


@lru_cache(maxsize=1024)
def _clause_url(number: str) -> str:
    return maybe_url("policy-clause", number)


@register.simple_tag
def cut(text: Any, css: str = "") -> SafeString:
    """A text on one line, cut with an ellipsis; whole on hover."""
    return fill('<span class="wx-cut {}" title="{}">{}</span>', css, text, text)


@register.simple_tag
def trend(change: float | Decimal | None, text: str = "") -> SafeString:
    """An arrow up or down with words; falling is amber, never red."""
    if not change:
        return NOTHING
    up = change > 0
    return fill(
        '<span class="wx-trend {}">{}{}</span>',
        "wx-green" if up else "wx-amber",
        draw_icon("up" if up else "dn", 14),
        text,
    )


@register.simple_tag
def health(level: int, words: str = "") -> SafeString:
    """Four bars, `level` of them filled, and the word beside them."""
    bars = together(fill('<i class="{}"></i>', "on" if i < level else "") for i in range(4))
    return fill('<span class="wx-health" aria-hidden="true">{}</span> <span class="wx-q2">{}</span>', bars, words)


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
        return NOTHING
    low = target is not None and part < target
    tick = (
        fill('<rect class="tick" x="{}%" y="0" width="1.5" height="12"/>', f"{float(target) * 100:.1f}")
        if target is not None
        else ""
    )
    return fill(
        '<svg class="wx-bar{}" width="100%" height="12" role="img" aria-label="{}">'
        '<rect class="bed" width="100%" y="3" height="6" rx="1"/>'
        '<rect class="fill" width="{}%" y="3" height="6" rx="1"/>{}</svg>',
        " low" if low else "",
        percent(part),
        f"{min(1.0, float(part)) * 100:.1f}",
        tick,
    )
