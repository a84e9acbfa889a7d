"""What the log of exports says of a person: a name that was searched for, a reason (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from django.utils.translation import gettext_lazy as _

from weixi.customers.exporting.models import ExportRun
from weixi.kernel.personal import PORTION, Person, Source, Wiper


def collect(person: Person) -> Iterator[dict[str, Any]]:
    """Nothing is kept on anybody here beyond what was typed into a filter."""
    wiper = Wiper(person.marks)
    for run in ExportRun.objects.order_by("pk").iterator(PORTION):
        if any(wiper.holds(text) for text in (unquote_plus(run.query), run.reason, run.note, str(run.approvals))):
            yield {"at": run.requested_at.isoformat(timespec="seconds"), "number": run.number}


def erase(person: Person, wiper: Wiper) -> int:
    runs = ExportRun.objects.order_by("pk")
    asked = [run.pk for run in runs.iterator(PORTION) if wiper.holds(unquote_plus(run.query))]
    # The hash of what was approved stays: it proves the filter without its words.
    return wiper.rows(runs, "reason", "note", "approvals") + runs.filter(pk__in=asked).update(query="")


EXPORTS = Source("exports", _("Exports"), collect, erase, tables=("customers.ExportRun",))
