"""Founds, in the `WEIXI_HOME` of its process, the company that is attacked: the world of tests/security with real passwords.

`python -m tests.served.found found FILE` makes it and leaves in FILE what the tests must know; `helper` is the worker on call: for a
line `jobs` it does what waits in the queue, for `tick` it lets time go on, and says so.
"""

from __future__ import annotations

import os
import pickle
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

SECRET = "wxforeign"
# So many more customers the specialist has: a hundred own ones for what is done to many at once.
MORE = 97
SCOPED = ("read", "write", "export")


def found(target: Path) -> None:
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from tests.security.world import ROLES, make_world
    from tests.served.house import Known
    from weixi.project.commands.installation import migrate

    migrate()
    # Everybody has the same password: made once, it costs what one log-in costs.
    hashed = mock.patch("django.contrib.auth.base_user.make_password", cache(make_password))
    with hashed, transaction.atomic():
        world = make_world()
        _mark_the_foreign(world)
        _many_own(world)
        for role in ROLES:
            world.token(role)
        for role in ("specialist", "admin"):
            for scope in SCOPED:
                world.token(role, scope)
        known = Known(world, {role: _asked(world, role) for role in (None, *ROLES)}, _leaver(world))
    target.write_bytes(pickle.dumps(known))


def _mark_the_foreign(world: Any) -> None:
    """A word of its own in every text of what belongs to the other team: wherever it turns up, something has leaked."""
    from tests.security.test_hidden_fields import canaries
    from tests.security.world import SYSTEM
    from weixi.customers.models import Contact, Customer
    from weixi.customers.services import change_contact, change_customer
    from weixi.interactions.services import record_interaction

    words = {key: text.replace("canary", SECRET) for key, text in canaries().items()}
    customer = Customer.objects.get(pk=world.objects["customer"]["outsider"])
    contact = Contact.objects.get(pk=world.objects["contact"]["outsider"])
    ours = {key: text for key, text in words.items() if not key.startswith("contact_") and key != "unified_code"}
    change_customer(customer, viewer=SYSTEM, values={**ours, "name": f"{SECRET}有限公司"})
    theirs = {key.removeprefix("contact_"): text for key, text in words.items() if key.startswith("contact_")}
    change_contact(contact, viewer=SYSTEM, values={**theirs, "name": f"{SECRET}师傅"})
    viewer = world.cast.viewer("outsider")
    customer.refresh_from_db()
    contact.refresh_from_db()
    record_interaction(customer, viewer=viewer, kind="visit", content=f"{SECRET}谈话", need=SECRET, contact=contact)


def _many_own(world: Any) -> None:
    from tests.security.world import SYSTEM
    from weixi.customers.services import create_customer

    for number in range(MORE):
        create_customer(
            viewer=SYSTEM, name=f"自有{number}号工厂", number=f"OWN-{number}", owner=world.person("specialist")
        )


def _leaver(world: Any) -> str:
    """Somebody to be disabled and changed, so that the cast stays as it is; his log-in name."""
    from tests.security.world import SYSTEM
    from weixi.organisation.services import create_user
    from weixi.testing.cast import PASSWORD

    create_user("jiang", viewer=SYSTEM, name="江南", role="supervisor", password=PASSWORD, email="jiang@example.com",
                department=world.person("supervisor").department, leader=world.person("service_manager"))  # fmt: skip
    return "jiang"


def _asked(world: Any, role: str | None) -> list[Any]:
    """Every line of the matrix for this person with each way of standing to objects, and what is right for it."""
    from tests.security.matrix import asking, test_operations, test_pages
    from tests.security.matrix.pages import PAGES
    from tests.served.house import Asked

    nothing = world.shared["nothing"]
    lines = [(each, asking.of_page, False) for each in test_pages.cases(PAGES, role)]
    lines += [(each, asking.of_operation, True) for each in test_operations.cases(role)]
    made = []
    for (route, owner), question, program in lines:
        arguments = route.arguments(world, owner)
        missing = {name: nothing if kind[0] not in "@=" else arguments[name] for name, kind in route.args}
        made.append(
            Asked(
                route.name, owner, program, question(world, route, owner), question(world, route, owner, missing),
                frozenset(route.expected(world, role, owner)), bool(route.kinds),
            )
        )  # fmt: skip
    return made


def helper() -> None:
    from weixi.duties.services.tick import tick
    from weixi.kernel.jobs.services import run_pending

    does: dict[str, Any] = {"jobs": run_pending, "tick": tick}
    for line in sys.stdin:
        does[line.strip()]()
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.project.settings")
    django.setup()
    helper() if sys.argv[1] == "helper" else found(Path(sys.argv[2]))
