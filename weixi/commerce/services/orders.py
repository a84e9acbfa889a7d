"""Orders of one customer, entered and changed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from weixi.commerce.dates import company_date
from weixi.commerce.models import Order, OrderLine
from weixi.commerce.services.access import require_visible
from weixi.commerce.services.order_values import LineValues, build_lines, sums
from weixi.customers.models import Customer
from weixi.customers.services.values import clean_values
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

LINE_NAMES = ("position", "product_id", "description", "quantity", "unit_price", "amount", "cost")


def place_order(
    customer: Customer,
    *,
    viewer: Viewer,
    number: str,
    placed_at: datetime,
    lines: Sequence[LineValues],
    remark: str = "",
    returns: Order | None = None,
) -> Order:
    """Enter a purchase — or, when its sum is negative, a return — with its lines.

    `placed_at` is aware and not in the future. Raises Invalid naming each field at fault.
    """
    viewer.require(Right.ORDERS_EDIT)
    require_visible(viewer, customer)
    values = clean_values({"number": number, "remark": remark})
    _check_head(values["number"], values["remark"])
    rows = build_lines(lines)
    with unit_of_work(actor=viewer.actor) as work:
        if placed_at > work.now:
            raise Invalid(
                _("An order cannot have been placed in the future."), fields={"placed_at": _("Choose an earlier time.")}
            )
        _expect_free_number(values["number"])
        if returns is not None and returns.customer_id != customer.pk:
            raise Invalid(
                _("An order can only take back one of the same customer."),
                fields={"returns": _("Choose an order of this customer.")},
            )
        amount, cost = sums(rows)
        first = amount > 0 and not has_bought([customer.pk])
        order = Order.objects.create(
            number=values["number"],
            customer=customer,
            placed_at=placed_at,
            placed_on=company_date(placed_at),
            amount=amount,
            cost=cost,
            returns=returns,
            remark=values["remark"],
            created_at=work.now,
        )
        for row in rows:
            row.order = order
        OrderLine.objects.bulk_create(rows)
        record_placed(work, order, first=first)
    return order


def change_order(
    order: Order,
    *,
    viewer: Viewer,
    number: str | None = None,
    placed_at: datetime | None = None,
    lines: Sequence[LineValues] | None = None,
    remark: str | None = None,
) -> Order:
    """Correct an order: its number, its date, its remark, or all its lines. Nothing is recorded when nothing
    differs. By hand: `corrections.correct_order`."""
    viewer.require(Right.ORDERS_EDIT)
    require_visible(viewer, order.customer)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Order.objects.select_for_update().get(pk=order.pk)
        changes: dict[str, list[str]] = {}
        former: list[dict[str, object]] = []
        if number is not None and (called := clean_values({"number": number})["number"]) != stored.number:
            _check_head(called, "")
            _expect_free_number(called)
            changes["number"] = [stored.number, called]
            stored.number = called
        if placed_at is not None and placed_at != stored.placed_at:
            if placed_at > work.now:
                raise Invalid(
                    _("An order cannot have been placed in the future."),
                    fields={"placed_at": _("Choose an earlier time.")},
                )
            changes["placed_at"] = [stored.placed_at.isoformat(), placed_at.isoformat()]
            stored.placed_at, stored.placed_on = placed_at, company_date(placed_at)
        if remark is not None and (text := clean_values({"remark": remark})["remark"]) != stored.remark:
            _check_head(stored.number, text)
            changes["remark"] = [stored.remark, text]
            stored.remark = text
        if lines is not None:
            former = _replace_lines(stored, build_lines(lines), changes)
        if not changes:
            return stored
        stored.version += 1
        stored.save()
        work.record(
            "order.changed",
            customer=stored.customer_id,
            subject=("order", stored.pk),
            data={
                "number": stored.number,
                "amount": str(stored.amount),
                "changes": changes,
                "version": stored.version,
            }
            | ({"former_lines": former} if former else {}),
        )
    return stored


def cancel_order(order: Order, *, viewer: Viewer, reason: str = "", at: datetime | None = None) -> Order:
    """Take back what is left of an order: a counter-order with the negative of its lines.

    What was returned before is not taken back twice. Raises Conflict when nothing is left, or when the
    order is itself a return.
    """
    viewer.require(Right.ORDERS_EDIT)
    require_visible(viewer, order.customer)
    if order.amount <= 0:
        raise Conflict(_("Only a purchase can be cancelled."))
    with unit_of_work(actor=viewer.actor) as work:
        stored = Order.objects.select_for_update().get(pk=order.pk)
        count, back = _taken_back(stored)
        if stored.amount + back <= 0:
            raise Conflict(_("This order was taken back in full already."))
        lines = [_negative(line) for line in stored.lines.all()]
        if back:
            lines = [LineValues(amount=-(stored.amount + back), description=str(_("Rest of the order")))]
        return place_order(
            stored.customer,
            viewer=viewer,
            number=f"{stored.number[:54]}-R{count + 1}",
            placed_at=max(at or work.now, stored.placed_at),
            lines=lines,
            remark=reason[:300],
            returns=stored,
        )


def return_order(
    order: Order, *, viewer: Viewer, amount: Decimal, reason: str = "", at: datetime | None = None
) -> Order:
    """Take back part of an order. Raises Invalid when `amount` (positive) is more than what is left."""
    viewer.require(Right.ORDERS_EDIT)
    require_visible(viewer, order.customer)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Order.objects.select_for_update().get(pk=order.pk)
        count, back = _taken_back(stored)
        if not 0 < amount <= stored.amount + back:
            raise Invalid(
                _("At most %(left)s can be taken back.") % {"left": max(stored.amount + back, Decimal(0))},
                fields={"amount": _("Type an amount above 0 and not above that.")},
            )
        return place_order(
            stored.customer,
            viewer=viewer,
            number=f"{stored.number[:54]}-R{count + 1}",
            placed_at=max(at or work.now, stored.placed_at),
            lines=[LineValues(amount=-amount)],
            remark=reason[:300],
            returns=stored,
        )


def has_bought(customer_ids: Sequence[int]) -> set[int]:
    """Those of these customers with a purchase on record. Uses index: order_customer."""
    return set(
        Order.objects.filter(customer_id__in=customer_ids, amount__gt=0)
        .values_list("customer_id", flat=True)
        .distinct()
    )


def record_placed(work: UnitOfWork, order: Order, *, first: bool) -> Event:
    """State a purchase or a return. Amounts are text, so that they stay exact."""
    sale = order.amount >= 0
    data: dict[str, object] = {"number": order.number, "amount": str(order.amount)}
    if sale:
        data["first"] = first
    return work.record(
        "order.placed" if sale else "order.returned",
        customer=order.customer_id,
        subject=("order", order.pk),
        occurred_at=order.placed_at,
        data=data,
    )


def _expect_free_number(number: str) -> None:
    if Order.objects.filter(number=number).exists():
        raise Invalid(
            _("The order number %(number)s is taken.") % {"number": number},
            code="order.number_taken",
            fields={"number": _("Choose another number.")},
        )


def _check_head(number: str, remark: str) -> None:
    if not number or len(number) > 60:
        raise Invalid(_("An order needs a number of at most 60 characters."), fields={"number": _("Type a number.")})
    if len(remark) > 300:
        raise Invalid(_("The remark is too long."), fields={"remark": _("At most 300 characters.")})


def _replace_lines(stored: Order, rows: list[OrderLine], changes: dict[str, list[str]]) -> list[dict[str, object]]:
    """Put these lines in the place of the stored ones; the former ones as the event states them."""
    names = LINE_NAMES
    before = [tuple(getattr(line, name) for name in names) for line in stored.lines.all()]
    after = [tuple(getattr(line, name) for name in names) for line in sorted(rows, key=lambda row: row.position)]
    if before == after:
        return []
    amount, cost = sums(rows)
    changes["lines"] = [str(len(before)), str(len(after))]
    if amount != stored.amount:
        changes["amount"] = [str(stored.amount), str(amount)]
    stored.amount, stored.cost = amount, cost
    stored.lines.all().delete()
    for row in rows:
        row.order = stored
    OrderLine.objects.bulk_create(rows)
    return [
        {name: str(value) if isinstance(value, Decimal) else value for name, value in zip(names, line, strict=True)}
        for line in before
    ]


def _taken_back(order: Order) -> tuple[int, Decimal]:
    """(number of returns of this order, their sum as a negative amount)."""
    rows = Order.objects.filter(returns=order)
    return rows.count(), rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def _negative(line: OrderLine) -> LineValues:
    made = LineValues(
        quantity=-line.quantity,
        unit_price=line.unit_price,
        amount=-line.amount,
        product_id=line.product_id,
        description=line.description,
        position=line.position,
    )
    return replace(made, cost=None if line.cost is None else -line.cost)
