"""Everything we hold on one person, for that person (D-1)."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.template.loader import render_to_string

from weixi.kernel import clock, personal
from weixi.kernel.events.work import unit_of_work
from weixi.kernel.personal import Person
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.privacy.copy_page import read, tables_of

# The files of the copy; fixed names, so that no name of a person stands in one.
DATA, PAGE = "data.json", "data.html"


@dataclass(frozen=True, slots=True)
class Part:
    """What one source holds: `rows` are mappings of plain values."""

    code: str
    label: str
    rows: list[dict[str, Any]]


def collect_copy(person: Person, *, viewer: Viewer) -> list[Part]:
    """Every source's rows about the person; that a copy was made is on record."""
    viewer.require(Right.PERSONAL_MANAGE)
    with unit_of_work(actor=viewer.actor) as work:
        parts = [
            Part(source.code, str(source.label), [dict(row) for row in source.collect(person)])
            for source in personal.sources()
        ]
        work.record(
            "person.copied",
            customer=person.customer_id,
            subject=(person.kind, person.pk),
            data={"rows": sum(len(part.rows) for part in parts)},
        )
    return parts


def as_archive(person: Person, parts: list[Part]) -> bytes:
    """The copy as a zip: for programs as JSON, for people as a page."""
    data = {"made_at": clock.now().isoformat(timespec="seconds"), "parts": {part.code: part.rows for part in parts}}
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DATA, json.dumps(data, ensure_ascii=False, indent=1))
        tables = tables_of(person, [(part.code, part.label, part.rows) for part in parts])
        words = {"person": person, "tables": tables, "made_at": read(clock.now().isoformat())}
        archive.writestr(PAGE, render_to_string("privacy/copy.html", words))
    return target.getvalue()
