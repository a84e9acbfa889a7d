"""Nobody imports what he could not type: fields his role does not change, and masked text come back (A-11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.access import viewer_access
from weixi.customers.fields import find_field
from weixi.customers.fields.field import Field
from weixi.customers.importing.specs.people import PEOPLE
from weixi.kernel.errors import Forbidden
from weixi.kernel.importing.mapping.spec import KindSpec
from weixi.kernel.masking import NAME_STARS
from weixi.organisation.enums import Access
from weixi.organisation.scope import Viewer

PREFIX = {"customers": "", "contacts": "contact_"}
# Fields of a file that end in a field of another name.
_ENDS = {
    "mobile": "phone", "person_name": "name", "last_name": "name", "first_name": "name", "other_birthday": "birthday",
}  # fmt: skip
# Birthdays of a customer's row are those of whom it names.
_BIRTHDAYS = frozenset({"birthday", "lunar_birthday"})


def key_of(kind: str, name: str) -> str:
    """The catalogue's key of an importer's field; what has no column of its own goes into the remark."""
    if kind not in PREFIX:
        return ""
    if kind == "customers" and name in PEOPLE:
        kind, name = "contacts", PEOPLE[name][1]
    if kind == "customers" and name in _BIRTHDAYS:
        kind, name = "contacts", "birthday"
    known: Field | None = find_field(name if name.startswith("x_") else f"{PREFIX[kind]}{name}")
    if known is not None:
        return known.key
    if kind == "contacts" and name.startswith("customer_"):
        return ""
    return f"{PREFIX[kind]}{_ENDS.get(name, 'remark')}"


def may_import(viewer: Viewer, kind: str, name: str) -> bool:
    """Whether this person could type a value of this field."""
    key = key_of(kind, name)
    return not key or viewer_access(viewer).writes(key)


def check_fields(viewer: Viewer, spec: KindSpec, fields: Sequence[str | None]) -> None:
    """Raises Forbidden naming the columns' fields that this person does not change."""
    wrong = dict.fromkeys(name for name in fields if name is not None and not may_import(viewer, spec.key, name))
    if wrong:
        raise Forbidden(
            _("Your role does not change these fields: %(names)s. Leave their columns out.")
            % {"names": _(", ").join(_(spec.field(name).label) for name in wrong)},
            code="field.forbidden",
        )


def shown_back(viewer: Viewer, kind: str, name: str, value: Any, old: Any) -> bool:
    """True for the masked form of what is stored, as an export shows it to this person: it changes nothing."""
    if not isinstance(value, str) or NAME_STARS not in value or not old:
        return False
    key = key_of(kind, name)
    access = viewer_access(viewer)
    return bool(key) and access.of(key) == Access.MASKED and value == access.present(key, old)


def masked_faults(viewer: Viewer, kind: str, values: dict[str, Any]) -> list[str]:
    """A sentence for every text that is only the mask of a value its sender does not see."""
    starred = [name for name, value in values.items() if isinstance(value, str) and NAME_STARS in value]
    if viewer.user is None or not starred:
        return []
    access = viewer_access(viewer)
    return [
        _("%(field)s: this is only the masked value; leave it blank, or write it in full.")
        % {"field": access.label(key)}
        for name in starred
        if (key := key_of(kind, name)) and access.of(key) == Access.MASKED
    ]
