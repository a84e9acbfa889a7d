"""Blocks of a page: empty states, notes, fields, pickers, paging, whole lines."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language

from weixi.kernel.drawing import moments
from weixi.kernel.drawing.addresses import qs
from weixi.kernel.drawing.markup import fill, together

register = template.Library()
# States of all fixed parts that a process keeps, some kilobytes each.
STATES = 512


@register.inclusion_tag("web/components/empty.html")
def nothing_here(
    title: str, text: str = "", icon: str = "", url: str = "", action: str = "", panel: bool = False
) -> dict[str, Any]:
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
def field(
    bound: BoundField, label: str = "", help: str = "", aside: str = "", hide_optional: bool = True
) -> dict[str, Any]:
    """A form field: label above, input, help, error beside it. `aside` stands right of the label."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "") or widget.__class__.__name__.lower()
    choice = kind in {"checkbox", "radio"} and not getattr(widget, "allow_multiple_selected", False)
    ident = _ident(bound)
    described = [f"{ident}-error"] if bound.errors else []
    described += [f"{ident}-help"] if (help or bound.help_text) else []
    attrs: dict[str, Any] = {}
    if kind not in {"checkbox", "radio", "hidden"}:
        attrs["class"] = " ".join(
            filter(None, [widget.attrs.get("class", ""), "form-control", "err" if bound.errors else ""])
        )
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    group = kind == "radio" or (getattr(widget, "allow_multiple_selected", False) and kind == "checkbox")
    return {
        "field": bound,
        "ident": ident,
        "control": bound if group else bound.as_widget(attrs=attrs),
        "group": group,
        "single": kind == "checkbox" and choice,
        "seg": "seg" in widget.attrs.get("class", ""),
        "picks": _picks(bound) if "picks" in widget.attrs.get("class", "") else None,
        "label": capfirst(label or bound.label),
        "help": help or bound.help_text,
        "aside": aside,
        "required": bound.field.required,
        "hide_optional": hide_optional,
        "rival": getattr(bound.form, "rivals", {}).get(bound.name),
    }


def _ident(bound: BoundField) -> str:
    """The id that leads to a field; a group of choices has none of its own as a label's target."""
    return str(bound.id_for_label or bound.auto_id)


def _picks(bound: BoundField) -> dict[str, Any]:
    """A long list to tick, by its groups, with what is ticked: it is drawn folded."""
    widget: Any = bound.field.widget
    drawn = widget.get_context(bound.html_name, bound.value(), {"id": bound.auto_id})["widget"]["optgroups"]
    groups = [(title or "", options) for title, options, _index in drawn]
    ticked = [option["label"] for _title, options in groups for option in options if option["selected"]]
    return {"groups": groups, "ticked": ticked}


@register.inclusion_tag("web/components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """The summary above a refused form; each line leads to its field."""
    lines = [
        (_ident(form[name]), form[name].label, errors) for name, errors in form.errors.items() if name in form.fields
    ]
    return {"lines": lines, "general": form.non_field_errors()}


@register.simple_tag
def options(pairs: Iterable[tuple[Any, Any]], chosen: Iterable[str] | None = None) -> SafeString:
    """The options of a select: (value, label) pairs; `chosen` are the values given in an address or a form."""
    marked = frozenset(chosen or ())
    return together(
        fill('<option value="{}"{}>{}</option>', value, SafeString(" selected") if str(value) in marked else "", label)
        for value, label in pairs
    )


register.simple_tag(moments.script_texts)


@register.simple_tag
def fixed(template_name: str, **state: Hashable) -> SafeString:
    """`{% fixed "web/parts/dialogs.html" %}`: a part of a page that follows from its language and from `state`, drawn
    once per process for each state.

    Its context is the state and nothing else, so it cannot say anything else. Values are told apart by what they are
    equal to; a part that differs for nearly every page (by a token, a moment) is no fixed part.
    """
    if settings.DEBUG:
        return _fixed.__wrapped__(template_name, "", tuple(state.items()))
    return _fixed(template_name, get_language() or "", tuple(state.items()))


@lru_cache(maxsize=STATES)
def _fixed(template_name: str, language: str, state: tuple[tuple[str, Any], ...]) -> SafeString:
    return SafeString(get_template(template_name).render(dict(state)))


@register.inclusion_tag("web/components/combo.html")
def combo(
    name: str,
    source: str,
    value: Any = "",
    text: str = "",
    label: str = "",
    with_field: str = "",
    required: bool = False,
    error: str = "",
    placeholder: str = "",
) -> dict[str, Any]:
    """A picker fed by `source?q=…`, which answers with `web/components/options.html`."""
    return {
        "name": name,
        "source": source,
        "value": value or "",
        "text": text,
        "label": label,
        "with_field": with_field,
        "required": required,
        "error": error,
        "placeholder": placeholder,
    }


@register.inclusion_tag("web/components/seg.html")
def seg(
    name: str, options: Iterable[tuple[str, str]] | Iterable[tuple[str, str, str]], value: Any = ""
) -> dict[str, Any]:
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
    *,
    customer: str,
    what: str,
    url: str,
    icon: str = "clock",
    opened: datetime | None = None,
    due: datetime | None = None,
    state: str = "",
    grade_rank: int | None = None,
    grade_label: str = "",
    who: str = "",
    clause_number: str = "",
    clause_title: str = "",
    more_clauses: int = 0,
    panel: bool = True,
) -> dict[str, Any]:
    """One line of Today: customer, grade, what, clause, clock; the whole line opens `url` in the panel."""
    return {**locals()}
