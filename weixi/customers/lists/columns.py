"""The columns a list can have: those with a shape of their own, every field, facts, and what slices register.

One page's values come in a fixed number of queries: fields by `values_of`, each fact and each registered
column by one call for all rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from weixi.customers.access import viewer_access
from weixi.customers.fields import Field, customer_fields, values_of, words
from weixi.customers.fields.catalogue import all_fields
from weixi.customers.fields.groups import group_title
from weixi.customers.models import Customer
from weixi.kernel import clock
from weixi.kernel.currency import money_text, with_unit
from weixi.kernel.masking import STARS
from weixi.kernel.slices import registry
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

# Code and width as they are kept.
Shown = Sequence[str]
WIDTHS = ("w-60", "w-80", "w-100", "w-120", "w-140", "w-160", "w-200", "w-240", "w-320")
USUAL_WIDTH = "w-140"
MOST_COLUMNS = 24
FACT = "fact_"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. `sort` is the order it offers, `css` the width of its <col>; `field` the key of the
    field whose value it shows, `plain` whether its cell is a text and nothing else."""

    code: str
    label: Any
    css: str = USUAL_WIDTH
    sort: str = ""
    number: bool = False
    shown: bool = False
    field: str = ""
    group: Any = ""
    plain: bool = False


KEPT = group_title("kept")
# Those that templates draw themselves.
SHAPED: tuple[Column, ...] = (
    Column("grade", _("Grade"), "w-80", "grade", shown=True, field="grade", group=KEPT),
    Column("owner", _("Owner"), "w-80", shown=True, field="owner", group=KEPT),
    Column("industry", _("Industry"), "w-100", shown=True, field="industry", group=group_title("basic")),
    Column("amount", with_unit(_("12 months (%(unit)s)")), "w-120", "amount", True, True, "annual_amount", KEPT),
    Column("contact", _("Last contact"), "w-160", "contact", shown=True, field="last_contact_at", group=KEPT),
    Column("due", _("Next duty"), "w-240", "due", shown=True, field="next_due_at", group=KEPT),
    Column("city", _("City"), "w-80", shown=True, field="city", group=group_title("basic")),
    Column("lifecycle", _("Lifecycle"), "w-100", field="lifecycle", group=KEPT),
    Column("complete", _("Completeness"), "w-100", "complete", True, False, "completeness", KEPT),
    Column("region", _("Region"), "w-100", field="region", group=group_title("basic")),
    Column("number", _("Number"), "w-120", field="number", group=KEPT),
    Column("order", _("Last order"), "w-120", field="last_order_on", group=KEPT),
    Column("created", _("Entered on"), "w-120", "created", field="created_at", group=KEPT),
)
_SHAPED_FIELDS = frozenset(column.field for column in SHAPED)
# The name is the first column of every list.
_LEFT_OUT = frozenset({"name", "last_contact_kind"})


def all_columns() -> dict[str, Column]:
    """Every column there is, by its code."""
    found = {column.code: column for column in SHAPED}
    for field in all_fields().values():
        if field.key not in _SHAPED_FIELDS and field.key not in _LEFT_OUT:
            number = field.type in ("number", "amount") and field.compared == "number"
            found[field.key] = Column(
                field.key, field.full_label, number=number, field=field.key, group=group_title(field.group), plain=True
            )
    for fact in registry.facts.values():
        code = f"{FACT}{fact.code}"
        if fact.code not in _SHAPED_FIELDS:
            found[code] = Column(
                code, fact.label, "w-120", number=fact.unit != "date", field=fact.field, group=_("Facts"), plain=True
            )
    for column in registry.columns.values():
        found[column.code] = Column(
            column.code, column.label, number=column.number, field=column.field, group=column.group, plain=True
        )
    return found


def readable_columns(viewer: Viewer) -> dict[str, Column]:
    """The columns this viewer may have: masked values stand masked in theirs."""
    access = viewer_access(viewer)
    return {code: column for code, column in all_columns().items() if not column.field or access.sees(column.field)}


def usual_columns(viewer: Viewer) -> tuple[Column, ...]:
    """Those that are shown before anything was chosen, without what the viewer does not see."""
    access = viewer_access(viewer)
    return tuple(column for column in SHAPED if column.shown and (not column.field or access.sees(column.field)))


def archive_columns(viewer: Viewer) -> tuple[Column, ...]:
    """The usual columns, then every other field of the archive that can be typed, imported and exported again."""
    # A second owner is given by hand.
    typed = {field.key for field in customer_fields() if field.editable} - {"co_owner"}
    rest = [column for column in readable_columns(viewer).values() if column.field in typed]
    return tuple(dict.fromkeys([*usual_columns(viewer), *rest]))


def chosen(viewer: Viewer, kept: Iterable[Shown], *, most: int = MOST_COLUMNS) -> tuple[Column, ...]:
    """The columns that were kept, in their order and widths; what the viewer may not see (any more) is left out."""
    known = readable_columns(viewer)
    found: dict[str, Column] = {}
    for code, width in (each for each in kept if len(each) == 2):
        column = known.get(code)
        if column is not None and len(found) < most:
            found[code] = _wide(column, width)
    return tuple(found.values())


def _wide(column: Column, width: str) -> Column:
    if width not in WIDTHS or width == column.css:
        return column
    return Column(
        column.code, column.label, width, column.sort, column.number, column.shown, column.field, column.group,
        column.plain,
    )  # fmt: skip


def shown_of(columns: Iterable[Column]) -> list[list[str]]:
    """Columns as they are kept."""
    return [[column.code, column.css] for column in columns]


# --- the values of a page ---------------------------------------------------------------------------


def plain_values(viewer: Viewer, columns: Sequence[Column], ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """{customer: {column: text}} of the plain columns. Nothing is an empty text."""
    found: dict[int, dict[str, str]] = {pk: {} for pk in ids}
    plain = [column for column in columns if column.plain]
    if not plain or not ids:
        return found
    fields = {column.code: all_fields()[column.code] for column in plain if column.code in all_fields()}
    if fields:
        said = said_values(viewer, list(fields.values()), ids)
        for pk, values in said.items():
            found[pk].update(values)
    for column in plain:
        if column.code in fields:
            continue
        texts = _texts(viewer, column.code, ids)
        for pk, text in texts.items():
            if pk in found:
                found[pk][column.code] = text
    return found


def said_values(viewer: Viewer, fields: Sequence[Field], ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """{customer: {key: words}} of fields, as this viewer may read them: the one place where the list and its
    export turn a stored value into text."""
    stored = values_of(ids, [field.key for field in fields])
    people: dict[Any, str] = {**_people(stored, fields), **_customers(viewer, stored, fields)}
    return {
        pk: {field.key: say(viewer, field, values[field.key], people) for field in fields}
        for pk, values in stored.items()
    }


def _people(stored: Mapping[int, Mapping[str, Any]], fields: Sequence[Field]) -> dict[int, str]:
    keys = [field.key for field in fields if field.type == "person"]
    ids = {values[key] for values in stored.values() for key in keys if values[key]}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _customers(
    viewer: Viewer, stored: Mapping[int, Mapping[str, Any]], fields: Sequence[Field]
) -> dict[tuple[str, int], str]:
    """Names of the customers that fields point to, as far as the viewer sees them."""
    keys = [field.key for field in fields if field.type == "customer"]
    ids = {values[key] for values in stored.values() for key in keys if values[key]}
    seen = Customer.objects.filter(viewer.owned(), pk__in=ids) if ids else Customer.objects.none()
    return {("customer", pk): name for pk, name in seen.values_list("pk", "name")}


def say(viewer: Viewer, field: Field, value: Any, people: Mapping[Any, str]) -> str:
    """One value as this viewer may read it; nothing is an empty text."""
    if value is None or value == "" or value == []:
        return ""
    access = viewer_access(viewer)
    if not access.reads(field.key):
        return str(access.present(field.key, value))
    if field.type == "person":
        return people.get(value, "")
    if field.type == "customer":
        return people.get(("customer", value), "")
    if field.type == "amount" and isinstance(value, Decimal):
        return money_text(value, signed=False)
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATE_FORMAT")
    if field.type == "date":
        # Columns are compared by eye, and files are read in again.
        return value.isoformat() if isinstance(value, date) else str(value)
    return words(field, value)


def _texts(viewer: Viewer, code: str, ids: Sequence[int]) -> Mapping[int, str]:
    if code.startswith(FACT):
        fact = registry.facts[code.removeprefix(FACT)]
        values = fact.compute(list(ids), clock.today())
        if fact.field and not viewer_access(viewer).reads(fact.field):
            return dict.fromkeys(values, STARS)
        return {pk: say_fact(fact.unit, value) for pk, value in values.items()}
    return registry.columns[code].read(viewer, ids)


def say_fact(unit: str, value: Any) -> str:
    """A fact's value by its unit."""
    if unit == "yuan":
        return money_text(value, signed=False)
    if unit == "percent":
        return f"{value}%"
    return value.isoformat() if isinstance(value, date) else f"{value}"


def rows_of(ids: Sequence[int]) -> dict[int, Customer]:
    """Customers with their owners by id; one query."""
    return Customer.objects.filter(pk__in=ids).select_related("owner").in_bulk()
