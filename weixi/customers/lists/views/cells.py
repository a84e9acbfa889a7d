"""One cell of the list, edited where it stands."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers.grades import grade_labels
from weixi.customers.list_page import rows_of_page
from weixi.customers.list_rows import inside
from weixi.customers.lists.columns import Column, readable_columns
from weixi.customers.lists.editing import Editor, editable, editor_of
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.kernel.errors import NotFound, WeixiError
from weixi.kernel.events.models import Event
from weixi.kernel.replies import done, is_htmx, trigger
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs


@needs(Right.CUSTOMERS_EDIT)
def list_cell(request: Asked, pk: int, code: str) -> HttpResponse:
    """GET: the cell as an input (`?show=1`: as it reads); POST: save it, answer with how it reads now."""
    customer = get_customer_for(request.viewer, pk)
    column = readable_columns(request.viewer).get(code)
    if column is None or code not in editable(request.viewer, [column]):
        raise NotFound(_("There is no such field to edit here."), code="field.unknown")
    if request.method == "GET" and request.GET.get("show"):
        return _as_read(request, customer, column)
    editor = editor_of(request.viewer, customer, column.field, request.POST or None)
    if editor is None:
        raise NotFound(_("There is no such field to edit here."), code="field.unknown")
    if request.method == "POST" and editor.form.is_valid():
        try:
            editor.save()
        except WeixiError as refusal:
            editor.form.take(refusal)
        else:
            return _saved(request, customer, column, editor)
    context = {
        "form": editor.form, "bound": editor.form[editor.name], "label": column.label,
        "rival": editor.form.rivals.get(editor.name), "action": reverse("customers-cell", args=[pk, code]),
        "hidden": editor.form.hidden_fields(),
    }  # fmt: skip
    return render(request, "customers/lists/cell_form.html", context, status=422 if editor.form.errors else 200)


def _as_read(request: Asked, customer: Customer, column: Column) -> HttpResponse:
    row = rows_of_page(request.viewer, grade_labels(), (customer,), (column,))[0]
    return HttpResponse(inside(row, column))


def _saved(request: Asked, customer: Customer, column: Column, editor: Editor) -> HttpResponse:
    # Whoever gave it away out of his own scope still learns what came of it.
    stored = Customer.objects.select_related("owner").get(pk=customer.pk)
    if not is_htmx(request):
        return done(request, _("Saved."), to=reverse("customers"))
    response = _as_read(request, stored, column)
    last = Event.objects.filter(subject_type="customer", subject_id=str(customer.pk)).order_by("-seq").first()
    if last is None or (stored.version == customer.version and editor.key != "tags"):
        return response
    undo = reverse("customer-put-back", args=[customer.pk, last.id, editor.key])
    return trigger(response, {"wx:toast": {"text": _("%(field)s is saved.") % {"field": column.label}, "undo": undo}})
