"""Everything that changes the archive."""

from __future__ import annotations

from weixi.customers.services.contacts import add_contact, change_contact, remove_contact
from weixi.customers.services.customers import (
    archive_customer,
    change_customer,
    create_customer,
    restore_customer,
)
from weixi.customers.services.lifecycle import change_lifecycle
from weixi.customers.services.owners import assign_customers, hand_over, set_co_owner
from weixi.customers.services.tags import retag_customer, tag_customer, untag_customer

__all__ = [
    "add_contact",
    "archive_customer",
    "assign_customers",
    "change_contact",
    "change_customer",
    "change_lifecycle",
    "create_customer",
    "hand_over",
    "remove_contact",
    "restore_customer",
    "retag_customer",
    "set_co_owner",
    "tag_customer",
    "untag_customer",
]
