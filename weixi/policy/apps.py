from __future__ import annotations

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "weixi.policy"
    label = "policy"
