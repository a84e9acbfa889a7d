"""What may be typed into a field whose data standard lists its values (A-5): one rule for forms, API and import."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from django.utils.translation import gettext as _

from weixi.customers.fields.built_in import CONTACT_PREFIX
from weixi.customers.fields.catalogue import all_fields, find_field
from weixi.customers.fields.field import Field
from weixi.kernel import marks
from weixi.kernel.asked import once
from weixi.policy.queries import version_in_force

Of = Literal["customer", "contact"]
# So many values are named in a refusal.
NAMED = 20


def listed_fields(of: Of = "customer") -> dict[str, Field]:
    """{column: field} of the built-in columns that take only listed values; custom fields are read by their type."""
    version = version_in_force()
    return once(f"listed_fields_{of}", lambda: _listed_fields(version.pk if version else 0, of))


@marks.remembered("policy", "custom_fields")
def _listed_fields(version: int, of: Of) -> dict[str, Field]:
    return {
        field.column: field
        for field in all_fields().values()
        if field.allowed and not field.custom and (field.of == "contact") == (of == "contact")
    }


def listed_field(column: str, of: Of = "customer") -> Field | None:
    """The field of that column, when it takes only listed values."""
    found = find_field(f"{CONTACT_PREFIX}{column}" if of == "contact" else column)
    return found if found is not None and found.allowed and not found.custom else None


def choice_faults(values: Mapping[str, Any], listed: Mapping[str, Field]) -> dict[str, str]:
    """{column: sentence} of the values that are not in the list of their field; empty ones are no fault.

    To be asked of what is *changed*: a value that stood before its list did stays as it is.
    """
    return {
        column: not_listed(listed[column], value)
        for column, value in values.items()
        if column in listed and value not in ("", None) and value not in dict(listed[column].allowed)
    }


def changed_to(changes: Mapping[str, list[Any]]) -> dict[str, Any]:
    """The new values of `{column: [old, new]}`."""
    return {column: pair[1] for column, pair in changes.items()}


def not_listed(field: Field, value: Any) -> str:
    """The sentence for who typed it: which field, what it takes."""
    return _("%(field)s: “%(value)s” is not one of its values (%(allowed)s).") % {
        "field": field.label,
        "value": str(value)[:40],
        "allowed": allowed_words(field),
    }


def allowed_words(field: Field) -> str:
    shown = [str(label) for _value, label in field.allowed]
    return _(", ").join(shown[:NAMED]) + (" …" if len(shown) > NAMED else "")


def meant(field: Field, text: str) -> str:
    """The listed value that a text names, by itself or by its word on screen; else the text as it is."""
    wanted = _plain(text)
    for value, label in field.allowed:
        if wanted in (_plain(value), _plain(label)):
            return str(value)
    return text


def meant_in(values: Mapping[str, Any], listed: Iterable[Field]) -> dict[str, Any]:
    """The values of a file's row, where words stand for listed values."""
    found = dict(values)
    for field in listed:
        if isinstance(text := found.get(field.column), str) and text:
            found[field.column] = meant(field, text)
    return found


def _plain(text: Any) -> str:
    return unicodedata.normalize("NFKC", str(text)).strip().casefold()
