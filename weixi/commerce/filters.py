"""What the customer list can be asked of orders, contracts and equipment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, IsNull, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from weixi.commerce import measures
from weixi.commerce.facts import AMOUNT, ANNUAL_MONTHS, HALF_MONTHS
from weixi.commerce.models import Asset, Contract, Order, Product
from weixi.kernel import clock
from weixi.kernel.slices import FilterOp, ListFilter, ListSum

GROUP = _("Orders")
_OF = OuterRef("pk")


def _since(days: int) -> date:
    return clock.today() - timedelta(days=days)


def _purchases(days: int) -> QuerySet[Order]:
    """Purchases of the last days, returns not among them. Uses index: order_customer (one customer),
    order_date (all)."""
    return Order.objects.filter(placed_on__gt=_since(days), placed_on__lte=clock.today(), amount__gt=0)


def _of_product(text: str) -> Q:
    named = Product.objects.filter(Q(code=text) | Q(name=text)).order_by()
    return Q(lines__amount__gt=0, lines__product__in=named.values("pk"))


def _of_category(text: str) -> Q:
    of_it = Product.objects.filter(category=text).order_by()
    return Q(lines__amount__gt=0, lines__product__in=of_it.values("pk"))


def _op(code: str, label: Any, words: Any, what: Callable[[str], Q]) -> FilterOp:
    def where(text: str, days: int) -> Q:
        return Q(Exists(_purchases(days).filter(what(text), customer=_OF)))

    def few(text: str, days: int) -> QuerySet[Any]:
        return _purchases(days).filter(what(text)).order_by().values_list("customer_id", flat=True)

    return FilterOp(code, label, words, ("text", "days"), where, few)


def _lacking(op: FilterOp, code: str, label: Any, words: Any) -> FilterOp:
    return FilterOp(code, label, words, op.takes, lambda *values: ~op.where(*values))


_ANY = FilterOp(
    "any", _("bought in the last … days"), _("in the last %(a)s days"), ("days",),
    lambda days: Q(Exists(_purchases(days).filter(customer=_OF))),
    lambda days: _purchases(days).order_by().values_list("customer_id", flat=True),
)  # fmt: skip
_PRODUCT = _op("product", _("bought the product … in the last … days"), _("%(a)s in the last %(b)s days"), _of_product)
_CATEGORY = _op(
    "category",
    _("bought of the category … in the last … days"),
    _("category %(a)s in the last %(b)s days"),
    _of_category,
)
BOUGHT = (
    _ANY,
    _lacking(_ANY, "none", _("bought nothing in the last … days"), _("nothing in the last %(a)s days")),
    _PRODUCT,
    _lacking(_PRODUCT, "no_product", _("did not buy the product … in the last … days"),
             _("not %(a)s in the last %(b)s days")),
    _CATEGORY,
    _lacking(_CATEGORY, "no_category", _("did not buy of the category … in the last … days"),
             _("not category %(a)s in the last %(b)s days")),
)  # fmt: skip


def _count_ops(months: int) -> tuple[FilterOp, ...]:
    """Numbers of purchases in the months that end today, as the fact of that name counts them."""

    return (
        FilterOp(
            "ge",
            _("at least"),
            _("at least %(a)s"),
            ("number",),
            lambda n: Q(GreaterThanOrEqual(measures.order_count(months), n)),
            counts=True,
        ),
        FilterOp(
            "le",
            _("at most"),
            _("at most %(a)s"),
            ("number",),
            lambda n: Q(LessThanOrEqual(measures.order_count(months), n)),
            counts=True,
        ),
    )


# Values nobody has: what is not known meets neither "at least" nor "at most".
_LOWEST, _HIGHEST = Value(-(10**17)), Value(10**17)


def _measure_ops(value: Callable[[], Any], kind: str, times: int = 1) -> tuple[FilterOp, ...]:
    """Asking a fact that may not be known; `times` are the parts of one that `value` counts."""

    def parts(given: Any) -> int:
        return int((Decimal(given) * times).to_integral_value())

    return (
        FilterOp("ge", _("at least"), _("at least %(a)s"), (kind,),
                 lambda n: Q(GreaterThanOrEqual(Coalesce(value(), _LOWEST), parts(n)))),
        FilterOp("le", _("at most"), _("at most %(a)s"), (kind,),
                 lambda n: Q(LessThanOrEqual(Coalesce(value(), _HIGHEST), parts(n)))),
        FilterOp("known", _("is known"), _("is known"), (), lambda: Q(IsNull(value(), False))),
        FilterOp("unknown", _("is not known"), _("is not known"), (), lambda: Q(IsNull(value(), True))),
    )  # fmt: skip


def _largest(amount: Decimal) -> Q:
    rows = Order.objects.filter(customer=_OF, placed_on__lte=clock.today(), amount__gte=amount, amount__gt=0)
    return Q(Exists(rows))


def _contract_ends(days: int) -> Q:
    """A contract that runs ends within the days, and none that renews it is there. Uses index: contract_customer."""
    today = clock.today()
    rows = Contract.objects.filter(
        customer=_OF, ended_on=None, renewals=None, ends_on__gte=today, ends_on__lte=today + timedelta(days=days)
    )
    return Q(Exists(rows))


def _running() -> Q:
    rows = Contract.objects.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today()), customer=_OF, ended_on=None)
    return Q(Exists(rows))


def _warranty_ends(days: int) -> Q:
    today = clock.today()
    rows = Asset.objects.filter(
        customer=_OF, warranty_until__gte=today, warranty_until__lte=today + timedelta(days=days)
    )
    return Q(Exists(rows))


def _latest(lookup: Any) -> Callable[[int], Q]:
    def where(days: int) -> Q:
        rows = Order.objects.filter(customer=_OF, placed_on__lte=clock.today(), amount__gt=0)
        last = rows.order_by().values("customer").annotate(last=Max("placed_on")).values("last")
        return Q(lookup(Coalesce(Subquery(last), date(1, 1, 1)), _since(days))) & Q(Exists(rows))

    return where


FILTERS = (
    ListFilter("bought", _("Bought"), GROUP, BOUGHT),
    ListFilter("orders_6m", _("Purchases in 6 months"), GROUP, _count_ops(HALF_MONTHS)),
    ListFilter("orders_12m", _("Purchases in 12 months"), GROUP, _count_ops(ANNUAL_MONTHS)),
    ListFilter("recency_days", _("Days since the last purchase"), GROUP, (
        FilterOp("ge", _("at least"), _("at least %(a)s"), ("days",), _latest(LessThanOrEqual)),
        FilterOp("le", _("at most"), _("at most %(a)s"), ("days",), _latest(GreaterThanOrEqual)),
    ), field="last_order_on"),
    ListFilter("largest_purchase", _("Largest purchase"), GROUP, (
        FilterOp("ge", _("at least"), _("at least %(a)s"), ("amount",), _largest),
    ), field=AMOUNT),
    ListFilter("annual_margin", _("Margin of 12 months"), GROUP, _measure_ops(measures.margin_cents, "amount", 100),
               field=AMOUNT),
    ListFilter("margin_pct", _("Margin in percent"), GROUP, _measure_ops(measures.margin_hundredths, "number", 100),
               field=AMOUNT),
    ListFilter("amount_growth_pct", _("Growth of the amount over a year"), GROUP,
               _measure_ops(measures.growth_hundredths, "number", 100), field=AMOUNT),
    ListFilter("arpu", _("Average per month"), GROUP, _measure_ops(measures.arpu_cents, "amount", 100)[:2], field=AMOUNT),
    ListFilter("average_order", _("Average purchase"), GROUP, _measure_ops(measures.average_order_cents, "amount", 100),
               field=AMOUNT),
    ListFilter("category_count", _("Kinds of product bought"), GROUP, _measure_ops(measures.category_count, "number")),
    ListFilter("contract", _("Contract"), GROUP, (
        FilterOp("ends", _("ends within … days"), _("ends within %(a)s days"), ("days",), _contract_ends),
        FilterOp("running", _("is running"), _("is running"), (), _running),
        FilterOp("none", _("none is running"), _("none is running"), (), lambda: ~_running()),
    )),
    ListFilter("asset", _("Equipment"), GROUP, (
        FilterOp("has", _("is there"), _("is there"), (), lambda: Q(Exists(Asset.objects.filter(customer=_OF)))),
        FilterOp("warranty_ends", _("warranty ends within … days"), _("warranty ends within %(a)s days"), ("days",),
                 _warranty_ends),
    )),
)  # fmt: skip

SUMS = (
    ListSum("annual_margin", _("Margin of 12 months"), "yuan", measures.margin_cents, AMOUNT),
    ListSum("orders_12m", _("Purchases in 12 months"), "times", lambda: measures.order_count(ANNUAL_MONTHS)),
)
