"""Orders that never were: entered by an import that is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from weixi.commerce.models import Order, OrderLine
from weixi.commerce.services.orders import LINE_NAMES
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.one_of import one_of
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def withdraw_orders(ids: Sequence[int], *, viewer: Viewer, reason: str) -> int:
    """Remove these orders with their lines; the log keeps what they were. Returns how many there were.

    The caller has looked that nothing takes them back (`returns`) and that their customers are the viewer's.
    """
    viewer.require(Right.ORDERS_EDIT)
    if not ids:
        return 0
    with unit_of_work(actor=viewer.actor) as work:
        orders = list(Order.objects.select_for_update().filter(one_of("pk", ids)).order_by("pk"))
        lines: dict[int, list[dict[str, object]]] = {}
        for line in OrderLine.objects.filter(one_of("order_id", ids)).order_by("order_id", "position"):
            said = {name: getattr(line, name) for name in LINE_NAMES}
            plain: dict[str, object] = {
                name: value if value is None or isinstance(value, int) else str(value) for name, value in said.items()
            }
            lines.setdefault(line.order_id, []).append(plain)
        OrderLine.objects.filter(one_of("order_id", ids)).delete()
        Order.objects.filter(one_of("pk", ids)).delete()
        for order in orders:
            work.record(
                "order.withdrawn",
                customer=order.customer_id,
                subject=("order", order.pk),
                data={
                    "number": order.number,
                    "amount": str(order.amount),
                    "placed_at": order.placed_at.isoformat(),
                    "lines": lines.get(order.pk, []),
                    "reason": reason,
                },
            )
    return len(orders)
