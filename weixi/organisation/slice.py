"""What the organisation contributes."""

from __future__ import annotations

from weixi.kernel.events import registry

registry.register("department.created", "name")
registry.register("department.changed", "name")
registry.register("user.created", "username role")
registry.register("user.changed", "changes")
registry.register("user.password_set")
registry.register("user.disabled")
registry.register("user.enabled")
registry.register("token.created", "scopes")
