from __future__ import annotations

from django.conf import settings
from django.db import models

from weixi.organisation.enums import Role


class RoleSetting(models.Model):
    """One thing in which a role differs from what is shipped.

    `key` is `scope`, `factor`, `right:orders.edit`, `class:contact` or `field:contact_mobile`; `value` a data
    scope, `yes` or `no`, or an access.
    """

    role = models.CharField(max_length=20, choices=Role.choices)
    key = models.CharField(max_length=80)
    value = models.CharField(max_length=12)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "key"], name="role_setting_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.key}={self.value}"


class RolesState(models.Model):
    """The one row that says which state of all role settings is in force.

    Every person carries the same mark (`User.rights_mark`), so that a request, which reads its person
    anyway, knows without a query of its own whether what the process remembers is still right.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mark = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return self.mark
