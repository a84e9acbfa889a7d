"""One field edited where it stands, and an earlier value put back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers import services
from weixi.customers.cells import Cell, contact_cell, customer_cell
from weixi.customers.forms import FieldForm
from weixi.customers.models import Contact, Customer
from weixi.customers.queries import get_contact_for, get_customer_for
from weixi.customers.services.restore import restore_value
from weixi.kernel.errors import NotFound, WeixiError
from weixi.kernel.events.models import Event
from weixi.kernel.replies import done, is_htmx, trigger
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

CHANGED = ["customer", "customers"]


@needs(Right.CUSTOMERS_EDIT)
def customer_field(request: Asked, pk: int, key: str) -> HttpResponse:
    """GET: the field as an input (`?show=1`: as it reads); POST: save it, answer with how it reads now."""
    found = get_customer_for(request.viewer, pk)
    cell = _known(customer_cell(request.viewer, found, key))

    def save(form: FieldForm) -> Customer:
        return services.change_customer(
            found, viewer=request.viewer, version=form.cleaned_data["version"], whole=False, values=form.values()
        )

    return _edit(request, cell, found.version, save, lambda stored: customer_cell(request.viewer, stored, key), found)


@needs(Right.CUSTOMERS_EDIT)
def contact_field(request: Asked, pk: int, key: str) -> HttpResponse:
    """The same for a person at a customer."""
    found = get_contact_for(request.viewer, pk)
    cell = _known(contact_cell(request.viewer, found, key))

    def save(form: FieldForm) -> Contact:
        return services.change_contact(
            found, viewer=request.viewer, version=form.cleaned_data["version"], whole=False, values=form.values()
        )

    return _edit(
        request, cell, found.version, save, lambda stored: contact_cell(request.viewer, stored, key), found.customer
    )


def _known(cell: Cell | None) -> Cell:
    if cell is None or not cell.editable:
        raise NotFound(_("There is no such field to edit here."), code="field.unknown")
    return cell


def _edit(
    request: Asked, cell: Cell, version: int, save: Any, again: Any, customer: Customer
) -> HttpResponse:  # fmt: skip
    if request.method == "GET" and request.GET.get("show"):
        return render(request, "customers/parts/field_cell.html", {"cell": cell, "may_edit": True})
    form = FieldForm(request.POST or None, cell=cell, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            stored = save(form)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            if not is_htmx(request):
                return done(request, _("Saved."), to=customer.get_absolute_url())
            response = render(
                request, "customers/parts/field_cell.html", {"cell": again(stored), "may_edit": True, "saved": True}
            )
            return _say(response, customer, cell)
    context = {"form": form, "cell": cell, "bound": form[cell.key], "rival": form.rivals.get(cell.key)}
    return render(request, "customers/parts/field_form.html", context, status=422 if form.errors else 200)


def _say(response: HttpResponse, customer: Customer, cell: Cell) -> HttpResponse:
    """A toast with the way back, when something did change."""
    last = Event.objects.filter(subject_type=cell.kind, subject_id=str(cell.pk)).order_by("-seq").first()
    if last is None or last.type != f"{cell.kind}.changed":
        return response
    undo = reverse("customer-put-back", args=[customer.pk, last.id, cell.key])
    detail = {"text": _("%(field)s is saved.") % {"field": cell.label}, "undo": undo}
    return trigger(response, {"wx:toast": detail, "wx:customers": True})


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def put_back(request: Asked, pk: int, event: str, key: str) -> HttpResponse:
    """The value a field had before this change, as a new change."""
    found = get_customer_for(request.viewer, pk)
    changed = restore_value(found, event, key, viewer=request.viewer)
    said = (
        _("Put back; it stands in the history as a new change.") if changed else _("This value stands there already.")
    )
    return done(request, said, to=_history(pk), changed=CHANGED)


def _history(pk: int) -> str:
    return f"{reverse('customer', args=[pk])}?tab=history"
