"""What the organisation contributes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from weixi.kernel import scope, slices
from weixi.kernel.events import registry
from weixi.organisation import leaving
from weixi.organisation.enums import Right
from weixi.organisation.scope import viewer_of

scope.register_viewers(viewer_of)
registry.register("department.created", "name")
registry.register("department.changed", "name")
registry.register("user.created", "username role")
registry.register("user.changed", "changes")
registry.register("user.password_set")
registry.register("user.disabled", "successor")
registry.register("user.leaving", "day")
registry.register("user.enabled")
registry.register("factor.set_up")
registry.register("factor.changed")
registry.register("factor.codes_renewed")
registry.register("factor.recovery_used", "left")
registry.register("factor.removed")
registry.register("factor.reset")
registry.register("role.changed", "role changes since mark")
registry.register("token.created", "scopes")
registry.register("token.revoked", "name")

slices.menu_item(
    slices.MenuItem("people", _("People"), "people", "people", 100, right=Right.PEOPLE_MANAGE, group="admin")
)
slices.menu_item(
    slices.MenuItem(
        "departments", _("Departments"), "departments", "departments", 110, right=Right.PEOPLE_MANAGE, group="admin"
    )
)
slices.command(
    slices.Command("person-new", _("New person"), "switch-user", "person-new", _("employee account user"),
                   right=Right.PEOPLE_MANAGE, panel=True, order=140)
)  # fmt: skip
slices.command(slices.Command("my-tokens", _("My API tokens"), "key", "my-tokens", order=230))
slices.menu_item(slices.MenuItem("roles", _("Roles"), "shield", "roles", 105, right=Right.ROLES_MANAGE, group="admin"))
slices.every_minute("leavers", leaving.end_leavers)
