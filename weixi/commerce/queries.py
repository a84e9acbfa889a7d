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
from weixi.kernel.errors import NotFound
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
    ids = [customer.pk]
    orders = Order.objects.filter(customer=customer)
    return Transactions(
        tuple(orders.select_related("returns")[:RECENT]),
        orders.count(),
        chart_of(customer),
        facts.annual_amount(ids, today)[customer.pk],
        facts.orders_12m(ids, today)[customer.pk],
        facts.average_order(ids, today).get(customer.pk),
        facts.largest_purchase(ids, today).get(customer.pk),
        facts.margin_pct(ids, today).get(customer.pk),
        facts.recency_days(ids, today).get(customer.pk),
    )


@dataclass(frozen=True, slots=True)
class Dealings:
    """What orders say of a customer by themselves (A-1, A-2): amounts in yuan, never typed."""

    total: Decimal
    largest: Decimal | None
    monthly: Decimal | None
    purchases_12m: int
    last_on: date | None
    categories: tuple[str, ...]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(label, text) as the form shows them; unknown is a dash."""

        def yuan(amount: Decimal | None) -> str:
            return "—" if amount is None else f"¥{amount:,.2f}"

        return [
            (_("Net of 12 months"), yuan(self.total)),
            (_("Largest purchase"), yuan(self.largest)),
            (_("Average monthly purchase"), yuan(self.monthly)),
            (_("Purchases in 12 months"), str(self.purchases_12m)),
            (_("Last purchase"), self.last_on.isoformat() if self.last_on else "—"),
            (_("Categories bought"), _(", ").join(self.categories) or "—"),
        ]


def dealings_of(customer: Customer) -> Dealings:
    """The amounts of the registration form. Uses index: order_customer."""
    today = company_today()
    ids = [customer.pk]
    annual = facts.annual_amount(ids, today)[customer.pk]
    lines = OrderLine.objects.filter(order__customer=customer, product__isnull=False, amount__gt=0)
    names = lines.exclude(product__category="").order_by().values_list("product__category", flat=True).distinct()
    return Dealings(
        annual,
        facts.largest_purchase(ids, today).get(customer.pk),
        (annual / MONTHS).quantize(Decimal("0.01")) if annual else None,
        facts.orders_12m(ids, today)[customer.pk],
        facts.last_order_on(ids, today).get(customer.pk),
        tuple(sorted(names)),
    )


def monthly_net(customer: Customer, today: date, months: int = MONTHS) -> list[tuple[date, Decimal]]:
    """(first of the month, net amount) of the last calendar months, this one included."""
    first = months_before(today.replace(day=1), months - 1)
    rows = (
        Order.objects.filter(customer=customer, placed_on__gte=first, placed_on__lte=today)
        .annotate(month=TruncMonth("placed_on"))
        .values_list("month")
        .annotate(net=Sum("amount"))
        .order_by()
    )
    known = dict(rows)
    firsts = [months_before(today.replace(day=1), back) for back in range(months - 1, -1, -1)]
    return [(month, known.get(month, Decimal(0))) for month in firsts]


@dataclass(frozen=True, slots=True)
class Share:
    """What one category of products made of a period; `width` of 100 is the largest one's bar."""

    name: str
    amount: Decimal
    width: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A period month by month and by category, in yuan net of returns."""

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
    rows = monthly_net(customer, today, months)
    lines = OrderLine.objects.filter(order__customer=customer, order__placed_on__range=(rows[0][0], today))
    sums = lines.order_by().values_list("product__category").annotate(net=Sum("amount")).order_by("-net")
    named = [(name or _("Other"), net) for name, net in sums if net]
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
