from __future__ import annotations

from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    name = "weixi.interactions"
    label = "interactions"
