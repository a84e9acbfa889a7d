"""Who may manage whom: nobody enters, changes or disables a person who reaches further than himself."""

from __future__ import annotations

from django.utils.translation import gettext as _

from weixi.kernel.errors import Forbidden
from weixi.organisation.enums import DataScope, Role
from weixi.organisation.models import User
from weixi.organisation.roles.given import given_to
from weixi.organisation.roles.memory import rules_of
from weixi.organisation.scope import Viewer


def may_give(viewer: Viewer, role: str) -> bool:
    """Whether the viewer has every right of this role and reaches as far as it does."""
    if viewer.user is None or viewer.user.role == Role.ADMIN:
        return True
    rules = rules_of(role, viewer.user.rights_mark)
    rights = rules.rights | {each.right for each in given_to(role)}
    return rights <= viewer.user.rights and rules.scope.within(viewer.user.data_scope)


def require_may_give(viewer: Viewer, role: str, scope: str = "") -> None:
    """Nobody makes a person more powerful than himself. Raises Forbidden."""
    if not may_give(viewer, role):
        raise Forbidden(
            _("Only somebody with all rights of the role %(role)s can give it.") % {"role": Role(role).label}
        )
    if scope in DataScope and viewer.user is not None and not DataScope(scope).within(viewer.user.data_scope):
        raise Forbidden(
            _("Nobody gives a wider data scope than his own: %(scope)s.") % {"scope": DataScope(scope).label}
        )


def may_manage(viewer: Viewer, user: User) -> None:
    """Nobody takes over the log-in of a person who may do more or reaches further. Raises Forbidden."""
    require_may_give(viewer, user.role, user.scope)
