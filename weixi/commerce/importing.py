"""Rows of orders: each is a line, those of one order number form one order, repeated equal lines count.

A line's place in its order is its number in the file, or else where it stands. An order whose lines have
no numbers is therefore taken whole or not at all: were one line left out, the others would change places
when the corrected file is imported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.commerce.models import Order, OrderLine, Product
from weixi.commerce.order_lines import Line, as_values, line_of, values_of
from weixi.commerce.order_totals import Sums, sums_of
from weixi.commerce.services import LineValues, OrderValues, change_order, place_orders
from weixi.commerce.services.products import Said, products_by_code
from weixi.customers.importing.linking import Ask, CustomerLinks, Link
from weixi.customers.importing.rows import Act, Context, Decision, PlainHandler, Row, rejected
from weixi.customers.importing.specs import ORDERS
from weixi.customers.importing.specs.orders import CURRENCY_NAMES, NO_PURCHASE
from weixi.kernel import clock
from weixi.kernel.importing.values.text import loose_key
from weixi.policy.queries import version_in_force

LONGEST_NUMBER = 60
_NO_PURCHASE = frozenset(map(loose_key, NO_PURCHASE))


@dataclass(slots=True)
class Placing:
    """An order as the file has it, with the decisions of its lines."""

    number: str
    placed_at: datetime
    link: Link
    lines: list[Line]
    remark: str
    decisions: list[Decision] = field(default_factory=list)
    stored: Order | None = None
    # For an order that is there: its lines by place, as they are to be.
    merged: dict[int, LineValues] | None = None


class OrderRows(PlainHandler):
    """The handler of orders."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.links = CustomerLinks(context.viewer, create=context.create_customers)
        self.numbered = "number" in context.mapped
        # Rows without an order number are orders of their own; equal ones are told apart by their count.
        self._equal: dict[str, int] = {}
        found = version_in_force()
        self._currency = found.policy.header.currency if found is not None else "CNY"
        # What was said once: states that make no purchase, totals of orders.
        self._told: set[str] = set()

    @staticmethod
    def key_fields() -> tuple[str, ...]:
        return tuple(spec.key for spec in ORDERS.fields if spec.type != "long_text")

    @staticmethod
    def keys(row: Row) -> Sequence[str]:
        return () if row.values.get("number") else (row.digest,)

    @staticmethod
    def group(row: Row) -> str:
        return str(row.values.get("number", ""))

    # --- deciding -----------------------------------------------------------------------------------

    def decide(self, rows: Sequence[Row]) -> list[Decision]:
        groups: dict[str, list[Row]] = {}
        refused: dict[int, Decision] = {}
        for row in rows:
            number = self._number(row)
            if not number:
                refused[row.number] = rejected(row, _("The row has no order number."))
            elif len(number) > LONGEST_NUMBER:
                refused[row.number] = rejected(row, _("The order number is longer than 60 characters."))
            else:
                groups.setdefault(number, []).append(row)
        stored = self._stored(list(groups))
        found = dict(refused)
        for number, members in list(groups.items()):
            state = str(_first(members, "order_state") or "")
            if loose_key(state) in _NO_PURCHASE:
                del groups[number]
                found.update(self._no_purchase(number, members, state, there=number in stored))
        links = self.links.resolve([_ask(members) for members in groups.values()])
        for (number, members), link in zip(groups.items(), links, strict=True):
            for decision in self._order(number, members, link, stored.get(number)):
                decision.warning = link.note or decision.warning
                found[decision.row] = decision
        return [found[row.number] for row in rows]

    def _no_purchase(self, number: str, rows: list[Row], state: str, *, there: bool) -> dict[int, Decision]:
        """The rows of an order that by its state (已取消, Lost) is none: left out, and said once for each state."""
        if there:
            reason = _("The order %(number)s is in the archive and its state is “%(state)s” now; enter its return there.") % {
                "number": number, "state": state[:40]}  # fmt: skip
            return {row.number: rejected(row, reason) for row in rows}
        made = {row.number: Decision(row.number, Act.SKIP) for row in rows}
        if state not in self._told:
            self._told.add(state)
            made[rows[0].number].warning = _("Rows whose state is “%(state)s” are no purchases: they are skipped.") % {
                "state": state[:40]
            }
        return made

    def _number(self, row: Row) -> str:
        if self.numbered:
            return str(row.values.get("number", ""))
        count = 0
        if hash(row.digest) in self.context.repeated:
            count = self._equal.get(row.digest, 0)
            self._equal[row.digest] = count + 1
        day = row.values.get("placed_at")
        head = f"{day:%Y%m%d}" if isinstance(day, datetime) else "00000000"
        who = row.values.get("customer_number") or row.values.get("customer_name", "")
        return f"{head}-{str(who)[:24]}-{row.digest}" + (f"-{count + 1}" if count else "")

    def _stored(self, numbers: list[str]) -> dict[str, tuple[Order, dict[int, OrderLine]]]:
        rows = Order.objects.filter(number__in=numbers).prefetch_related("lines")
        found = {order.number: (order, {line.position: line for line in order.lines.all()}) for order in rows}
        products = {line.product_id for _order, lines in found.values() for line in lines.values()}
        rows_of_products = Product.objects.filter(pk__in=[pk for pk in products if pk]).values_list(
            "pk", "code", "name"
        )
        self._known: dict[int | None, tuple[str, str]] = {pk: (code, name) for pk, code, name in rows_of_products}
        return found

    def _order(
        self, number: str, rows: list[Row], link: Link, stored: tuple[Order, dict[int, OrderLine]] | None
    ) -> list[Decision]:
        sums = sums_of(rows)
        lines, faults = self._lines(rows, sums)
        whole = self._head_faults(rows, link, stored) or ([sums.fault] if sums.fault else [])
        if whole:
            return [rejected(row, *whole) for row in rows]
        if faults and not all("line_no" in row.values for row in rows):
            first = min(faults)
            other = _("Row %(row)d of the same order cannot be taken.") % {"row": first}
            return [Decision(row.number, Act.REJECT, reasons=faults.get(row.number, [other])) for row in rows]
        made = [Decision(row, Act.REJECT, reasons=reasons) for row, reasons in faults.items()]
        if not lines:
            return made
        placing = Placing(
            number, _moment(_first(rows, "placed_at")), link, lines, str(_first(rows, "remark") or "")[:300]
        )
        if stored is None:
            placing.decisions = [Decision(line.row.number, Act.CREATE) for line in lines]
        else:
            self._compare(placing, *stored)
        placing.decisions[0].work = placing
        if sums.told is not None and sums.told[0] not in self._told:
            self._told.add(sums.told[0])
            placing.decisions[0].warning = sums.told[1]
        return made + placing.decisions

    def _head_faults(self, rows: list[Row], link: Link, stored: tuple[Order, dict[int, OrderLine]] | None) -> list[str]:
        """What keeps the order as a whole out."""
        if link.fault:
            return [link.fault]
        for key in ("customer_number", "customer_name"):
            said = {row.values[key]: row.number for row in reversed(rows) if key in row.values}
            if len(said) > 1:
                places = ", ".join(f"{value} ({row})" for value, row in list(said.items())[:3])
                return [_("The rows of this order name different customers: %(places)s.") % {"places": places}]
        for row in rows:
            name = str(row.values.get("currency", "")).strip()
            if name and CURRENCY_NAMES.get(name.casefold(), name.upper()) != self._currency:
                return [_("Row %(row)d is in %(other)s; amounts are kept in %(own)s. Convert them, or leave the row out.")
                        % {"row": row.number, "other": name[:20], "own": self._currency}]  # fmt: skip
        day = _first(rows, "placed_at")
        if not isinstance(day, datetime):
            return [] if any(row.faults for row in rows) else [_("The order has no date.")]
        if _moment(day) > clock.now():
            return [_("An order cannot have been placed in the future: %(date)s.") % {"date": f"{day:%Y-%m-%d}"}]
        if stored is not None and stored[0].customer_id != link.target:
            return [_("The order %(number)s is there already and belongs to another customer.")
                    % {"number": stored[0].number}]  # fmt: skip
        return []

    def _lines(self, rows: list[Row], sums: Sums) -> tuple[list[Line], dict[int, list[str]]]:
        lines: list[Line] = []
        faults: dict[int, list[str]] = {}
        taken: dict[int, int] = {}
        for place, row in enumerate(rows, start=1):
            said_apart = "line_text" in self.context.mapped
            line, reasons = line_of(row, amount=sums.amounts.get(row.number), said_apart=said_apart)
            position = int(row.values.get("line_no", place))
            if not 0 < position < 2**31:
                reasons.append(_("“%(value)s” is no line number.") % {"value": position})
            elif position in taken:
                reasons.append(
                    _("Line %(line)d of this order stands in row %(row)d already.")
                    % {"line": position, "row": taken[position]}
                )
            taken.setdefault(position, row.number)
            if reasons or line is None:
                faults[row.number] = reasons
                continue
            line.position = position
            lines.append(line)
        return lines, faults

    def _compare(self, placing: Placing, order: Order, stored: Mapping[int, OrderLine]) -> None:
        """Each line against the one in its place; lines of the archive that the file lacks stay."""
        placing.stored = order
        merged = {position: as_values(line) for position, line in stored.items()}
        for line in placing.lines:
            known = stored.get(line.position)
            if known is not None and line.same_as(known, *self._known.get(known.product_id, ("", ""))):
                placing.decisions.append(Decision(line.row.number, Act.SAME, order.pk))
                continue
            placing.decisions.append(Decision(line.row.number, Act.UPDATE, order.pk))
            merged[line.position] = values_of(line, known)
            placing.merged = merged
        if not any("placed_at" in line.row.values for line in placing.lines):
            placing.placed_at = order.placed_at
        if placing.placed_at != order.placed_at and placing.merged is None:
            # Only the date differs: its first line stands for the change.
            placing.decisions[0].act, placing.merged = Act.UPDATE, merged

    # --- writing ------------------------------------------------------------------------------------

    def write(self, decisions: Sequence[Decision]) -> None:
        placings = [each.work for each in decisions if isinstance(each.work, Placing)]
        fresh = [each for each in placings if each.stored is None]
        changed = [each for each in placings if each.merged is not None]
        self.links.make([each.link for each in fresh])
        self._products([line for each in (*fresh, *changed) for line in each.lines])
        values = [
            OrderValues(
                each.number,
                each.link.target or 0,
                each.placed_at,
                [self._filled(line) for line in each.lines],
                each.remark,
            )
            for each in fresh
        ]
        ids: dict[str, int] = {}
        place_orders(
            values,
            viewer=self.context.viewer,
            chunk=max(len(values), 1),
            after_chunk=lambda rows: ids.update((order.number, order.pk) for order in rows),
        )
        for each in fresh:
            for decision in each.decisions:
                decision.target = ids[each.number]
        for each in changed:
            self._change(each)

    def _products(self, lines: Sequence[Line]) -> None:
        """Products of the lines, made where they are missing; category and unit are filled in where blank. What the first
        of the lines says counts."""
        wanted: dict[str, dict[str, str]] = {}
        for line in lines:
            if line.code:
                words = wanted.setdefault(line.code, {"name": line.product})
                for name, longest in (("category", 60), ("unit", 12)):
                    if value := str(line.row.values.get(f"product_{name}", ""))[:longest]:
                        words.setdefault(name, value)
        said = {code: Said(**words) for code, words in wanted.items()}
        self._ids = {code: product.pk for code, product in products_by_code(said, viewer=self.context.viewer).items()}

    def _filled(self, line: Line) -> LineValues:
        return LineValues(
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.amount,
            cost=line.cost,
            product_id=self._ids.get(line.code),
            description=line.description,
            position=line.position,
        )

    def _change(self, placing: Placing) -> None:
        assert placing.merged is not None and placing.stored is not None
        for line, decision in zip(placing.lines, placing.decisions, strict=True):
            if decision.act is Act.UPDATE:
                before = placing.merged.get(line.position)
                made = self._filled(line)
                if made.product_id is None and before is not None and before.product_id is not None:
                    made = LineValues(made.quantity, made.unit_price, made.amount, made.cost, before.product_id,
                                      made.description or before.description, made.position)  # fmt: skip
                placing.merged[line.position] = made
        change_order(
            placing.stored,
            viewer=self.context.viewer,
            placed_at=placing.placed_at,
            lines=[placing.merged[position] for position in sorted(placing.merged)],
        )

    def absorb(self, rows: Sequence[Row], targets: Sequence[int | None]) -> None:
        if not self.numbered:
            for row in rows:
                self._number(row)


def _first(rows: Sequence[Row], key: str) -> Any:
    """The value of the first row that has one: exports often write an order's head once."""
    return next((row.values[key] for row in rows if key in row.values), None)


def _ask(rows: Sequence[Row]) -> Ask:
    region = _first(rows, "customer_region")
    values = (("region", str(region)[:60]),) if region else ()
    return Ask(str(_first(rows, "customer_number") or ""), str(_first(rows, "customer_name") or ""), values)


def _moment(value: Any) -> datetime:
    """A time of the file on the company's wall clock; without one the row is refused before it matters."""
    if not isinstance(value, datetime):
        return clock.now()
    return value if value.tzinfo else value.replace(tzinfo=timezone.get_default_timezone())
