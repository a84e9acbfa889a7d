"""What waits because of one clause of the policy."""

from __future__ import annotations

from collections.abc import Iterable

from weixi.customers.queries import visible_customers
from weixi.duties.enums import WAITING
from weixi.duties.lines import DutyLine
from weixi.duties.queries.listing import visible_duties
from weixi.duties.queries.stream import PORTION, Stream
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.organisation.scope import Viewer

# More lines than this nobody reads; the page says how many there are.
MOST = 200


def waiting_by_rules(viewer: Viewer, rules: Iterable[str]) -> tuple[list[DutyLine], int, bool]:
    """What waits by these rules within the viewer's scope, by due time, at most `MOST` lines; how many there are in
    all, and whether there are more than were counted. Open cadence periods included."""
    names = frozenset(rules)
    stream = Stream(
        viewer, current_timeline(), clock.now(),
        visible_duties(viewer).filter(clause__in=names, state__in=WAITING),
        visible_customers(viewer),
        clauses=names, portion=PORTION if viewer.sees_all else None,
    )  # fmt: skip
    return list(stream.lines(count=MOST)), *stream.count()
