"""The tree of departments."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.kernel.errors import WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation import queries, services
from weixi.organisation.enums import Right
from weixi.organisation.forms import DepartmentForm
from weixi.organisation.requests import Asked, needs


def departments(request: Asked) -> HttpResponse:
    return render(request, "organisation/departments.html", {"tree": queries.department_tree(request.viewer)})


@needs(Right.PEOPLE_MANAGE)
@once_per_form
def new_department(request: Asked) -> HttpResponse:
    parent = request.GET.get("parent", "")
    form = DepartmentForm(request.POST or None, initial={"parent": parent if parent.isdecimal() else None})
    if request.method == "POST" and form.is_valid():
        try:
            services.create_department(viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Saved."), to=reverse("departments"), changed=["departments"])
    return _form(request, form, _("New department"), reverse("department-new"))


@needs(Right.PEOPLE_MANAGE)
def edit_department(request: Asked, pk: int) -> HttpResponse:
    found = queries.get_department_for(request.viewer, pk)
    form = DepartmentForm(request.POST or None, department=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_department(found, viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Saved."), to=reverse("departments"), changed=["departments"])
    return _form(request, form, found.name, reverse("department-edit", args=[pk]))


def _form(request: Asked, form: DepartmentForm, title: str, action: str) -> HttpResponse:
    context = {"form": form, "heading": title, "action": action}
    return render(request, "organisation/form.html", context, status=422 if form.errors else 200)
