"""Orders and returns in the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router, Status
from pydantic import Field

from weixi.commerce.api_rows import rows_seen, told
from weixi.commerce.models import Order, OrderLine, Product
from weixi.commerce.queries import get_order_for
from weixi.commerce.services import LineValues, cancel_order, correct_order, place_order, return_order
from weixi.customers.queries import get_customer_for
from weixi.kernel import clock
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.paging import Page, Paged, page_of
from weixi.kernel.api.values import (
    Day,
    DayIn,
    Given,
    Id,
    Moment,
    MomentIn,
    Money,
    MoneyIn,
    PriceIn,
    Quantity,
    QuantityIn,
    Ref,
    Taken,
)
from weixi.kernel.errors import Invalid
from weixi.organisation.requests import Asked

router = Router(tags=["orders"])


class OrdersAsked(Paged):
    customer_id: Id | None = None
    number: str | None = Field(None, max_length=60)
    since: DayIn | None = Field(None, description=gettext_noop("Placed on this day or later."))
    until: DayIn | None = Field(None, description=gettext_noop("Placed before this day."))
    returns: bool | None = Field(None, description=gettext_noop("true: only returns; false: only purchases."))


class LineIn(Taken):
    """One line. Without `amount` it is quantity times unit price, rounded to a cent."""

    product_code: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    description: str = Field("", max_length=200)
    quantity: QuantityIn = Decimal(1)
    unit_price: PriceIn = Decimal(0)
    amount: MoneyIn | None = None
    cost: MoneyIn | None = None


class CreateOrder(Taken):
    customer_id: Id
    number: str = Field(min_length=1, max_length=60)
    placed_at: MomentIn
    remark: str = Field("", max_length=300)
    lines: list[LineIn] = Field(min_length=1, max_length=1000)


class ReturnOrder(Taken):
    """Without `amount` everything that is left is taken back."""

    amount: MoneyIn | None = None
    reason: str = Field("", max_length=300)


class CorrectOrder(Taken):
    version: int | None = Field(None, ge=1)
    number: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    placed_at: MomentIn | None = None
    remark: Annotated[str, Field(max_length=300)] | None = None
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=1000)] | None = None


class LineOut(Given):
    """One line of an order."""

    position: int
    product_code: str | None
    description: str
    quantity: Quantity
    unit_price: Quantity
    amount: Money
    cost: Money | None


class OrderOut(Given):
    """A purchase, or with a negative amount a return; amounts in the policy's currency."""

    id: int
    number: str
    customer: Ref
    placed_at: Moment
    placed_on: Day
    amount: Money
    cost: Money | None
    returns_id: int | None
    remark: str
    created_at: Moment
    version: int


class OrderDetail(OrderOut):
    """An order with its lines."""

    lines: list[LineOut]


@router.get("/orders", summary=gettext_noop("List orders, the latest first"), **read(Page[OrderOut]))
def list_orders(request: Asked, asked: Query[OrdersAsked]) -> Page[OrderOut]:
    rows = rows_seen(Order, request.viewer)
    if asked.customer_id is not None:
        rows = rows.filter(customer=get_customer_for(request.viewer, asked.customer_id))
    if asked.number is not None:
        rows = rows.filter(number=asked.number)
    if asked.since is not None:
        rows = rows.filter(placed_on__gte=asked.since)
    if asked.until is not None:
        rows = rows.filter(placed_on__lt=asked.until)
    if asked.returns is not None:
        rows = rows.filter(amount__lt=0) if asked.returns else rows.filter(amount__gte=0)
    return Page[OrderOut](**page_of(rows.order_by("-placed_on", "-id"), asked, order_out))


@router.get("/orders/{int:order_id}", summary=gettext_noop("One order with its lines"), **read(OrderDetail))
def get_order(request: Asked, order_id: int) -> OrderDetail:
    return order_detail(get_order_for(request.viewer, order_id))


@router.post(
    "/orders",
    summary=gettext_noop("Enter an order"),
    description=gettext_noop("A negative sum makes it a return. The number is unique in the whole company."),
    **write(OrderDetail, 201),
)
def create_order(request: Asked, payload: CreateOrder) -> Status[OrderDetail]:
    customer = get_customer_for(request.viewer, payload.customer_id)
    order = place_order(
        customer,
        viewer=request.viewer,
        number=payload.number,
        placed_at=payload.placed_at,
        remark=payload.remark,
        lines=_lines(payload.lines),
    )
    return Status(201, order_detail(get_order_for(request.viewer, order.pk)))


@router.patch(
    "/orders/{int:order_id}",
    summary=gettext_noop("Correct an order"),
    description=gettext_noop(
        "Only what is sent is changed; `lines` replaces all lines. With `version` an older state is refused "
        "(409 version.conflict) with the fields that differ."
    ),
    **write(OrderDetail),
)
def patch_order(request: Asked, order_id: int, payload: CorrectOrder) -> OrderDetail:
    order = get_order_for(request.viewer, order_id)
    correct_order(
        order,
        viewer=request.viewer,
        version=payload.version,
        whole=False,
        number=payload.number,
        placed_at=payload.placed_at,
        remark=payload.remark,
        lines=None if payload.lines is None else _lines(payload.lines),
    )
    return order_detail(get_order_for(request.viewer, order_id))


@router.post(
    "/orders/{int:order_id}/returns",
    summary=gettext_noop("Take back an order or part of it"),
    description=gettext_noop("Answers the counter-order with its negative amount."),
    **write(OrderDetail, 201),
)
def create_return(request: Asked, order_id: int, payload: ReturnOrder) -> Status[OrderDetail]:
    order, viewer, now = get_order_for(request.viewer, order_id), request.viewer, clock.now()
    if payload.amount is None:
        made = cancel_order(order, viewer=viewer, reason=payload.reason, at=now)
    else:
        made = return_order(order, viewer=viewer, amount=payload.amount, reason=payload.reason, at=now)
    return Status(201, order_detail(get_order_for(viewer, made.pk)))


def order_out(order: Order) -> OrderOut:
    return OrderOut(**told(order, OrderOut))


def order_detail(order: Order) -> OrderDetail:
    rows = OrderLine.objects.filter(order=order).select_related("product")
    return OrderDetail(**told(order, OrderOut), lines=[_line_out(row) for row in rows])


def _line_out(row: OrderLine) -> LineOut:
    names = [name for name in LineOut.model_fields if name != "product_code"]
    return LineOut(
        **{name: getattr(row, name) for name in names}, product_code=row.product.code if row.product else None
    )


def _lines(given: list[LineIn]) -> list[LineValues]:
    codes = {line.product_code for line in given if line.product_code}
    known = dict(Product.objects.filter(code__in=codes).values_list("code", "pk"))
    if unknown := sorted(codes - known.keys()):
        raise Invalid(
            _("There is no product with the code %(codes)s.") % {"codes": ", ".join(unknown[:10])},
            fields={"lines": _("Use the code of a product we sell, or a description.")},
        )
    return [
        LineValues(
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.amount,
            cost=line.cost,
            product_id=known[line.product_code] if line.product_code else None,
            description=line.description,
        )
        for line in given
    ]
