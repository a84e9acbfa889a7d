"""The kinds of import, by key: their fields and the names these go by in other systems.

A field without a column of its own in the archive (`kept`) is written into the remark, never dropped.
"""

from __future__ import annotations

from weixi.customers.importing.specs.contacts import CONTACTS
from weixi.customers.importing.specs.customers import CUSTOMERS
from weixi.customers.importing.specs.interactions import INTERACTIONS
from weixi.customers.importing.specs.need_tags import NEED_TAGS
from weixi.customers.importing.specs.orders import ORDERS
from weixi.kernel.importing.mapping.spec import KindSpec

KINDS: dict[str, KindSpec] = {spec.key: spec for spec in (CUSTOMERS, CONTACTS, ORDERS, INTERACTIONS, NEED_TAGS)}

__all__ = ["CONTACTS", "CUSTOMERS", "INTERACTIONS", "KINDS", "NEED_TAGS", "ORDERS"]
