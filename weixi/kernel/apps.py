from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "weixi.kernel"
    label = "kernel"

    def ready(self) -> None:
        # Needs the models that are ready now.
        from weixi.kernel.rows import read_moments_at_once  # noqa: PLC0415

        read_moments_at_once()
        post_migrate.connect(put_up_triggers, sender=self, dispatch_uid="weixi.kernel.triggers")


def put_up_triggers(using: str = "default", **_: Any) -> None:
    """After every migrate: what Django's migrations do not know of, and a table rebuild drops."""
    # Models and what builds on them cannot be imported before the apps are ready.
    from weixi.kernel.events import guard  # noqa: PLC0415
    from weixi.kernel.search import store  # noqa: PLC0415

    connection = connections[using]
    if not {*guard.PROTECTED, "kernel_searchentry"} <= set(connection.introspection.table_names()):
        return
    guard.install(connection)
    store.install(connection)
