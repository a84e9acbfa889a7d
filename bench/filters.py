"""One filter of each kind of the customer list, beside the same rows asked by plain SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.archive import COMMON_TAG, LINES, RARE_TAG
from weixi.kernel import clock


@dataclass(frozen=True, slots=True)
class Filter:
    """`where` is the filter of an address; `sql` the condition on `customers_customer c` that means the same."""

    code: str
    where: str
    sql: str
    parameters: Sequence[Any] = ()


def filters() -> list[Filter]:
    """What a head of a department asks his list."""
    now, today = timezone.now(), clock.today()
    ago = lambda days: connection.ops.adapt_datetimefield_value(now - timedelta(days=days))  # noqa: E731
    tag = (
        "EXISTS (SELECT 1 FROM customers_customertag t JOIN customers_tag g ON g.id = t.tag_id "
        "WHERE t.customer_id = c.id AND g.name = %s)"
    )
    # The plus signs keep the database at the customer's own few values: by field it would read all of them each time.
    value = (
        "EXISTS (SELECT 1 FROM customers_customvalue v WHERE v.customer_id = c.id AND {test} "
        "AND +v.field_id = (SELECT id FROM customers_customfield WHERE code = '{code}'))"
    )
    talks = (
        "(SELECT COUNT(*) FROM interactions_interaction t WHERE t.customer_id = c.id AND t.withdrawn_at IS NULL "
        "AND t.occurred_at >= %s)"
    )
    quiet = "(c.last_contact_at < %s OR (c.last_contact_at IS NULL AND c.created_at < %s))"
    return [
        Filter("list_filter_tag", f"tags:has_any:{COMMON_TAG}", tag, [COMMON_TAG]),
        Filter("list_filter_rare_tag", f"tags:has_any:{RARE_TAG}", tag, [RARE_TAG]),
        Filter("list_filter_grade", "grade:in:core", "c.grade = 'core'"),
        Filter("list_filter_amount", "annual_amount:ge:150000", "c.annual_amount >= 150000"),
        Filter(
            "list_filter_fact", "recency_days:ge:90",
            "(SELECT MAX(o.placed_on) FROM commerce_order o WHERE o.customer_id = c.id AND o.amount > 0 "
            "AND o.placed_on <= %s) <= %s",
            [str(today), str(today - timedelta(days=90))],
        ),
        Filter("list_filter_field", f"x_line:in:{LINES[0]}", value.format(code="line", test="v.text = %s"), [LINES[0]]),
        Filter("list_filter_number", "x_plants:ge:45", value.format(code="plants", test="+v.number >= 45")),
        Filter("list_filter_quiet", "interaction:quiet:60", quiet, [ago(60), ago(60)]),
        Filter("list_filter_contacts", "contacts_3m:ge:2", f"{talks} >= 2", [ago(90)]),
        Filter("list_filter_overdue", "duty:overdue", "c.next_due_at < %s", [ago(0)]),
    ]  # fmt: skip
