"""The ways of asking by the type of a column: what a text, a choice, a number, a moment can be asked.

Each condition is true or false for every customer, never unknown: turned round it holds for the others.
Columns that have an index of their own are looked at by `Walked`, so that the walk along the list's order
is not left for them; the index itself serves `few`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import DecimalField, F, Q, QuerySet, Value
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, LessThan, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Customer
from weixi.kernel import clock
from weixi.kernel.slices import FilterOp
from weixi.kernel.walked import Walked

Where = Callable[[Q], Q]


def itself(condition: Q) -> Q:
    return condition


def living(condition: Q) -> QuerySet[Any]:
    """Ids of customers by a condition that one of their indexes answers."""
    return Customer.objects.filter(condition, archived_at__isnull=True).order_by().values_list("pk", flat=True)


class Column:
    """A column as conditions see it: `wrap` puts a condition on it into one on the customer.

    `indexed`: it is a column of the customer with an index of its own.
    """

    def __init__(
        self, name: str, field: Any, *, wrap: Where = itself, indexed: bool = False, optional: bool = False
    ) -> None:
        self.name, self.field, self.wrap, self.indexed, self.optional = name, field, wrap, indexed, optional

    def test(self, lookup: Any, value: Any) -> Q:
        left: Any = F(self.name)
        if self.indexed:
            left = Walked(left, output_field=self.field)
            # Behind the plus sign SQLite no longer knows that the column is a number: the value has to say so.
            exact = isinstance(self.field, DecimalField)
            condition = Q(lookup(left, Value(value, output_field=self.field) if exact else value))
        else:
            condition = Q(**{f"{self.name}__{lookup.lookup_name}": value})
        if self.field.null:
            condition &= Q(**{f"{self.name}__isnull": False})
        return self.wrap(condition)

    def plain(self, lookup: Any, value: Any) -> QuerySet[Any]:
        return living(Q(**{f"{self.name}__{lookup.lookup_name}": value}))

    def op(self, code: str, label: Any, words: Any, kind: str, lookup: Any, read: Callable[[Any], Any] = lambda v: v,
           few: bool = False) -> FilterOp:  # fmt: skip
        """An operator of one value compared by `lookup`."""
        return FilterOp(
            code, label, words, (kind,),
            lambda value: self.test(lookup, read(value)),
            (lambda value: self.plain(lookup, read(value))) if few and self.indexed else None,
        )  # fmt: skip


def presence(column: Column, empty: Any = "") -> tuple[FilterOp, ...]:
    """Whether there is a value at all. `empty` is what stands there without one, None for nothing."""
    nothing = Q(**{f"{column.name}__isnull": True}) if empty is None else Q(**{column.name: empty})
    return (
        FilterOp("filled", _("is filled in"), _("is filled in"), (), lambda: column.wrap(~nothing)),
        FilterOp("empty", _("is empty"), _("is empty"), (), lambda: ~column.wrap(~nothing)),
    )


def text_ops(column: Column) -> tuple[FilterOp, ...]:
    few = (lambda values: column.plain(In, values)) if column.indexed else None
    return (
        FilterOp("in", _("is one of"), "%(a)s", ("texts",), lambda values: column.test(In, values), few),
        FilterOp("not_in", _("is none of"), _("not %(a)s"), ("texts",), lambda values: ~column.test(In, values)),
        FilterOp("has", _("contains"), _("contains %(a)s"), ("text",),
                 lambda text: column.wrap(Q(**{f"{column.name}__icontains": text}))),
        FilterOp("lacks", _("does not contain"), _("does not contain %(a)s"), ("text",),
                 lambda text: ~column.wrap(Q(**{f"{column.name}__icontains": text}))),
        *presence(column),
    )  # fmt: skip


def choice_ops(column: Column, *, empty: bool = False) -> tuple[FilterOp, ...]:
    """`none` among the values stands for no value, where the field's choices offer it."""

    def stored(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple("" if value == "none" else value for value in values)

    def among(values: tuple[str, ...]) -> Q:
        return column.test(In, stored(values))

    few = (lambda values: column.plain(In, stored(values))) if column.indexed else None
    return (
        FilterOp("in", _("is one of"), "%(a)s", ("choices",), among, few),
        FilterOp("not_in", _("is none of"), _("not %(a)s"), ("choices",), lambda values: ~among(values)),
        *(presence(column) if empty else ()),
    )


def number_ops(column: Column, kind: str = "number", *, few: bool = False) -> tuple[FilterOp, ...]:
    return (
        column.op("ge", _("at least"), _("at least %(a)s"), kind, GreaterThanOrEqual, few=few),
        column.op("gt", _("more than"), _("more than %(a)s"), kind, GreaterThan, few=few),
        column.op("le", _("at most"), _("at most %(a)s"), kind, LessThanOrEqual),
        column.op("lt", _("less than"), _("less than %(a)s"), kind, LessThan),
        column.op("eq", _("exactly"), _("exactly %(a)s"), kind, Exact),
        *(presence(column, None) if column.field.null else ()),
    )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


PERIODS = ("today", "week", "month", "quarter", "year")


def begin_of(period: str) -> date:
    """The first day of the present day, week, month, quarter or year."""
    today = clock.today()
    return {
        "today": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "quarter": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        "year": today.replace(month=1, day=1),
    }[period]


def period_choices(_viewer: Any = None) -> list[tuple[str, Any]]:
    words = (_("today"), _("this week"), _("this month"), _("this quarter"), _("this year"))
    return list(zip(PERIODS, words, strict=True))


def moment_ops(column: Column, *, future: bool = False, few: bool = False) -> tuple[FilterOp, ...]:
    """Asking a moment. `future`: it is a time to come, so that past means late."""
    ago: Callable[[int], datetime] = lambda days: clock.now() - timedelta(days=days)  # noqa: E731
    first: tuple[FilterOp, ...]
    if future:
        first = (
            FilterOp("past", _("is past"), _("is past"), (), lambda: column.test(LessThan, clock.now()),
                     lambda: column.plain(LessThan, clock.now())),
            FilterOp("next", _("within the next … days"), _("within %(a)s days"), ("days",),
                     lambda days: column.test(GreaterThanOrEqual, clock.now())
                     & column.test(LessThan, clock.now() + timedelta(days=days))),
        )  # fmt: skip
    else:
        first = (
            column.op("within", _("in the last … days"), _("in the last %(a)s days"), "days", GreaterThanOrEqual, ago,
                      few),
            column.op("older", _("more than … days ago"), _("more than %(a)s days ago"), "days", LessThan, ago),
            column.op("period", _("since the begin of"), "%(a)s", "choice", GreaterThanOrEqual,
                      lambda period: midnight(begin_of(period)), few),
        )  # fmt: skip
    return (
        *first,
        column.op("from", _("from … on"), _("from %(a)s on"), "day", GreaterThanOrEqual, midnight, few and not future),
        column.op("until", _("until"), _("until %(a)s"), "day", LessThan,
                  lambda day: midnight(day + timedelta(days=1))),
        *(presence(column, None) if column.field.null else ()),
    )  # fmt: skip


def day_ops(column: Column, *, few: bool = False) -> tuple[FilterOp, ...]:
    """Asking a date."""
    ago: Callable[[int], date] = lambda days: clock.today() - timedelta(days=days)  # noqa: E731
    return (
        column.op("within", _("in the last … days"), _("in the last %(a)s days"), "days", GreaterThanOrEqual, ago, few),
        column.op("older", _("more than … days ago"), _("more than %(a)s days ago"), "days", LessThan, ago),
        column.op("period", _("since the begin of"), "%(a)s", "choice", GreaterThanOrEqual, begin_of),
        column.op("from", _("from … on"), _("from %(a)s on"), "day", GreaterThanOrEqual, few=few),
        column.op("until", _("until"), _("until %(a)s"), "day", LessThanOrEqual),
        *(presence(column, None) if column.field.null else ()),
    )


def partial_day_ops(column: Column) -> tuple[FilterOp, ...]:
    """Asking a date that may lack its year (`--MM-DD`, which stands below every year)."""
    return (
        column.op("from", _("from … on"), _("from %(a)s on"), "day", GreaterThanOrEqual, date.isoformat),
        FilterOp("until", _("until"), _("until %(a)s"), ("day",),
                 lambda day: column.wrap(Q(**{f"{column.name}__lte": day.isoformat(), f"{column.name}__gte": "0"}))),
        *presence(column),
    )  # fmt: skip


def flag_ops(column: Column) -> tuple[FilterOp, ...]:
    return (
        FilterOp("yes", _("yes"), _("yes"), (), lambda: column.wrap(Q(**{column.name: True}))),
        FilterOp("no", _("no"), _("no"), (), lambda: ~column.wrap(Q(**{column.name: True}))),
    )
