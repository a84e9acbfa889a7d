"""Who the token stands for."""

from __future__ import annotations

from django.utils.translation import gettext_noop
from ninja import Router

from weixi.kernel.api.answers import read
from weixi.kernel.api.values import Given
from weixi.organisation.requests import Asked

router = Router(tags=["me"])


class Me(Given):
    """The person, and what he may see and do."""

    id: int
    username: str
    name: str
    role: str
    department: str | None
    data_scope: str
    rights: list[str]
    language: str


@router.get("/me", summary=gettext_noop("Who this token stands for"), **read(Me))
def me(request: Asked) -> Me:
    user = request.user
    return Me(
        id=user.pk,
        username=user.username,
        name=user.name,
        role=user.role,
        department=user.department.name if user.department else None,
        data_scope=user.data_scope.value,
        rights=sorted(right.value for right in user.rights),
        language=user.language,
    )
