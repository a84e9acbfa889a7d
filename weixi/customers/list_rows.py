"""The lines of the customer list as HTML. A page has hundreds of cells: drawn by a template each they would take
longer than all its queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from weixi.customers.list_page import Head, Row
from weixi.customers.lists.columns import Column
from weixi.kernel import clock
from weixi.kernel.currency import money_text
from weixi.kernel.drawing.addresses import icon, maybe_url, page_of
from weixi.kernel.drawing.figures import near_day
from weixi.kernel.drawing.marks import grade, time_left
from weixi.kernel.drawing.markup import fill, together

SOON = timedelta(hours=6)
TODAY = timedelta(days=1)

_LINE = (
    '<tr data-row><td class="pick"><input type="checkbox" name="pick" value="{pk}" data-pick aria-label="{name}"></td>'
    '<td class="wx-cut name"><a data-open href="{url}" title="{name}">{name}</a></td>{cells}'
    '<td class="acts"><div class="rowacts">{acts}</div></td></tr>'
)
# A number that stands nowhere else in an address.
_NUMBER = 987_654_321
_ACT = '<a class="wx-iconbtn sm" href="{}" {} aria-label="{}">{}</a>'


def due_state(due: datetime) -> str:
    """The shape beside a due time: late, soon, mid, or a quiet ring for what is further away."""
    left = due - clock.now()
    if left < timedelta(0):
        return "late"
    if left < SOON:
        return "soon"
    return "mid" if left < TODAY else ""


def _contact(row: Row) -> Any:
    at = row.customer.last_contact_at
    if at is None:
        return fill('<span class="wx-q">{}</span>', _("never"))
    shape = '<time datetime="{}">{}</time> <span class="wx-q">{}</span>'
    return fill(shape, at.isoformat(), near_day(at), row.contact_words)


def _due(row: Row) -> Any:
    due = row.customer.next_due_at
    if due is None:
        return fill('<span class="wx-q">{}</span>', _("nothing to do"))
    return fill(
        '<span class="hstack wx-due"><span class="wx-st {}">{}</span>'
        '<span class="wx-cut wx-q2" title="{}">{}</span></span>',
        due_state(due), time_left(due), row.due_words, row.due_words,
    )  # fmt: skip


# What a cell says, by its column's code.
CELLS: Mapping[str, Callable[[Row], Any]] = {
    "grade": lambda row: grade(row.grade_rank, row.grade_label),
    "owner": lambda row: row.customer.owner.name if row.customer.owner else "",
    "industry": lambda row: row.shown("industry", row.customer.industry),
    "amount": lambda row: money_text(row.customer.annual_amount, signed=False),
    "contact": _contact,
    "due": _due,
    "city": lambda row: row.shown("city", row.customer.city),
    "lifecycle": lambda row: row.customer.get_lifecycle_display(),
    "complete": lambda row: f"{row.customer.completeness}%",
    "region": lambda row: row.shown("region", row.customer.region),
    "number": lambda row: row.customer.number,
    "order": lambda row: near_day(row.customer.last_order_on),
    "created": lambda row: near_day(row.customer.created_at),
}


def _plain(code: str) -> Callable[[Row], Any]:
    """A column whose cell is a text and nothing else."""
    return lambda row: row.texts.get(code, "")


def inside(row: Row, column: Column) -> SafeString:
    """What one cell says, as HTML."""
    said = CELLS.get(column.code) or _plain(column.code)
    return fill("{}", said(row))


def draw_rows(
    rows: Iterable[Row], heads: Iterable[Head], *, may_edit: bool, editable: Collection[str] = ()
) -> SafeString:
    """All lines of the page, one after another, with the cells as the heads stand. Cells of the columns `editable`
    are edited where they stand."""
    columns, cells = [], ""
    for head in heads:
        code = head.column.code
        css = f"{'wx-num ' if head.column.number else ''}wx-cut c-{code}"
        own = f' data-cell="{code}"' if code in editable else ""
        cells += f'<td class="{css}"{own}>{{}}</td>'
        columns.append(CELLS.get(code) or _plain(code))
    # One shape for the whole line: what is the same in all lines is put together once.
    shape = _LINE.replace("{cells}", cells).replace("{acts}", _acts(may_edit=may_edit))
    return together(
        fill(
            shape,
            *(said(row) for said in columns),
            pk=row.customer.pk,
            name=row.customer.name,
            url=page_of("customer", row.customer.pk),
        )
        for row in rows
    )


def _acts(*, may_edit: bool) -> str:
    """The acts at the end of a line as a shape: the customer's number stands as `{pk}`."""
    acts = []
    if look := maybe_url("customer-look", _NUMBER):
        acts.append((look, SafeString("data-panel data-look"), _("Quick look"), icon("eye", 14)))
    if record := maybe_url("interaction-new"):
        panel = SafeString("data-panel")
        acts.append((f"{record}?customer={_NUMBER}", panel, _("Record contact"), icon("phone", 14)))
    if may_edit:
        edit = page_of("customer-edit", _NUMBER)
        acts.append((edit, SafeString("data-edit-page"), _("Edit"), icon("edit", 14)))
    drawn = together(fill(_ACT, address, how, label, sign) for address, how, label, sign in acts)
    return drawn.replace("{", "{{").replace("}", "}}").replace(str(_NUMBER), "{pk}")
