"""What roles may see and do: all side by side, one as a form, back to what is shipped."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.kernel.editing import Rival, VersionConflict
from weixi.kernel.errors import Conflict, Invalid, NotFound, WeixiError
from weixi.kernel.replies import done
from weixi.organisation.enums import Right, Role
from weixi.organisation.requests import Asked, needs
from weixi.organisation.roles.page import matrix, role_page, settings_of
from weixi.organisation.roles.services import change_role, reset_role


@needs(Right.ROLES_MANAGE)
def roles(request: Asked) -> HttpResponse:
    return render(request, "organisation/roles.html", {"matrix": matrix(request.viewer)})


@needs(Right.ROLES_MANAGE)
def role(request: Asked, role: str) -> HttpResponse:
    _known(role)
    page, refusal = role_page(request.viewer, role), ""
    rivals: tuple[Rival, ...] = ()
    if request.method == "POST":
        typed = settings_of(page, request.POST)
        try:
            change_role(role, typed, viewer=request.viewer, mark=request.POST.get("mark", ""))
        except VersionConflict as moved:
            # What he left as it was takes the other one's value; what he typed stays.
            typed |= {each.field: each.new for each in moved.rivals if typed.get(each.field) == each.old}
            refusal, rivals, page = str(moved), moved.rivals, role_page(request.viewer, role, typed)
        except (Invalid, Conflict) as error:
            refusal, page = str(error), role_page(request.viewer, role, typed)
        else:
            return done(request, _saved(role), to=reverse("role", args=[role]), stay=False)
    context = {"page": page, "refusal": refusal, "rivals": rivals, "itself": request.user.role == role}
    return render(request, "organisation/role.html", context, status=422 if refusal else 200)


@require_POST
@needs(Right.ROLES_MANAGE)
def role_reset(request: Asked, role: str) -> HttpResponse:
    _known(role)
    try:
        reset_role(role, viewer=request.viewer, mark=request.POST.get("mark"))
    except WeixiError as refusal:
        if not isinstance(refusal, Invalid | Conflict):
            raise
        return done(request, str(refusal), to=reverse("role", args=[role]), stay=False)
    return done(request, _saved(role), to=reverse("role", args=[role]), stay=False)


def _known(role: str) -> None:
    if role not in Role.values:
        raise NotFound(_("There is no such role."))


def _saved(role: str) -> str:
    return _("%(role)s: saved; it holds from everybody's next click.") % {"role": Role(role).label}
