"""What the customers' templates say in shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from weixi.customers.models import Customer
from weixi.kernel import clock
from weixi.kernel.money import yuan

register = template.Library()

SOON = timedelta(hours=6)
TODAY = timedelta(days=1)


# Cells that are a text and nothing else. A page has hundreds of cells: each of these as a template of its own
# would take longer than all queries of the page.
PLAIN: dict[str, Callable[[Customer], Any]] = {
    "owner": lambda customer: customer.owner.name if customer.owner else "",
    "industry": lambda customer: customer.industry,
    "city": lambda customer: customer.city,
    "region": lambda customer: customer.region,
    "number": lambda customer: customer.number,
    "amount": lambda customer: yuan(customer.annual_amount, sign=False),
    "complete": lambda customer: f"{customer.completeness}%",
    "lifecycle": lambda customer: customer.get_lifecycle_display(),
}


@register.simple_tag(takes_context=True)
def cells(context: template.Context, row: Any, heads: Iterable[Any]) -> SafeString:
    """The cells of one row of the list, as its heads stand; those with a shape come from `parts/cell.html`."""
    parts = []
    for head in heads:
        code = head.column.code
        if code in PLAIN:
            body: Any = conditional_escape(PLAIN[code](row.customer))
        else:
            with context.push(code=code, row=row):
                body = get_template("customers/parts/cell.html").template.render(context)  # type: ignore[attr-defined]
        number = "wx-num " if head.column.number else ""
        parts.append(format_html('<td class="{}wx-cut c-{}">{}</td>', number, code, body))
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped above


@register.filter
def due_state(due: datetime | None) -> str:
    """The shape beside a due time: late, soon, mid, or a quiet ring for what is further away."""
    if due is None:
        return ""
    left = due - clock.now()
    if left < timedelta(0):
        return "late"
    if left < SOON:
        return "soon"
    return "mid" if left < TODAY else ""
