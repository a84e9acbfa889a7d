"""Which column feeds which field of a file at hand: suggested, chosen by a person, remembered."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.importing.models import ImportMemory
from weixi.kernel import clock
from weixi.kernel.errors import Invalid
from weixi.kernel.importing.mapping.headers import header_key
from weixi.kernel.importing.mapping.spec import KindSpec
from weixi.kernel.importing.mapping.suggest import Suggestion, missing_fields, suggest_mapping
from weixi.kernel.importing.reading import Table, sample_texts
from weixi.organisation.scope import Viewer

SAMPLES = 200


@dataclasses.dataclass(frozen=True)
class Memory:
    """What was chosen for columns of these names before, by header's normal form: this person's own choices
    and answers, and those on which all colleagues who met the name agree."""

    fields: Mapping[str, str | None] = dataclasses.field(default_factory=dict)
    answers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    shared_fields: Mapping[str, str] = dataclasses.field(default_factory=dict)
    shared_answers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def answer_for(self, header: str) -> str:
        """The answer given before to the question about a column of this name; "" for none."""
        key = header_key(header)[:120]
        return self.answers.get(key) or self.shared_answers.get(key, "")


def remembered(viewer: Viewer, kind: str, header: Sequence[str]) -> Memory:
    """What is remembered for the columns of a file. Uses index: import_memory_of_all."""
    keys = {header_key(name)[:120] for name in header} - {""}
    own = viewer.user.pk if viewer.user else None
    fields: dict[str, str | None] = {}
    answers: dict[str, str] = {}
    others: dict[str, set[str | None]] = defaultdict(set)
    told: dict[str, set[str]] = defaultdict(set)
    for row in ImportMemory.objects.filter(kind=kind, header_key__in=keys):
        if row.person_id == own:
            fields[row.header_key] = row.field
            if row.answer:
                answers[row.header_key] = row.answer
        else:
            others[row.header_key].add(row.field)
            if row.answer:
                told[row.header_key].add(row.answer)
    shared = {key: name for key, names in others.items() if len(names) == 1 and (name := next(iter(names)))}
    return Memory(fields, answers, shared, {key: next(iter(each)) for key, each in told.items() if len(each) == 1})


def remember(
    viewer: Viewer, kind: str, header: Sequence[str], fields: Sequence[str | None], answers: Mapping[str, str]
) -> None:
    """Keep a person's mapping for his next file of this kind, and for his colleagues'."""
    if viewer.user is None:
        return
    rows: dict[str, ImportMemory] = {}
    for column, (name, field) in enumerate(zip(header, fields, strict=True)):
        if key := header_key(name)[:120]:
            given = answers.get(str(column), "")
            rows[key] = ImportMemory(
                person=viewer.user, kind=kind, header_key=key, field=field, answer=given, at=clock.now()
            )
    # A column matched again before its question is asked again keeps the answer of last time.
    for answered, changed in ((False, ["field", "at"]), (True, ["field", "answer", "at"])):
        ImportMemory.objects.bulk_create(
            [row for row in rows.values() if bool(row.answer) is answered],
            update_conflicts=True,
            unique_fields=["person", "kind", "header_key"],
            update_fields=changed,
        )


def remember_document(
    viewer: Viewer, table: Table, kind: str, document: Mapping[str, Any] | None, fields: Sequence[str | None],
    answers: Mapping[str, str],
) -> None:  # fmt: skip
    """Keep what a mapping file has said of columns; what was only suggested is not learned."""
    columns, _answers = _parts(document)
    places = _places(table)
    said = sorted({_place(places, header, table) for header in columns} | {int(column) for column in answers})
    remember(
        viewer, kind, [table.header[place] for place in said], [fields[place] for place in said],
        {str(at): answers[str(place)] for at, place in enumerate(said) if str(place) in answers},
    )  # fmt: skip


def suggested(spec: KindSpec, table: Table, memory: Memory | None = None) -> list[Suggestion]:
    """One suggestion per column, by its name, its values and what was chosen before."""
    known = memory or Memory()
    return suggest_mapping(
        spec,
        table.header,
        parts=table.header_parts,
        samples=sample_texts(table, SAMPLES),
        remembered=known.fields,
        shared=known.shared_fields,
    )


def from_document(
    spec: KindSpec,
    table: Table,
    document: Mapping[str, Any] | None,
    memory: Memory | None = None,
    allowed: Callable[[str], bool] = lambda _name: True,
) -> tuple[list[str | None], dict[str, str]]:
    """(field of every column, answers by column) from a mapping file: `{header: field}`, or
    `{"columns": {header: field}, "answers": {header: key}}`; null leaves a column out, `#2` is the second column.

    Columns it does not name are taken as suggested, what was chosen before first, as far
    as they are `allowed`. Raises Invalid for a column the file lacks, a field
    there is not, or one that two columns would feed.
    """
    columns, answers = _parts(document)
    places = _places(table)
    fields = [one.field if one.field and allowed(one.field) else None for one in suggested(spec, table, memory)]
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


def expect_names(
    spec: KindSpec, table: Table, choices: Mapping[str, Any], document: Mapping[str, Any] | None, memory: Memory
) -> None:
    """Raises Invalid for a file that perhaps has no column names, unless somebody said which row has them (0: none), or which
    column is what: its first record must not be taken for names in silence."""
    if table.header_sure or choices.get("header_row") is not None or memory.fields:
        return
    if any(not name.startswith("#") for name in _parts(document)[0]):
        return
    keys = [group[0] for group in spec.need_one_of] + [field.key for field in spec.fields if field.required]
    columns = {f"#{place}": key for place, key in enumerate(dict.fromkeys(keys), 1)}
    raise Invalid(
        _("No row looks like column names; the first one is: %(row)s. When the file has none, say header row 0 (--header-row 0) "
          "and which column is what, for example %(example)s; otherwise say which row has them.")
        % {"row": ", ".join(name for name in table.header if name)[:200], "example": json.dumps({"columns": columns})},
        code="import.no_header",
        fields={"header_row": _("0 when no row has column names, else the number of the row.")},
    )  # fmt: skip


def called(header: Sequence[str], place: int) -> str:
    """What a column is called: by its name, else by its place."""
    return header[place] or f"#{place + 1}"


def check_mapping(spec: KindSpec, header: Sequence[str], fields: Sequence[str | None]) -> None:
    """Raises Invalid when a field is fed twice, or a field is missing without which no row can be taken."""
    taken: dict[str, str] = {}
    for place, field in enumerate(fields):
        if field is None or spec.field(field).many:
            continue
        if field in taken:
            raise Invalid(
                _("The columns “%(one)s” and “%(other)s” both feed “%(field)s”; leave one of them out.")
                % {"one": taken[field], "other": called(header, place), "field": _(spec.field(field).label)},
                fields={"mapping": _("Choose one column per field.")},
            )
        taken[field] = called(header, place)
    for group in missing_fields(spec, fields):
        if not any(header):
            raise Invalid(
                _("The table has no column names; say which column holds what by its place, for example %(example)s.")
                % {"example": '{"#1": "number", "#2": "name"}'},
                code="import.field_missing",
                fields={"mapping": _("Match a column to it.")},
            )
        names = _(" or ").join(_(spec.field(key).label) for key in group)
        raise Invalid(
            _("No column holds %(names)s. Columns of the file: %(header)s. Say which one it is.")
            % {"names": names, "header": _columns(header)},
            code="import.field_missing",
            fields={"mapping": _("Match a column to it.")},
        )


def _columns(header: Sequence[str]) -> str:
    """The columns in words; by their places only where none has a name."""
    named = [name for name in header if name]
    return ", ".join(named or [called(header, place) for place in range(len(header))])[:300]


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
    places: dict[str, int] = {f"#{place}": place - 1 for place in range(1, len(table.header) + 1)}
    for column, name in enumerate(table.header):
        for key in (name, name.strip(), header_key(name)):
            places.setdefault(key, column)
    if not any(table.header):
        # A table without column names: they go by their place.
        places |= {str(column + 1): column for column in range(len(table.header))}
    return places


def _place(places: Mapping[str, int], header: str, table: Table) -> int:
    found = places.get(
        header, places.get(header.strip(), places.get(header_key(header)) if header_key(header) else None)
    )
    if found is None:
        raise Invalid(
            _("The file has no column “%(name)s”. Its columns: %(header)s.")
            % {"name": header[:60], "header": _columns(table.header)},
            code="import.column_unknown",
            fields={"mapping": _("Use the names of the file's first row, or #1 for the first column.")},
        )
    return found
