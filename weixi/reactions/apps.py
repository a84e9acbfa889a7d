from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig

from weixi.kernel import slices


class ReactionsConfig(AppConfig):
    """Stands last in INSTALLED_APPS: every slice's models exist when the registrations are read."""

    name = "weixi.reactions"
    label = "reactions"

    def ready(self) -> None:
        slices.load_all()
        import_module("weixi.reactions.wiring").wire()
