"""What the policy contributes."""

from __future__ import annotations

from weixi.kernel.events import registry

registry.register("policy.drafted", "version")
registry.register("policy.changed", "version changes")
registry.register("policy.submitted", "version")
registry.register("policy.taken_back", "version")
registry.register("policy.dropped", "version")
registry.register("policy.approved", "version")
registry.register("policy.returned", "version reason")
registry.register("policy.activated", "version effective_from effective_at")
registry.register("holidays.changed", "year")
