"""The closed list of roles that a policy may name. Plain text values, free of the web framework, so that
the policy model and the duty engine can be used on files alone."""

from __future__ import annotations

from enum import StrEnum


class RoleName(StrEnum):
    """A role of the vocabulary; other names in the company's papers are aliases of these."""

    DIRECTOR = "director"
    SERVICE_MANAGER = "service_manager"
    SUPERVISOR = "supervisor"
    SPECIALIST = "specialist"
    ACCOUNT_MANAGER = "account_manager"
    SALES = "sales"
    SALES_MANAGER = "sales_manager"
    MARKETING = "marketing"
    DATA_STEWARD = "data_steward"
    AFTER_SALES = "after_sales"
    EXECUTIVE = "executive"
    DEPARTMENT_MEMBER = "department_member"
    ADMIN = "admin"


ROLE_NAMES: frozenset[str] = frozenset(role.value for role in RoleName)
