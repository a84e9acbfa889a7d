"""Orders and contracts corrected by hand: on the version that was looked at, by two people at once without loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weixi.commerce.models import Contract, Order
from weixi.commerce.services.access import require_visible
from weixi.commerce.services.contracts import CONTRACT_FIELDS, check_days, expect_free_number
from weixi.commerce.services.order_values import LineValues, build_lines, sums
from weixi.commerce.services.orders import change_order
from weixi.customers.services.rivals import changes_since
from weixi.customers.services.values import apply, check, clean_values
from weixi.kernel.currency import money_text
from weixi.kernel.editing import Rival, VersionConflict
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer

ORDER_LABELS: dict[str, Any] = {
    "number": gettext_lazy("Order number"), "placed_at": gettext_lazy("Date"), "lines": gettext_lazy("Lines"),
    "amount": gettext_lazy("Amount"), "remark": gettext_lazy("Remark"),
}  # fmt: skip
CONTRACT_LABELS: dict[str, Any] = {
    "number": gettext_lazy("Contract number"), "title": gettext_lazy("Title"), "signed_on": gettext_lazy("Signed on"),
    "starts_on": gettext_lazy("Starts on"), "ends_on": gettext_lazy("Ends on"), "amount": gettext_lazy("Amount"),
    "terms": gettext_lazy("Terms"), "ended_on": gettext_lazy("Ended on"),
}  # fmt: skip


def correct_order(
    order: Order,
    *,
    viewer: Viewer,
    version: int | None = None,
    whole: bool = True,
    number: str | None = None,
    placed_at: datetime | None = None,
    lines: Sequence[LineValues] | None = None,
    remark: str | None = None,
) -> Order:
    """Correct what was typed wrong; what is None stays. `version` and `whole` as with a customer.

    Raises VersionConflict on an older version, Invalid naming fields at fault: also when more was taken back than
    the corrected order has, and when a purchase would become a return or the other way round.
    """
    viewer.require(Right.ORDERS_EDIT)
    require_visible(viewer, order.customer)
    with unit_of_work(actor=viewer.actor):
        stored = Order.objects.select_for_update(of=("self",)).select_related("customer").get(pk=order.pk)
        given = {"number": number, "placed_at": placed_at, "lines": lines, "remark": remark}
        wanted = {name for name, value in given.items() if value is not None}
        _expect("order", stored, version, ("order.changed",), ORDER_LABELS, of=None if whole else wanted)
        if lines is not None:
            _expect_left(stored, sums(build_lines(lines))[0])
        return change_order(stored, viewer=viewer, number=number, placed_at=placed_at, lines=lines, remark=remark)


def change_contract(
    contract: Contract, *, viewer: Viewer, version: int | None = None, whole: bool = True, values: Mapping[str, Any]
) -> Contract:
    """Correct a contract's terms: number, title, days, amount, text. `version` and `whole` as with a customer.

    Raises VersionConflict on an older version, Conflict for one that was ended, Invalid naming fields at fault.
    """
    viewer.require(Right.ORDERS_EDIT)
    require_visible(viewer, contract.customer)
    cleaned = clean_values(values)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Contract.objects.select_for_update(of=("self",)).select_related("customer").get(pk=contract.pk)
        types = ("contract.changed", "contract.ended")
        _expect("contract", stored, version, types, CONTRACT_LABELS, of=None if whole else set(values))
        if stored.ended_on is not None:
            raise Conflict(_("This contract was ended already."))
        changes = apply(stored, cleaned, tuple(name for name in CONTRACT_FIELDS if name != "renews"))
        if not changes:
            return stored
        check_days({name: getattr(stored, name) for name in ("starts_on", "ends_on", "amount")})
        if "number" in changes:
            expect_free_number(stored.number, besides=stored.pk)
        check(stored)
        stored.version += 1
        stored.save()
        said = {name: [_plain(value) for value in pair] for name, pair in changes.items()}
        # What people write in sentences may speak of people.
        texts = {name: said.pop(name) for name in ("title", "terms") if name in said}
        work.record(
            "contract.changed",
            customer=stored.customer_id,
            subject=("contract", stored.pk),
            data={"number": stored.number, "version": stored.version, "changes": said},
            personal={"personal_changes": texts} if texts else {},
        )
    return stored


def former_lines(order: Order, version: int) -> list[dict[str, Any]] | None:
    """The lines as they stood at that version, as the event states them; None when they did not change since."""
    events = Event.objects.filter(subject_type="order", subject_id=str(order.pk), type="order.changed")
    for event in events.order_by("seq"):
        if event.data.get("version", 0) > version and "former_lines" in event.data:
            found: list[dict[str, Any]] = event.data["former_lines"]
            return found
    return None


def _expect(
    kind: str, stored: Order | Contract, given: int | None, types: Sequence[str], labels: Mapping[str, Any],
    *, of: Iterable[str] | None,
) -> None:  # fmt: skip
    if given is None or given == stored.version:
        return
    wanted = None if of is None else set(of)
    changes = changes_since((kind, stored.pk), types, given)
    sums = changes.get("amount") if "lines" in changes else None
    rivals = []
    for name, each in changes.items():
        # Lines that are as many as before are others nevertheless; their sum stands with them.
        if name not in labels or (each.old == each.new and name != "lines") or (sums and name == "amount"):
            continue
        if wanted is not None and name not in wanted:
            continue
        old, new = _words(name, each.old), _words(name, each.new)
        if sums and name == "lines":
            old, new = (
                _(", ").join((words, _words("amount", value))) for words, value in ((old, sums.old), (new, sums.new))
            )
        rivals.append(Rival(name, str(labels[name]), each.old, each.new, old, new, each.who, each.at))
    if rivals or wanted is None:
        raise VersionConflict(rivals, version=stored.version)


def change_words(changes: Any, labels: Mapping[str, Any]) -> str:
    """`金额：¥800.00 → ¥600.00；备注：— → 改价` of what an event states."""
    return _("; ").join(
        _("%(field)s: %(old)s → %(new)s") % {"field": labels[name], "old": _words(name, old), "new": _words(name, new)}
        for name, (old, new) in (changes or {}).items()
        if name in labels
    )


def _words(name: str, value: Any) -> str:
    """A value as the event states it, for people."""
    if value in (None, ""):
        return "—"
    readers: dict[str, Callable[[Any], str]] = {
        "placed_at": lambda text: f"{timezone.localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}",
        "amount": lambda text: money_text(Decimal(str(text))),
        "lines": lambda count: _("%(n)s lines") % {"n": count},
    }
    return readers.get(name, str)(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _expect_left(stored: Order, amount: Decimal) -> None:
    """What was taken back stays covered, and a purchase stays a purchase."""
    fault = ""
    if stored.returns is not None:
        others = Order.objects.filter(returns=stored.returns_id).exclude(pk=stored.pk)
        left = stored.returns.amount + (others.aggregate(total=Sum("amount"))["total"] or 0)
        if not 0 < -amount <= left:
            fault = _("At most %(left)s can be taken back.") % {"left": left}
    else:
        back = Order.objects.filter(returns=stored.pk).aggregate(total=Sum("amount"))["total"] or Decimal(0)
        if amount + back < 0:
            fault = _("%(back)s of this order was taken back; it cannot be less than that.") % {"back": -back}
        elif (amount > 0) != (stored.amount > 0) and stored.amount:
            fault = _("A purchase stays a purchase, and a return a return.")
    if fault:
        raise Invalid(fault, fields={"lines": fault})
