"""A few people the tests of this slice and of the shell share, made through the services."""

from __future__ import annotations

from dataclasses import dataclass

from weixi.organisation import services
from weixi.organisation.enums import Role
from weixi.organisation.models import Department, User
from weixi.organisation.scope import system_viewer
from weixi.testing.kept import kept

PASSWORD = "a quiet river at dawn"


@dataclass(frozen=True, slots=True)
class Company:
    root: Department
    service: Department
    admin: User
    manager: User
    lin: User


def found_company() -> Company:
    """An administrator, a service manager and an account manager in two departments; needs an empty database."""
    return kept("company", _found)


def _found() -> Company:
    viewer = system_viewer("test")
    root = services.create_department("Henrun", viewer=viewer)
    service = services.create_department("Service", viewer=viewer, parent=root)
    admin = services.create_user("root", viewer=viewer, name="Admin", role=Role.ADMIN, password=PASSWORD)
    manager = services.create_user(
        "fang", viewer=viewer, name="方志远", role=Role.SERVICE_MANAGER, department=service, password=PASSWORD
    )
    lin = services.create_user(
        "Lin",
        viewer=viewer,
        name="林知夏",
        role=Role.ACCOUNT_MANAGER,
        department=service,
        leader=manager,
        password=PASSWORD,
    )
    return Company(root, service, admin, manager, lin)
