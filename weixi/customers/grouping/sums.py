"""What groups add up, and how it reads. Money is added in whole cents: SQLite keeps decimals as floating numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Case, F, Func, IntegerField, OuterRef, Subquery, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.customers.access import viewer_access
from weixi.customers.fields import Field
from weixi.customers.fields.catalogue import all_fields
from weixi.customers.models import CustomValue
from weixi.kernel import clock
from weixi.kernel.currency import money_text, with_unit
from weixi.kernel.drawing.figures import count
from weixi.kernel.errors import Forbidden, Invalid
from weixi.kernel.slices import registry
from weixi.organisation.scope import Viewer

MOST_SUMS = 4
USUAL = ("annual_amount", "overdue")


@dataclass(frozen=True, slots=True)
class Sum:
    """A number of each customer that groups add up.

    `unit` says how it reads: `yuan` (in hundredths), `times`, `number` (in ten-thousandths), `percent` (only its
    average says anything) or `customers` (how many of them).
    """

    code: str
    label: Any
    unit: str
    value: Callable[[], Any]
    field: str

    @property
    def adds(self) -> bool:
        return self.unit != "percent"

    @property
    def averages(self) -> bool:
        return self.unit != "customers"

    def total_words(self, total: int | None) -> str:
        """The sum as people read it; empty where nothing is known."""
        if total is None:
            return ""
        if self.unit == "yuan":
            return money_text(Decimal(int(total)).scaleb(-2), signed=False)
        if self.unit == "number":
            return f"{Decimal(int(total)).scaleb(-4).normalize():,f}"
        return count(int(total))

    def average_words(self, total: int | None, known: int) -> str:
        """The average over those of whom it is known."""
        if total is None or not known:
            return ""
        each = Decimal(int(total)) / known
        if self.unit == "yuan":
            return money_text(each.scaleb(-2).quantize(Decimal("0.01")), signed=False)
        if self.unit == "percent":
            return f"{each.quantize(Decimal(1))}%"
        if self.unit == "number":
            return f"{each.scaleb(-4).quantize(Decimal('0.01')):,f}"
        return f"{each.quantize(Decimal('0.1')):,f}"


def all_sums() -> dict[str, Sum]:
    """Everything groups can add up."""
    found = {
        "annual_amount": Sum(
            "annual_amount", with_unit(gettext_lazy("12 months (%(unit)s)")), "yuan", lambda: whole(F("annual_amount"), 100),
            "annual_amount",
        ),
        "overdue": Sum("overdue", gettext_lazy("With something overdue"), "customers", _overdue, "next_due_at"),
        "completeness": Sum(
            "completeness", gettext_lazy("Completeness"), "percent", lambda: F("completeness"), "completeness"
        ),
    }  # fmt: skip
    for each in registry.sums.values():
        found[each.code] = Sum(each.code, each.label, each.unit, each.value, each.field)
    for field in all_fields().values():
        if field.custom and field.of != "contact" and field.type in ("number", "amount"):
            found[field.key] = Sum(field.key, field.label, "number", _custom(field), field.key)
    return found


def offered_sums(viewer: Viewer) -> dict[str, Sum]:
    """Those whose values the viewer reads in clear: a sum over one customer is that customer's value."""
    access = viewer_access(viewer)
    return {code: each for code, each in all_sums().items() if not each.field or access.reads(each.field)}


def sums_for(viewer: Viewer, text: str) -> tuple[Sum, ...]:
    """The sums an address names, with commas between; none named: the usual ones that the viewer may see.

    Raises Invalid for what groups do not know, Forbidden for what the viewer does not read.
    """
    codes = [code for code in dict.fromkeys(text.split(",")) if code]
    known, mine = all_sums(), offered_sums(viewer)
    if not codes:
        return tuple(mine[code] for code in USUAL if code in mine)
    for code in codes:
        if code not in known:
            raise Invalid(_("Groups cannot add up “%(name)s”.") % {"name": code[:40]}, code="sum.unknown")
        if code not in mine:
            raise Forbidden(
                _("“%(name)s” is masked for you, so it cannot be added up.") % {"name": known[code].label},
                code="sum.masked",
            )
    if len(codes) > MOST_SUMS:
        raise Invalid(_("Groups add up at most %(n)d numbers.") % {"n": MOST_SUMS}, code="sum.many")
    return tuple(mine[code] for code in codes)


def whole(amount: Any, times: int) -> Func:
    """A decimal as a whole number of its hundredths or smaller parts."""
    return Func(
        amount, template=f"CAST(ROUND(%(expressions)s * {int(times)}) AS BIGINT)", output_field=BigIntegerField()
    )


def _overdue() -> Case:
    late = When(next_due_at__isnull=False, next_due_at__lt=clock.now(), then=Value(1))
    return Case(late, default=Value(0), output_field=IntegerField())


def _custom(field: Field) -> Callable[[], Any]:
    def value() -> Subquery:
        """Uses index: custom_value_customer."""
        rows = CustomValue.objects.filter(customer=OuterRef("pk"), field_id=field.field_id, place=0)
        return Subquery(rows.values_list(whole(F("number"), 10_000))[:1], output_field=BigIntegerField())

    return value
