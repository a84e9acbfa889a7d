"""Reads of commerce: viewer first, already scoped; those of one customer take it from a scoped query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from weixi.commerce import facts
from weixi.commerce.charts import Columns, columns
from weixi.commerce.dates import company_today, months_before
from weixi.commerce.models import Asset, Contract, Order, OrderLine, Product
from weixi.customers.models import Customer
from weixi.kernel.currency import money_text
from weixi.kernel.drawing.moments import day_text
from weixi.kernel.errors import NotFound
from weixi.kernel.together import Together
from weixi.organisation.scope import Viewer

MONTHS = 12
RECENT = 20
# Of how many months a chart can be.
PERIODS = (12, 24)


@dataclass(frozen=True, slots=True)
class Transactions:
    """What the customer page tells of purchases."""

    orders: tuple[Order, ...]
    total: int
    chart: Chart
    annual: Decimal
    purchases: int
    average: Decimal | None
    largest: Decimal | None
    margin_pct: Decimal | None
    recency_days: int | None


def transactions_of(customer: Customer) -> Transactions:
    """Orders, the last 12 months as columns, and the figures."""
    today = company_today()
    found = facts.figures_of(customer.pk, today)
    return Transactions(
        tuple(orders_of(customer).select_related("returns")[:RECENT]),
        found.orders,
        chart_of(customer),
        found.annual_amount,
        found.orders_12m,
        found.average_order,
        found.largest_purchase,
        found.margin_pct,
        (today - found.last_order_on).days if found.last_order_on else None,
    )


@dataclass(frozen=True, slots=True)
class Dealings:
    """What orders say of a customer by themselves (A-1, A-2): amounts in the policy's currency, never typed."""

    total: Decimal
    largest: Decimal | None
    monthly: Decimal | None
    purchases_12m: int
    last_on: date | None
    categories: tuple[str, ...]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(label, text) as the form shows them; unknown is a dash."""

        def shown(amount: Decimal | None) -> str:
            return "—" if amount is None else money_text(amount)

        return [
            (_("Net of 12 months"), shown(self.total)),
            (_("Largest purchase"), shown(self.largest)),
            (_("Average monthly purchase"), shown(self.monthly)),
            (_("Purchases in 12 months"), str(self.purchases_12m)),
            (_("Last purchase"), day_text(self.last_on) if self.last_on else "—"),
            (_("Categories bought"), _(", ").join(self.categories) or "—"),
        ]


def dealings_of(customer: Customer) -> Dealings:
    """The amounts of the registration form. Uses index: order_customer."""
    found = facts.figures_of(customer.pk, company_today())
    annual = found.annual_amount
    lines = OrderLine.objects.filter(order__customer=customer, product__isnull=False, amount__gt=0)
    names = lines.exclude(product__category="").order_by().values_list("product__category", flat=True).distinct()
    return Dealings(
        annual,
        found.largest_purchase,
        (annual / MONTHS).quantize(Decimal("0.01")) if annual else None,
        found.orders_12m,
        found.last_order_on,
        tuple(sorted(names)),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """What one category of products made of a period; `width` of 100 is the largest one's bar."""

    name: str
    amount: Decimal
    width: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A period month by month and by category, net of returns."""

    months: int
    drawn: Columns
    rows: tuple[tuple[date, Decimal], ...]
    shares: tuple[Share, ...]
    periods: tuple[int, ...] = PERIODS

    @property
    def total(self) -> Decimal:
        return sum((amount for _month, amount in self.rows), Decimal(0))


def chart_of(customer: Customer, months: int = MONTHS) -> Chart:
    """The last 12 or 24 months. The caller has fetched the customer for the viewer. Uses index: order_customer."""
    today = company_today()
    months = months if months in PERIODS else MONTHS
    firsts = [months_before(today.replace(day=1), back) for back in range(months - 1, -1, -1)]
    asked = Together()
    orders = orders_of(customer).filter(placed_on__range=(firsts[0], today)).order_by()
    nets = asked.rows(
        orders.annotate(month=TruncMonth("placed_on"))
        .values("month")
        .annotate(net=Sum("amount"))
        .values_list("month", "net")
    )
    lines = OrderLine.objects.filter(order__customer=customer, order__placed_on__range=(firsts[0], today)).order_by()
    sums = asked.rows(
        lines.values("product__category")
        .annotate(net=Sum("amount"))
        .order_by("-net")
        .values_list("product__category", "net")
    )
    known = dict(nets.found)
    rows = [(month, known.get(month, Decimal(0))) for month in firsts]
    named = [(name or _("Other"), net) for name, net in sums.found if net]
    most = max((abs(net) for _name, net in named), default=Decimal(1))
    shares = tuple(Share(name, net, f"{max(0.0, float(net / most)) * 100:.1f}") for name, net in named)
    return Chart(months, columns(rows), tuple(rows), shares)


def orders_of(customer: Customer) -> QuerySet[Order]:
    return Order.objects.filter(customer=customer)


def contracts_of(customer: Customer) -> QuerySet[Contract]:
    return Contract.objects.filter(customer=customer).select_related("renews")


def assets_of(customer: Customer) -> QuerySet[Asset]:
    return Asset.objects.filter(customer=customer).select_related("product")


def get_order_for(viewer: Viewer, pk: int) -> Order:
    rows = Order.objects.select_related("customer__owner", "returns").prefetch_related("lines__product", "returned_by")
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("customer__"))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such order among those of your customers."), code="order.not_found")
    return found


def get_contract_for(viewer: Viewer, pk: int) -> Contract:
    rows = Contract.objects.select_related("customer")
    if not viewer.sees_all:
        rows = rows.filter(viewer.owned("customer__"))
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such contract among those of your customers."), code="contract.not_found")
    return found


def product_choices(limit: int = 300) -> QuerySet[Product]:
    """Products for the list under an input; beyond the limit one types the code."""
    return Product.objects.order_by("code")[:limit]


def product_named(text: str) -> Product | None:
    """The product of that code, or of that very name."""
    return Product.objects.filter(code=text).first() or Product.objects.filter(name=text).first()


def order_page(customer: Customer, page: str | None) -> Page[Order]:
    """Fifty orders of a customer, the newest first."""
    return Paginator(orders_of(customer), 50).get_page(page)
