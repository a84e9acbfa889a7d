from __future__ import annotations

from django.apps import AppConfig

from weixi.kernel import slices


class WebConfig(AppConfig):
    """Stands last in INSTALLED_APPS: every slice's models exist when the registrations are read."""

    name = "weixi.web"
    label = "web"

    def ready(self) -> None:
        slices.load_all()
