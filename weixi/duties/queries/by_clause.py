"""What waits because of one clause of the policy."""

from __future__ import annotations

from collections.abc import Iterable

from weixi.customers.queries import visible_customers
from weixi.duties.cadences import open_cadences
from weixi.duties.enums import WAITING
from weixi.duties.lines import DutyLine, lines_of
from weixi.duties.queries.listing import by_due, visible_duties
from weixi.duties.timeline import current_timeline
from weixi.kernel import clock
from weixi.organisation.scope import Viewer

# More lines than this nobody reads; the page says how many there are.
MOST = 200


def waiting_by_rules(viewer: Viewer, rules: Iterable[str]) -> tuple[list[DutyLine], int]:
    """What waits by these rules within the viewer's scope, by due time, at most `MOST` lines, and how many
    there are in all; open cadence periods included."""
    now, timeline = clock.now(), current_timeline()
    names = frozenset(rules)
    rows = visible_duties(viewer).filter(clause__in=names, state__in=WAITING)
    stored = rows.count()
    lines = lines_of(rows.order_by("due_at", "key")[:MOST], timeline, now)
    periods = []
    if any(rule.clause in names for policy in timeline.policies for rule in policy.cadence):
        periods = [line for line in open_cadences(visible_customers(viewer), now, timeline) if line.clause in names]
    lines += periods
    lines.sort(key=by_due)
    return lines[:MOST], stored + len(periods)
