"""Many orders at once, as an import brings them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from weixi.commerce.dates import company_date
from weixi.commerce.models import Order, OrderLine
from weixi.commerce.services.access import require_all_visible
from weixi.commerce.services.order_values import OrderValues, build_lines, sums
from weixi.commerce.services.orders import has_bought, record_placed
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.rows import insert_rows
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

# Orders written in one transaction: long enough to be quick, short enough that people keep saving.
CHUNK = 500


def place_orders(
    orders: Iterable[OrderValues],
    *,
    viewer: Viewer,
    chunk: int = CHUNK,
    after_chunk: Callable[[Sequence[Order]], None] | None = None,
) -> int:
    """Enter many orders: one event each, one unit of work per `chunk`; returns how many were entered.

    The first purchase of a customer is the earliest of this call, unless he bought before. Whoever
    iterates lazily should bring the orders sorted by date. `after_chunk` runs inside the unit with the
    rows just written, so that an import moves its own mark in the same transaction. Raises Invalid for a
    bad line, Conflict for a number that is taken (nothing of that chunk stays), NotFound for a customer
    out of scope.
    """
    viewer.require(Right.ORDERS_EDIT)
    bought: set[int] = set()
    count = 0
    for part in _chunks(sorted(orders, key=lambda order: order.placed_at), chunk):
        written = _write(part, viewer, bought, after_chunk)
        count += len(written)
    return count


def _chunks(orders: Iterable[OrderValues], size: int) -> Iterator[list[OrderValues]]:
    stream = iter(orders)
    while part := list(islice(stream, size)):
        yield part


def _write(
    part: Sequence[OrderValues],
    viewer: Viewer,
    bought: set[int],
    after_chunk: Callable[[Sequence[Order]], None] | None,
) -> list[Order]:
    """`bought` gathers who is known to have bought, so that each customer is looked up once."""
    ids = {order.customer_id for order in part}
    with unit_of_work(actor=viewer.actor) as work:
        require_all_visible(viewer, ids)
        _check_numbers(part)
        bought |= has_bought(sorted(ids - bought))
        rows: list[Order] = []
        lines: list[list[OrderLine]] = []
        for values in part:
            made = build_lines(values.lines)
            amount, cost = sums(made)
            rows.append(
                Order(
                    number=values.number,
                    customer_id=values.customer_id,
                    placed_at=values.placed_at,
                    placed_on=company_date(values.placed_at),
                    amount=amount,
                    cost=cost,
                    returns_id=values.returns_id,
                    remark=values.remark[:300],
                    created_at=work.now,
                )
            )
            lines.append(made)
        insert_rows(rows)
        for order, made in zip(rows, lines, strict=True):
            for line in made:
                line.order_id = order.pk
        insert_rows([line for made in lines for line in made])
        for order in rows:
            first = order.amount > 0 and order.customer_id not in bought
            if first:
                bought.add(order.customer_id)
            record_placed(work, order, first=first)
        if after_chunk is not None:
            after_chunk(rows)
    return rows


def _check_numbers(part: Sequence[OrderValues]) -> None:
    numbers = [order.number for order in part]
    if any(not number or len(number) > 60 for number in numbers):
        raise Invalid(_("An order needs a number of at most 60 characters."), fields={"number": _("Type a number.")})
    if len(set(numbers)) != len(numbers):
        raise Conflict(_("An order number stands twice in this list."), code="order.number_taken")
    if taken := Order.objects.filter(number__in=numbers).values_list("number", flat=True).first():
        raise Conflict(_("The order number %(number)s is taken.") % {"number": taken}, code="order.number_taken")
