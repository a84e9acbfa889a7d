"""What the log of exports says of a person: a name that was searched for, a reason (D-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from django.utils.translation import gettext_lazy as _

from weixi.customers.exporting.models import ExportRun
from weixi.kernel.personal import Person, Source, Wiper

PORTION = 200


def collect(person: Person) -> Iterator[dict[str, Any]]:
    """Nothing is kept on anybody here beyond what was typed into a filter."""
    wiper = Wiper(person.marks)
    for run in ExportRun.objects.order_by("pk").iterator(PORTION):
        if any(wiper.holds(text) for text in (unquote_plus(run.query), run.reason, run.note)):
            yield {"at": run.requested_at.isoformat(timespec="seconds"), "number": run.number}


def erase(person: Person, wiper: Wiper) -> int:
    touched = 0
    for run in ExportRun.objects.order_by("pk").iterator(PORTION):
        changed = {
            name: clean[:300]
            for name in ("reason", "note")
            if (clean := wiper.text(getattr(run, name))) != getattr(run, name)
        }
        if wiper.holds(unquote_plus(run.query)):
            # The hash of what was approved stays: it proves the filter without its words.
            changed["query"] = ""
        if changed:
            touched += ExportRun.objects.filter(pk=run.pk).update(**changed)
    return touched


EXPORTS = Source("exports", _("Exports"), collect, erase, tables=("customers.ExportRun",))
