"""The data standard as a table: every field with what is demanded of it, group by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers.enums import FieldLevel, FieldOf, FieldType
from weixi.customers.fields.catalogue import all_fields, custom_fields, policy_fields
from weixi.customers.fields.field import Field
from weixi.customers.fields.groups import KEPT, TITLES, group_title
from weixi.customers.grades import grade_labels
from weixi.customers.models import CustomField
from weixi.customers.standard.words import field_title, group_name
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.document.archive import ArchiveField
from weixi.policy.document.words import duration_in_words
from weixi.policy.editors import value_url
from weixi.policy.models import PolicyVersion
from weixi.policy.queries import document_of, open_versions, version_in_force
from weixi.policy.reading import language, role_name

# What a draft can change of a built-in field; what it is called and what it takes is the product's.
EDITED = ("required_for", "key_field", "update_every", "owner", "level")
_TYPES: dict[str, Any] = dict(FieldType.choices)
_OF: dict[str, Any] = dict(FieldOf.choices)
ALLOWED_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One field. `edit` is the address of its editor, empty when the viewer may not change it now."""

    key: str
    title: str
    type: str
    allowed: str
    of: str
    sensitive: bool
    key_field: bool
    computed: bool
    required: str
    every: str
    owner: str
    edit: str
    custom: CustomField | None = None


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StandardPage:
    """`draft` is the policy's open draft, in which the demands on built-in fields are changed."""

    groups: list[Group]
    retired: list[CustomField]
    may_edit: bool
    may_draft: bool
    draft: PolicyVersion | None
    custom_count: int
    field_count: int


def standard_page(viewer: Viewer) -> StandardPage:
    """Everybody reads the data standard; its editors get the addresses to change it."""
    may_edit, may_draft = viewer.may(Right.STANDARD_EDIT), viewer.may(Right.POLICY_DRAFT)
    draft = next((row for row in open_versions(viewer) if row.state == "draft"), None) if may_draft else None
    in_draft = {each.key for each in document_of(draft).archive.field} if draft else set()
    own = {row.key: row for row in custom_fields()}
    fields, known = all_fields(), {each.key for each in policy_fields()}
    rows: dict[str, list[Row]] = {}
    for key, each in fields.items():
        if each.custom or key in known or each.group != KEPT:
            demand = each.demand or _undemanded(each)
            edit = _edit_url(key, own, in_draft, draft, may_edit)
            rows.setdefault(each.group, []).append(_row(demand, str(each.label), edit, own.get(key)))
    for demand in policy_fields():
        if demand.key not in fields:
            edit = _edit_url(demand.key, own, in_draft, draft, may_edit)
            rows.setdefault(demand.group, []).append(_row(demand, field_title(demand.key, demand.title), edit, None))
    titles = _titles()
    order = [*TITLES, *(code for code in rows if code not in TITLES)]
    return StandardPage(
        groups=[Group(titles.get(code) or str(group_title(code)), rows[code]) for code in order if code in rows],
        retired=list(CustomField.objects.filter(retired_at__isnull=False)),
        may_edit=may_edit,
        may_draft=may_draft,
        draft=draft,
        custom_count=len(own),
        field_count=sum(map(len, rows.values())),
    )


def _titles() -> dict[str, str]:
    """Groups that only the policy knows, by its own names."""
    found = version_in_force()
    groups = found.policy.archive.group if found else ()
    return {group.code: group_name(group.code, group.title) for group in groups if group.code not in TITLES}


def _undemanded(each: Field) -> ArchiveField:
    """A field that the product has and the standard asks nothing of."""
    stands: dict[str, Any] = {
        "key": each.key, "title": str(each.label), "group": each.group, "of": each.of, "type": each.type,
        "level": each.level, "allowed": (), "required_for": (), "key_field": False, "computed": not each.editable,
        "update_every": None, "owner": None,
    }  # fmt: skip
    return ArchiveField.model_construct(**stands)


def _edit_url(
    key: str, own: Mapping[str, CustomField], in_draft: Iterable[str], draft: PolicyVersion | None, may_edit: bool
) -> str:
    if key in own:
        return reverse("standard-field", args=[own[key].pk]) if may_edit else ""
    if draft is None or key not in in_draft:
        return ""
    return value_url(draft.pk, *(f"archive.field[{key}].{name}" for name in EDITED))


def _row(demand: ArchiveField, title: str, edit: str, custom: CustomField | None) -> Row:
    labels = {"all": _("every customer"), **grade_labels()}
    allowed = list(demand.allowed)
    words = _(", ").join(_choice_words(demand.key, value) for value in allowed[:ALLOWED_SHOWN])
    return Row(
        key=demand.key,
        title=title,
        type=str(_TYPES.get(demand.type, _("Text") if demand.type != "list" else _("List"))),
        allowed=words + (" …" if len(allowed) > ALLOWED_SHOWN else ""),
        of="" if demand.of == "customer" else str(_OF[demand.of]),
        sensitive=demand.level == FieldLevel.SENSITIVE,
        key_field=demand.key_field,
        computed=demand.computed,
        required=_(", ").join(labels.get(code, code) for code in demand.required_for),
        every=duration_in_words(demand.update_every, language()) if demand.update_every else "",
        owner=role_name(demand.owner) if demand.owner else "",
        edit=edit,
        custom=custom,
    )


def _choice_words(key: str, value: str) -> str:
    field = all_fields().get(key)
    return str(dict(field.choices).get(value, value)) if field else value
