"""People: list, one person, entering, changing, disabling."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from weixi.kernel.errors import WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation import queries, services
from weixi.organisation.enums import Right, Role
from weixi.organisation.factor import services as factor
from weixi.organisation.forms import NewPasswordForm, PersonForm
from weixi.organisation.models import User
from weixi.organisation.requests import Asked, needs

PER_PAGE = 50


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def people(request: Asked) -> HttpResponse:
    asked = request.GET
    rows = queries.people_for(
        request.viewer,
        text=asked.get("q", "").strip()[:60],
        role=asked.get("role", ""),
        department=_number(asked.get("department", "")),
        state=asked.get("state") or "active",
    )
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    context = {"page": page, "roles": Role.choices, "tree": queries.department_tree(request.viewer)}
    return render(request, "organisation/people.html", context)


def person(request: Asked, pk: int) -> HttpResponse:
    found = queries.get_person_for(request.viewer, pk)
    context = {"found": found, "hand_over_url": _hand_over_url(found), "itself": found.pk == request.user.pk}
    return render(request, "organisation/person.html", context)


def _hand_over_url(person: User) -> str:
    """Where a person's customers are given to others; empty while that page does not exist."""
    try:
        return f"{reverse('customers-hand-over')}?from={person.pk}"
    except NoReverseMatch:
        return ""


@sensitive_post_parameters("password")
@needs(Right.PEOPLE_MANAGE)
@once_per_form
def new_person(request: Asked) -> HttpResponse:
    form = PersonForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            created = services.create_user(
                values.pop("username"), viewer=request.viewer, must_change_password=True, **values
            )
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("%(name)s is entered.") % {"name": created.name}
            return done(request, text, to=reverse("people"), changed=["people"])
    return _form(request, form, title=_("New person"), action=reverse("person-new"))


@needs(Right.PEOPLE_MANAGE)
def edit_person(request: Asked, pk: int) -> HttpResponse:
    found = queries.get_person_for(request.viewer, pk)
    form = PersonForm(request.POST or None, viewer=request.viewer, person=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_user(found, viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Saved."), to=reverse("person", args=[pk]), changed=["people"])
    return _form(request, form, title=found.name, action=reverse("person-edit", args=[pk]))


@sensitive_post_parameters("password")
@needs(Right.PEOPLE_MANAGE)
def give_password(request: Asked, pk: int) -> HttpResponse:
    found = queries.get_person_for(request.viewer, pk)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_password(found, form.cleaned_data["password"], viewer=request.viewer, must_change=True)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("%(name)s has a new password and changes it at the next log-in.") % {"name": found.name}
            return done(request, text, to=reverse("person", args=[pk]))
    title = _("New password for %(name)s") % {"name": found.name}
    return _form(request, form, title=title, action=reverse("person-password", args=[pk]))


def _form(request: Asked, form: Any, *, title: str, action: str) -> HttpResponse:
    context = {"form": form, "heading": title, "action": action}
    return render(request, "organisation/form.html", context, status=422 if form.errors else 200)


@require_POST
def reset_factor(request: Asked, pk: int) -> HttpResponse:
    found = queries.get_person_for(request.viewer, pk)
    factor.reset(found, viewer=request.viewer)
    text = _("The second factor of %(name)s is taken away; all sessions have ended.") % {"name": found.name}
    return done(request, text, to=reverse("person", args=[pk]), stay=False)


@require_POST
def enable(request: Asked, pk: int) -> HttpResponse:
    found = queries.get_person_for(request.viewer, pk)
    services.enable_user(found, viewer=request.viewer)
    text = _("%(name)s may log in again.") % {"name": found.name}
    return done(request, text, to=reverse("person", args=[pk]), stay=False)


def pick(request: Asked) -> HttpResponse:
    """Colleagues for a picker."""
    options = [
        {
            "value": each.pk,
            "label": each.name,
            "sub": each.department.name if each.department else each.get_role_display(),
        }
        for each in queries.people_matching(request.GET.get("q", "").strip()[:60])
    ]
    return render(request, "web/components/options.html", {"options": options, "nothing": _("Nobody of that name.")})
