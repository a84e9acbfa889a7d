"""Which column feeds which field of a file at hand: suggested, chosen by a person, remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.importing.models import ImportMemory
from weixi.kernel.errors import Invalid
from weixi.kernel.importing.mapping.headers import header_key
from weixi.kernel.importing.mapping.spec import KindSpec
from weixi.kernel.importing.mapping.suggest import Suggestion, missing_fields, suggest_mapping
from weixi.kernel.importing.reading import Table, sample_texts
from weixi.organisation.scope import Viewer

SAMPLES = 200


def remembered(viewer: Viewer, kind: str) -> tuple[dict[str, str | None], dict[str, str]]:
    """({header's normal form: field}, {header's normal form: answer}) of this person's last files."""
    if viewer.user is None:
        return {}, {}
    rows = ImportMemory.objects.filter(person=viewer.user, kind=kind)
    fields: dict[str, str | None] = {}
    answers: dict[str, str] = {}
    for row in rows:
        fields[row.header_key] = row.field
        if row.answer:
            answers[row.header_key] = row.answer
    return fields, answers


def remember(
    viewer: Viewer, kind: str, header: Sequence[str], fields: Sequence[str | None], answers: Mapping[str, str]
) -> None:
    """Keep a person's mapping for his next file of this kind."""
    if viewer.user is None:
        return
    rows: dict[str, ImportMemory] = {}
    for column, (name, field) in enumerate(zip(header, fields, strict=True)):
        if key := header_key(name)[:120]:
            given = answers.get(str(column), "")
            rows[key] = ImportMemory(person=viewer.user, kind=kind, header_key=key, field=field, answer=given)
    # A column matched again before its question is asked again keeps the answer of last time.
    for answered, changed in ((False, ["field"]), (True, ["field", "answer"])):
        ImportMemory.objects.bulk_create(
            [row for row in rows.values() if bool(row.answer) is answered],
            update_conflicts=True,
            unique_fields=["person", "kind", "header_key"],
            update_fields=changed,
        )


def suggested(spec: KindSpec, table: Table, known: Mapping[str, str | None] | None = None) -> list[Suggestion]:
    """One suggestion per column, by its name, its values and what the person chose before."""
    return suggest_mapping(
        spec, table.header, parts=table.header_parts, samples=sample_texts(table, SAMPLES), remembered=known or {}
    )


def from_document(
    spec: KindSpec, table: Table, document: Mapping[str, Any] | None
) -> tuple[list[str | None], dict[str, str]]:
    """(field of every column, answers by column) from a mapping file: `{header: field}`, or
    `{"columns": {header: field}, "answers": {header: key}}`; null leaves a column out.

    Columns it does not name are taken as suggested. Raises Invalid for a column the file lacks, a field
    there is not, or one that two columns would feed.
    """
    columns, answers = _parts(document)
    places = _places(table)
    fields = [one.field for one in suggested(spec, table)]
    chosen: dict[int, str | None] = {}
    for header, field in columns.items():
        place = _place(places, header, table)
        if field is not None and (not isinstance(field, str) or not spec.has_field(field)):
            raise Invalid(
                _("There is no field “%(field)s”. The fields are: %(fields)s.")
                % {"field": str(field)[:40], "fields": ", ".join(each.key for each in spec.fields)},
                fields={"mapping": _("Use one of these names, or null.")},
            )
        chosen[place] = field
    claimed = {field for field in chosen.values() if field is not None and not spec.field(field).many}
    merged = [chosen.get(place, None if field in claimed else field) for place, field in enumerate(fields)]
    check_mapping(spec, table.header, merged)
    return merged, {str(_place(places, header, table)): str(key) for header, key in answers.items()}


def check_mapping(spec: KindSpec, header: Sequence[str], fields: Sequence[str | None]) -> None:
    """Raises Invalid when a field is fed twice, or a field is missing without which no row can be taken."""
    taken: dict[str, str] = {}
    for name, field in zip(header, fields, strict=True):
        if field is None or spec.field(field).many:
            continue
        if field in taken:
            raise Invalid(
                _("The columns “%(one)s” and “%(other)s” both feed “%(field)s”; leave one of them out.")
                % {"one": taken[field], "other": name, "field": _(spec.field(field).label)},
                fields={"mapping": _("Choose one column per field.")},
            )
        taken[field] = name
    for group in missing_fields(spec, fields):
        names = _(" or ").join(_(spec.field(key).label) for key in group)
        raise Invalid(
            _("No column holds %(names)s. Columns of the file: %(header)s. Say which one it is.")
            % {"names": names, "header": ", ".join(name for name in header if name)[:300]},
            code="import.field_missing",
            fields={"mapping": _("Match a column to it.")},
        )


def _parts(document: Mapping[str, Any] | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    if document is None:
        return {}, {}
    if not isinstance(document, dict):
        raise Invalid(_('The mapping is not an object of the form {"header": "field"}.'))
    if isinstance(document.get("columns"), dict) or isinstance(document.get("answers"), dict):
        if extra := document.keys() - {"columns", "answers"}:
            raise Invalid(_("The mapping has unknown parts: %(names)s.") % {"names": ", ".join(sorted(extra))})
        return document.get("columns", {}), document.get("answers", {})
    return document, {}


def _places(table: Table) -> dict[str, int]:
    places: dict[str, int] = {}
    for column, name in enumerate(table.header):
        for key in (name, name.strip(), header_key(name)):
            places.setdefault(key, column)
    return places


def _place(places: Mapping[str, int], header: str, table: Table) -> int:
    found = places.get(
        header, places.get(header.strip(), places.get(header_key(header)) if header_key(header) else None)
    )
    if found is None:
        raise Invalid(
            _("The file has no column “%(name)s”. Its columns: %(header)s.")
            % {"name": header[:60], "header": ", ".join(name for name in table.header if name)[:300]},
            code="import.column_unknown",
            fields={"mapping": _("Use the names of the file's first row.")},
        )
    return found
