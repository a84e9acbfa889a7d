"""What runs of the importer say of a person: sentences about rows that were sent back or looked alike (D-1).

The rows themselves stand in stored files, which an erasure looks through and destroys.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.customers.importing.models import ImportPart, ImportRun
from weixi.kernel.personal import Person, Source, Wiper

RUN_WORDS = ("warnings", "redecided", "fault")
PART_WORDS = ("reasons", "kept")


def collect(person: Person) -> Iterator[dict[str, Any]]:
    wiper = Wiper(person.marks)
    for run in ImportRun.objects.order_by("pk"):
        for row, sentence in run.warnings:
            if wiper.holds(str(sentence)):
                yield {"at": run.created_at.isoformat(timespec="seconds"), "row": row, "words": sentence}


def erase(person: Person, wiper: Wiper) -> int:
    parts = ImportPart.objects.exclude(reasons={}, kept=[]).order_by("pk")
    return wiper.rows(ImportRun.objects.order_by("pk"), *RUN_WORDS) + wiper.rows(parts, *PART_WORDS)


IMPORTS = Source("imports", _("Imports"), collect, erase, tables=("customers.ImportRun", "customers.ImportPart"))
