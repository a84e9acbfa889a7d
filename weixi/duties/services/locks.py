"""Who is brought up to date is held: two changes of one customer go one after the other."""

from __future__ import annotations

from django.db import connection

from weixi.customers.models import Customer
from weixi.duties.models import DutyClock
from weixi.kernel.one_of import one_of
from weixi.kernel.prepared import Prepared, several
from weixi.kernel.rows import insert_rows

_CLOCKS = Prepared(
    lambda ids: DutyClock.objects.select_for_update().filter(one_of("pk", ids)).order_by("pk").values_list("pk"),
    several,
)


def hold_customers(ids: list[int], *, skip_locked: bool = False) -> set[int]:
    """Lock these customers till the transaction ends, as changing them would; returns those that are locked now, which
    is all that exist unless those that somebody else holds are skipped. Asks nothing where rows cannot be locked."""
    if not connection.features.has_select_for_update:
        return set(ids)
    rows = Customer.objects.select_for_update(no_key=True, skip_locked=skip_locked).filter(one_of("pk", ids))
    return set(rows.order_by("pk").values_list("pk", flat=True))


def lock(ids: list[int]) -> None:
    """The customers and then their clocks, made where missing, locked in the order of their keys.

    On PostgreSQL the second of two changes of one customer waits here and then sees the first one's
    events; SQLite has one writer at a time anyway. Services change a customer before its duties are derived, so
    everybody takes the customer first and the clock second: taken crosswise, two would wait for each other.
    """
    hold_customers(ids)
    held = {pk for (pk,) in _CLOCKS(ids).rows()}
    missing = [pk for pk in ids if pk not in held]
    if missing:
        insert_rows([DutyClock(pk=pk) for pk in missing], pass_over_known=True)
        # Whoever made one of them first is waited for; what it holds is about to be replaced.
        _CLOCKS(missing).rows()
