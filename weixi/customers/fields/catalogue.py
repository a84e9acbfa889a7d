"""Every field there is now. The built-in ones follow the policy in force, the custom ones their rows."""

from __future__ import annotations

from dataclasses import replace

from weixi.customers import upstream
from weixi.customers.enums import Reach
from weixi.customers.fields.built_in import built_in_fields
from weixi.customers.fields.custom import demand_of, describe
from weixi.customers.fields.field import Field
from weixi.customers.models import CustomField
from weixi.kernel import marks
from weixi.kernel.asked import once
from weixi.kernel.errors import NotFound
from weixi.policy.document.archive import ArchiveField
from weixi.policy.queries import policy_in_force, version_in_force

# A row per field, retired ones too.
marks.register(
    "custom_fields",
    f"SELECT id, CAST(version AS TEXT), changed_at, code, retired_at FROM {CustomField._meta.db_table}",  # noqa: S608
)


def custom_fields() -> tuple[CustomField, ...]:
    """The custom fields that are not retired, in order; no query while they are what they were."""
    return _custom_fields()


@marks.remembered("custom_fields")
def _custom_fields() -> tuple[CustomField, ...]:
    return tuple(CustomField.objects.filter(retired_at=None))


def policy_fields() -> tuple[ArchiveField, ...]:
    """What the policy in force demands of built-in fields; nothing before the first policy."""
    try:
        return policy_in_force().archive.field
    except NotFound:
        return ()


def standard_fields() -> tuple[ArchiveField, ...]:
    """The data standard that holds (A-5): the policy's fields and the company's own. Completeness, forms,
    quality, import and API all ask here."""
    return (*policy_fields(), *map(demand_of, custom_fields()))


def all_fields() -> dict[str, Field]:
    """Every field by its key: of customers, then of contacts, custom ones behind the built-in."""
    version = version_in_force()
    return once("field_catalogue", lambda: _all_fields(version.pk if version else 0))


@marks.remembered("policy", "custom_fields")
def _all_fields(version: int) -> dict[str, Field]:
    built_in = built_in_fields(policy_fields())
    found = {field.key: field for field in (*built_in, *map(describe, custom_fields()))}
    if not upstream.are_kept():
        found["reach"] = replace(found["reach"], narrowed=(Reach.DIRECT.value,))
    return found


def customer_fields() -> tuple[Field, ...]:
    """The fields of customers, companies and persons."""
    return tuple(field for field in all_fields().values() if field.of != "contact")


def contact_fields() -> tuple[Field, ...]:
    """The fields of a person at a customer."""
    return tuple(field for field in all_fields().values() if field.of == "contact")


def find_field(key: str) -> Field | None:
    """The field of that key, or None: for keys that come from outside."""
    return all_fields().get(key)


def field_of(key: str) -> Field:
    """The field of that key; a retired custom field is found too, so that history and old views can name it.

    Raises KeyError for a key that nothing ever had.
    """
    found = find_field(key)
    if found is None and key.startswith("x_"):
        row = CustomField.objects.filter(code=key[2:]).first()
        found = describe(row) if row else None
    if found is None:
        raise KeyError(key)
    return found
