"""A plan as a workbook: an export of customers like any other, under the policy's rules for those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.customers.access.seen import note_views
from weixi.customers.enums import SeenBy
from weixi.customers.exporting.approving import approved_from
from weixi.customers.exporting.files import write
from weixi.customers.exporting.marking import mark
from weixi.customers.grades import grade_labels
from weixi.duties.people import People
from weixi.duties.planning.asked import Wanted
from weixi.duties.planning.figures import Figures
from weixi.duties.planning.lines import Planned, all_pages, bucket_of
from weixi.duties.planning.words import state_words
from weixi.kernel.errors import Conflict
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right


def write_plan(path: Path, wanted: Wanted, figures: Figures, people: People, *, state: str | None = None) -> int:
    """Write the plan as a workbook at `path`, marked and on record; returns how many lines it has.

    Raises Forbidden without the right to export, Conflict for so many customers that the policy has others agree.
    """
    viewer = wanted.viewer
    viewer.require(Right.CUSTOMERS_EXPORT)
    planned = list(all_pages(wanted, figures, people, state=state))
    limit = approved_from()
    if viewer.user is not None and limit is not None and len(planned) >= limit:
        raise Conflict(
            _(
                "From %(n)d customers on a second person has to agree to a file: narrow the plan to a person, or export "
                "the customers from the list."
            )
            % {"n": limit},
            code="export.approval_needed",
        )
    with unit_of_work(actor=viewer.actor) as work:
        note_views(viewer, [each.customer_id for each in planned], SeenBy.EXPORT)
        lines = sum(len(each.lines) for each in planned)
        first = wanted.period.first.isoformat()
        work.record("plan.exported", data={"cycle": str(wanted.period.every), "first": first, "rows": lines})
    number = f"P-{wanted.period.first:%Y%m}"
    return write(
        path,
        "xlsx",
        _head(),
        [_rows(planned, grade_labels())],
        mark(number, viewer.user, work.now),
        title=_("Service plan"),
    )


def _head() -> list[str]:
    return [
        _("Customer number"), _("Customer"), _("Grade"), _("Clause"), _("What"), _("About"), _("Who"), _("From"),
        _("Until"), _("State"), _("Done"),
    ]  # fmt: skip


def _rows(planned: list[Planned], grades: Mapping[str, str]) -> Iterator[list[Any]]:
    words = state_words()
    for each in planned:
        for line in each.lines:
            yield [
                each.number, each.name, grades.get(each.grade, each.grade), line.clause, line.title, line.about,
                line.assignee_name, _on_the_wall(line.opens_at), _on_the_wall(line.due_at), words[bucket_of(line)],
                _on_the_wall(line.closed_at),
            ]  # fmt: skip


def _on_the_wall(moment: datetime | None) -> datetime | None:
    """A workbook knows no zones."""
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0) if moment else None
