"""Reads of the archive: viewer first, already scoped."""

from __future__ import annotations

from weixi.customers.queries.find import get_contact_for, get_customer_for, numbers_of, visible_customers

__all__ = ["get_contact_for", "get_customer_for", "numbers_of", "visible_customers"]
