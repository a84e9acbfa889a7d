"""Direct and indirect customers: who is indirect is reached through another customer and linked to it.

The rules of the policy bind both. A company that keeps direct customers only says so (`[archive] indirect_customers`):
then nobody is made indirect any more, and those there are stay until they are changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, IntegerField, QuerySet
from django.db.models.lookups import IsNull
from django.utils.translation import gettext as _

from weixi.customers.enums import Reach
from weixi.customers.models import Customer
from weixi.kernel.literal import among
from weixi.kernel.walked import Walked
from weixi.organisation.scope import Viewer
from weixi.policy.queries import version_in_force


def are_kept() -> bool:
    """Whether the company keeps indirect customers, by the policy in force."""
    version = version_in_force()
    return version is None or version.policy.archive.indirect_customers


def settled(values: dict[str, Any]) -> dict[str, Any]:
    """The values with both columns in step: who is linked to another is indirect, who is direct is linked to nobody.
    Where neither is given they are the very same."""
    if values.get("through") and "reach" not in values:
        return {**values, "reach": Reach.INDIRECT.value}
    if values.get("reach") == Reach.DIRECT:
        return {**values, "through": None}
    return values


def unlinked() -> QuerySet[Customer]:
    """Indirect customers of whom nobody has said through whom they are reached (an import may bring such). Uses index:
    customer_indirect."""
    nobody = IsNull(Walked(F("through_id"), output_field=IntegerField()), True)
    return Customer.objects.filter(among("reach", [Reach.INDIRECT]), nobody, archived_at=None)


def count_unlinked(viewer: Viewer) -> int:
    """How many of them the viewer sees."""
    rows = unlinked()
    return (rows if viewer.sees_all else rows.filter(viewer.owned())).count()


def missing_link(changed: Mapping[str, Any], reach: str, through: int | None) -> dict[str, str]:
    """The fault of one who is made indirect by hand without saying through whom; `reach` and `through` are those he
    would have."""
    if not {"reach", "through"} & changed.keys() or reach != Reach.INDIRECT or through:
        return {}
    return {"through": _("Choose the customer it is reached through.")}
