"""Pages of the data standard."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.models import CustomField
from weixi.customers.services.custom_fields import change_field, define_field, restore_field, retire_field
from weixi.customers.standard.forms import CustomFieldForm
from weixi.customers.standard.rows import standard_page
from weixi.kernel.errors import NotFound, WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

CHANGED = ["standard"]


def standard(request: Asked) -> HttpResponse:
    context = {"page": standard_page(request.viewer), "sees_pairs": request.viewer.may(Right.CUSTOMERS_EDIT)}
    return render(request, "customers/standard/page.html", context)


def _field(pk: int) -> CustomField:
    found = CustomField.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such field."))
    return found


@needs(Right.STANDARD_EDIT)
@once_per_form
def new_field(request: Asked) -> HttpResponse:
    form = CustomFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = define_field(viewer=request.viewer, **form.values())
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("The field %(title)s can be filled from now on.") % {"title": made.called}
            return done(request, text, to=reverse("data-standard"), changed=CHANGED)
    return _form(request, form, reverse("standard-field-new"))


@needs(Right.STANDARD_EDIT)
def edit_field(request: Asked, pk: int) -> HttpResponse:
    row = _field(pk)
    form = CustomFieldForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            change_field(row, viewer=request.viewer, version=version, values=form.values())
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Saved."), to=reverse("data-standard"), changed=CHANGED)
    return _form(request, form, reverse("standard-field", args=[pk]), row)


@require_POST
@needs(Right.STANDARD_EDIT)
def retire(request: Asked, pk: int) -> HttpResponse:
    row = retire_field(_field(pk), viewer=request.viewer)
    text = _("%(title)s is retired; its values stay.") % {"title": row.called}
    undo = reverse("standard-field-restore", args=[pk])
    return done(request, text, to=reverse("data-standard"), changed=CHANGED, undo=undo)


@require_POST
@needs(Right.STANDARD_EDIT)
def restore(request: Asked, pk: int) -> HttpResponse:
    row = restore_field(_field(pk), viewer=request.viewer)
    text = _("%(title)s is back with its values.") % {"title": row.called}
    return done(request, text, to=reverse("data-standard"), changed=CHANGED)


def _form(request: Asked, form: CustomFieldForm, action: str, row: CustomField | None = None) -> HttpResponse:
    context = {"form": form, "row": row, "action": action}
    return render(request, "customers/standard/field.html", context, status=422 if form.errors else 200)
