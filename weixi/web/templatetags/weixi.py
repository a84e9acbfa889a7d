"""The component kit: short tags for what every page is made of; `/styleguide/` shows them all.

Loaded everywhere (a template builtin). Small things are written here, larger ones are templates under
`web/components/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.money import yuan
from weixi.web import moments
from weixi.web.assets import asset_url

register = template.Library()
DAY = timedelta(days=1)


# --- files, icons, addresses ------------------------------------------------------------------------


@register.simple_tag
def asset(name: str) -> str:
    """`{% asset "app.js" %}`: the hashed address of a built file."""
    return asset_url(name)


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """`{% icon "phone" %}`; sizes 14, 16, 18, 20. With `label` it is announced, else it is decoration."""
    sized = "" if size == 16 else f" wx-i-{size}"
    if label:
        return format_html(
            '<svg class="wx-i{}" role="img" aria-label="{}"><use href="{}#i-{}"/></svg>',
            sized, label, asset_url("icons.svg"), name,
        )
    return format_html(
        '<svg class="wx-i{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', sized, asset_url("icons.svg"), name
    )


@register.simple_tag
def maybe_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page, or an empty text when that page is not part of this installation."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def qs(context: Mapping[str, Any], **changes: Any) -> str:
    """The present query with some values changed: `{% qs page=2 %}`, `{% qs sort=None %}` drops one."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        elif isinstance(value, (list, tuple)):
            query.setlist(name, [str(each) for each in value])
        else:
            query[name] = str(value)
    return "?" + query.urlencode() if query else request.path


@register.simple_tag(takes_context=True)
def qs_without(context: Mapping[str, Any], name: str, value: Any = None) -> str:
    """The present query without `name` (or only without one of its values): for the x of a filter chip."""
    query = context["request"].GET.copy()
    rest = [each for each in query.getlist(name) if value is not None and each != str(value)]
    query.setlist(name, rest)
    query.pop("page", None)
    pairs = [(key, each) for key, values in query.lists() for each in values]
    return "?" + urlencode(pairs) if pairs else context["request"].path


@register.simple_tag(takes_context=True)
def again(context: Any, name: str) -> SafeString:
    """The content of a block a second time: the page's title in the tab and in the head."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return block.render(context) if block else mark_safe("")


# --- figures, days, times ---------------------------------------------------------------------------


@register.filter
def money(amount: Decimal | int | None) -> str:
    """`¥1,234.50`; nothing for None."""
    return "" if amount is None else yuan(Decimal(amount))


@register.filter
def amount(value: Decimal | int | None) -> str:
    """`1,234.50` for columns whose head names the currency."""
    return "" if value is None else yuan(Decimal(value), sign=False)


@register.filter
def count(value: int | None) -> str:
    """`2,418`."""
    return "" if value is None else f"{value:,}"


@register.filter
def percent(value: Decimal | float | None, places: int = 0) -> str:
    """A share as `85%`."""
    return "" if value is None else f"{value * 100:.{places}f}%"


@register.filter
def day(value: date | None) -> str:
    """`2026年3月2日`."""
    return "" if value is None else moments.day_text(_as_date(value))


@register.filter
def day_week(value: date | None) -> str:
    """`2026年3月2日 周一`."""
    return "" if value is None else moments.day_text(_as_date(value), weekday=True)


@register.filter
def near_day(value: date | None) -> str:
    """`今天`, `昨天`, `11月26日 周四`."""
    return "" if value is None else moments.near_day_text(_as_date(value))


def _as_date(value: date) -> date:
    return moments.local(value).date() if isinstance(value, datetime) else value


@register.filter
def clock_time(value: datetime | None) -> str:
    """`09:15`."""
    return "" if value is None else f"{moments.local(value):%H:%M}"


def _time(value: datetime | None, text: str) -> SafeString:
    if value is None:
        return mark_safe("")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), moments.exact_text(value), text
    )


@register.filter
def near(value: datetime | None) -> SafeString:
    """`今天 12:30`, exact on hover."""
    return _time(value, moments.near_text(value) if value else "")


@register.filter
def ago(value: datetime | None) -> SafeString:
    """`3 小时前`, exact on hover."""
    return _time(value, moments.ago_text(value) if value else "")


@register.filter
def words(text: str) -> list[str]:
    """The words of a text as a list; only the style guide needs it."""
    return text.split()


@register.simple_tag
def now_iso() -> str:
    return clock.now().isoformat()


# --- the ring and its words -------------------------------------------------------------------------


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
        tone, due.isoformat(), limit, due.isoformat(), moments.exact_text(due), moments.left_text(due, now),
    )


@register.simple_tag
def state(kind: str, text: str = "") -> SafeString:
    """A state word with its shape: kept, open, mid, soon, lk (done late), late, pause, warn, plain."""
    words = {
        "kept": _("In time"), "open": _("Open"), "mid": _("Open"), "soon": _("Due soon"), "lk": _("Done late"),
        "late": _("Overdue"), "pause": _("Paused"), "warn": _("Look here"), "plain": "",
    }
    tone = " wx-amber" if kind in {"lk", "warn"} else ""
    return format_html('<span class="wx-st {}{}">{}</span>', "" if kind == "plain" else kind, tone, text or words.get(kind, ""))


# --- people, grades, clauses ------------------------------------------------------------------------


@register.simple_tag
def avatar(person: Any, size: str = "", me: bool = False) -> SafeString:
    """The first character of the surname (or of a Latin name), with the name on hover."""
    name = str(person or "").strip() or "?"
    return format_html(
        '<span class="wx-avatar {} {}" title="{}" aria-hidden="true">{}</span>', size, "me" if me else "", name, name[0].upper()
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
        '<span class="wx-trend {}">{}{}</span>', "wx-green" if up else "wx-amber", icon("up" if up else "dn", 14), text
    )


@register.simple_tag
def health(level: int, words: str = "") -> SafeString:
    """Four bars, `level` of them filled, and the word beside them."""
    bars = mark_safe("".join(f'<i class="{"on" if i < level else ""}"></i>' for i in range(4)))  # noqa: S308
    return format_html('<span class="wx-health" aria-hidden="true">{}</span> <span class="wx-q2">{}</span>', bars, words)


# --- drawing ----------------------------------------------------------------------------------------


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
        " low" if low else "", percent(part), f"{min(1.0, float(part)) * 100:.1f}", tick,
    )


# --- blocks -----------------------------------------------------------------------------------------


@register.inclusion_tag("web/components/empty.html")
def nothing_here(title: str, text: str = "", icon: str = "", url: str = "", action: str = "", panel: bool = False) -> dict[str, Any]:
    """An empty state: what it means and the one thing to do next. No icon: a closed ring (all done)."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action, "panel": panel}


@register.inclusion_tag("web/components/note.html")
def note(text: str, kind: str = "", url: str = "", action: str = "") -> dict[str, Any]:
    """A quiet notice in the page: plain, `good`, `warn`, `owed`."""
    return {"text": text, "kind": kind, "url": url, "action": action}


@register.inclusion_tag("web/components/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    return {"lines": range(lines)}


@register.inclusion_tag("web/components/field.html")
def field(bound: BoundField, label: str = "", help: str = "", aside: str = "", hide_optional: bool = True) -> dict[str, Any]:
    """A form field: label above, input, help, error beside it. `aside` stands right of the label."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "") or widget.__class__.__name__.lower()
    choice = kind in {"checkbox", "radio"} and not getattr(widget, "allow_multiple_selected", False)
    described = [f"{bound.id_for_label}-error"] if bound.errors else []
    described += [f"{bound.id_for_label}-help"] if (help or bound.help_text) else []
    attrs: dict[str, Any] = {}
    if kind not in {"checkbox", "radio", "hidden"}:
        attrs["class"] = " ".join(
            filter(None, [widget.attrs.get("class", ""), "form-control", "err" if bound.errors else ""])
        )
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    group = kind == "radio" or getattr(widget, "allow_multiple_selected", False) and kind == "checkbox"
    return {
        "field": bound,
        "control": bound if group else bound.as_widget(attrs=attrs),
        "group": group,
        "single": kind == "checkbox" and choice,
        "seg": "seg" in widget.attrs.get("class", ""),
        "label": label or bound.label,
        "help": help or bound.help_text,
        "aside": aside,
        "required": bound.field.required,
        "hide_optional": hide_optional,
    }


@register.inclusion_tag("web/components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """The summary above a refused form; each line leads to its field."""
    lines = [(form[name].id_for_label, form[name].label, errors) for name, errors in form.errors.items() if name in form.fields]
    return {"lines": lines, "general": form.non_field_errors()}


@register.inclusion_tag("web/components/combo.html")
def combo(
    name: str, source: str, value: Any = "", text: str = "", label: str = "", with_field: str = "",
    required: bool = False, error: str = "", placeholder: str = "",
) -> dict[str, Any]:
    """A picker fed by `source?q=…`, which answers with `web/components/options.html`."""
    return {
        "name": name, "source": source, "value": value or "", "text": text, "label": label, "with_field": with_field,
        "required": required, "error": error, "placeholder": placeholder,
    }


@register.inclusion_tag("web/components/seg.html")
def seg(name: str, options: Iterable[tuple[str, str]] | Iterable[tuple[str, str, str]], value: Any = "") -> dict[str, Any]:
    """Radio buttons as one bar: options are (value, label) or (value, label, icon)."""
    return {
        "name": name,
        "options": [(*option, "")[:3] for option in options],
        "value": "" if value is None else str(value),
    }


@register.inclusion_tag("web/components/pager.html", takes_context=True)
def pager(context: Mapping[str, Any], page: Any, total: int | None = None) -> dict[str, Any]:
    """Previous, numbers, next for a Django `Page`; `total` is shown when it is cheap to know."""
    return {"page": page, "total": total, "request": context["request"]}


@register.inclusion_tag("web/components/sort.html", takes_context=True)
def sort(context: Mapping[str, Any], key: str, label: str, default: str = "") -> dict[str, Any]:
    """A column head that sorts: `{% sort "name" "Customer" %}` toggles `?sort=name` and `?sort=-name`."""
    present = context["request"].GET.get("sort", default)
    return {
        "label": label,
        "up": present == key,
        "down": present == f"-{key}",
        "href": qs(context, sort=f"-{key}" if present == key else key, page=None),
    }


@register.inclusion_tag("web/components/duty_line.html")
def duty_line(
    *, customer: str, what: str, url: str, icon: str = "clock", opened: datetime | None = None,
    due: datetime | None = None, state: str = "", grade_rank: int | None = None, grade_label: str = "",
    who: str = "", clause_number: str = "", clause_title: str = "", more_clauses: int = 0, panel: bool = True,
) -> dict[str, Any]:
    """One line of Today: customer, grade, what, clause, clock; the whole line opens `url` in the panel."""
    return {**locals()}
