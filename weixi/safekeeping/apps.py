from __future__ import annotations

from django.apps import AppConfig


class SafekeepingConfig(AppConfig):
    name = "weixi.safekeeping"
    label = "safekeeping"
