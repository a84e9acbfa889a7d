"""What the access to a field hangs on: its class, and how its value is masked."""

from __future__ import annotations

from dataclasses import dataclass

from weixi.customers.fields.built_in import CONTACT_PREFIX
from weixi.customers.fields.field import Field
from weixi.kernel.masking import Mask
from weixi.organisation.enums import FieldClass

# By column, of customers and contacts alike. What stands nowhere here is hidden altogether when it is masked.
MASKS: dict[str, Mask] = {
    "phone": Mask.PHONE,
    "mobile": Mask.PHONE,
    "other_phone": Mask.PHONE,
    "fax": Mask.PHONE,
    "email": Mask.EMAIL,
    "wechat": Mask.WECHAT,
    "address": Mask.ADDRESS,
    "home_address": Mask.ADDRESS,
    "bank_account": Mask.ACCOUNT,
    "unified_code": Mask.UNIFIED_CODE,
    "legal_representative": Mask.NAME,
    "general_manager": Mask.NAME,
    "payment_handler": Mask.NAME,
    "contact_name": Mask.NAME,
    "birthday": Mask.BIRTHDAY,
}
# How one reaches a customer: a class of its own, whatever the data standard's level, because those who work
# with the customer need it many times a day (docs/decisions/0011).
CONTACT_DETAILS = frozenset({"phone", "mobile", "other_phone", "fax", "email", "wechat"})
# Sensitive also where the data standard says nothing of it.
ALWAYS_SENSITIVE = frozenset({"bank_account"})
# Without these nobody would know which customer it is, whose, and how it stands; what the system keeps by
# itself belongs here too. They are never set apart.
ALWAYS_SEEN = frozenset(
    {
        "id", "number", "name", "short_name", "kind", "owner", "co_owner", "through", "reach", "tags", "lifecycle",
        "grade", "graded_at", "previous_grade", "annual_amount", "last_order_on", "last_contact_at",
        "last_contact_kind", "completeness", "next_due_at", "next_period_due_at", "last_visit_at", "created_at", "changed_at", "archived_at",
        "archive_reason", "merged_into", "version", "contact_id", "contact_customer_id", "contact_created_at",
        "contact_changed_at", "contact_version", "contact_key_person", "contact_decision_maker",
        "contact_birthday_lunar",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Described:
    """A field as far as its access needs to know it. `level` is the data standard's."""

    key: str
    field_class: FieldClass
    level: str
    mask: Mask
    always_seen: bool


def describe(key: str, field: Field | None) -> Described:
    """What the access to a field hangs on; one that the catalogue does not know is ordinary."""
    column = key.removeprefix(CONTACT_PREFIX)
    level = field.level if field else "ordinary"
    if column in CONTACT_DETAILS:
        field_class = FieldClass.CONTACT
    elif level == "sensitive" or column in ALWAYS_SENSITIVE:
        field_class = FieldClass.SENSITIVE
    else:
        field_class = FieldClass.ORDINARY
    return Described(key, field_class, level, MASKS.get(key) or MASKS.get(column, Mask.TEXT), key in ALWAYS_SEEN)
