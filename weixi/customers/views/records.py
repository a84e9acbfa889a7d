"""Entering and changing one customer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers import choices, services
from weixi.customers.access.seen import noted
from weixi.customers.duplicates.queries import alike
from weixi.customers.enums import CustomerKind
from weixi.customers.forms import (
    CO_OWNER_SEES,
    CoOwnerForm,
    CustomerForm,
    KnownChangeForm,
    LifecycleForm,
    OwnerForm,
    PutAwayForm,
)
from weixi.customers.grades import owners_wanted, partner_wanted
from weixi.customers.matching.records import record_of
from weixi.customers.models import Customer
from weixi.customers.queries import get_customer_for
from weixi.customers.services.changes import record_known_change
from weixi.kernel.errors import Invalid, NotFound, WeixiError
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs

CHANGED = ["customer", "customers"]


def similar(request: Asked) -> HttpResponse:
    """Customers that may be the one being typed: by name, telephone, e-mail and legal number."""
    given = {name: request.GET.get(name, "")[:200] for name in ("name", "short_name", "phone", "email", "unified_code")}
    leaving_out = request.GET.get("not", "")
    record = record_of(
        int(leaving_out) if leaving_out.isdecimal() and len(leaving_out) < 19 else 0,
        is_person=request.GET.get("kind") == CustomerKind.PERSON,
        name=given["name"],
        short_name=given["short_name"],
        phones=[given["phone"]],
        emails=[given["email"]],
        code=given["unified_code"],
        address=request.GET.get("address", "")[:200],
        city=request.GET.get("city", "")[:60],
    )
    found = alike(request.viewer, record, given["name"])
    return render(request, "customers/parts/similar.html", {"found": found})


@needs(Right.CUSTOMERS_EDIT)
@once_per_form
def new_customer(request: Asked) -> HttpResponse:
    people = choices.people_of(request.viewer) if request.viewer.may(Right.CUSTOMERS_ASSIGN) else ()
    form = CustomerForm(request.POST or None, viewer=request.viewer, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_customer(viewer=request.viewer, **_new_values(request, form))
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(
                request, _("%(name)s is entered.") % {"name": made.name}, to=made.get_absolute_url(), stay=False
            )
    return _form(request, form, title=_("New customer"), action=reverse("customer-new"))


def _new_values(request: Asked, form: CustomerForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        **form.values(),
        "through": _through(request, form),
        "number": given.get("number", ""),
        "lifecycle": given.get("lifecycle"),
        "owner": given.get("owner"),
        "tags": form.tag_names(),
    }


def _through(request: Asked, form: CustomerForm) -> Customer | None:
    """The customer that this one is reached through, from the viewer's own scope."""
    pk = form.cleaned_data.get("through")
    if form.cleaned_data.get("reach") != "indirect" or not pk:
        return None
    if form.customer and form.customer.through_id == pk:
        return form.customer.through
    try:
        return get_customer_for(request.viewer, pk)
    except NotFound as error:
        raise Invalid(str(error), fields={"through": str(error)}) from None


@needs(Right.CUSTOMERS_EDIT)
def edit_customer(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    form = CustomerForm(request.POST or None, viewer=request.viewer, customer=customer)
    if request.method == "POST" and form.is_valid():
        try:
            values = {**form.values(), "through": _through(request, form)}
            services.change_customer(
                customer, viewer=request.viewer, version=form.cleaned_data["version"], values=values
            )
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Saved."), to=customer.get_absolute_url(), changed=CHANGED)
    return _form(request, form, title=customer.name, action=reverse("customer-edit", args=[pk]), customer=customer)


def _form(request: Asked, form: CustomerForm, *, customer: Customer | None = None, **more: Any) -> HttpResponse:
    through = _chosen(request, form, customer)
    context = {"form": form, "customer": customer, "through": through, **more}
    response = render(request, "customers/form.html", context, status=422 if form.errors else 200)
    # The form shows the whole record.
    return noted(response, request.viewer, customer.pk) if customer else response


def _chosen(request: Asked, form: CustomerForm, customer: Customer | None) -> Customer | None:
    """The customer standing in the picker, with its name."""
    if "through" not in form.fields:
        return None
    pk = form["through"].value()
    if customer and customer.through and str(pk) == str(customer.through_id):
        return customer.through
    try:
        return get_customer_for(request.viewer, int(pk)) if str(pk or "").isdecimal() and len(str(pk)) < 19 else None
    except NotFound:
        return None


# --- small acts -------------------------------------------------------------------------------------


def _act(request: Asked, form: Any, *, title: str, url_name: str, customer: Customer, button: str) -> HttpResponse:
    context = {
        "form": form, "title": title, "action": reverse(url_name, args=[customer.pk]), "customer": customer, "button": button,
    }  # fmt: skip
    return render(request, "customers/act.html", context, status=422 if form.errors else 200)


@needs(Right.CUSTOMERS_ARCHIVE)
def archive(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    form = PutAwayForm(request.POST or None, initial={"version": customer.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.archive_customer(customer, viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("%(name)s is put away.") % {"name": customer.name}
            undo = reverse("customer-restore", args=[pk])
            return done(request, text, to=reverse("customers"), undo=undo, changed=CHANGED, stay=False)
    return _act(
        request, form, title=_("Put away"), url_name="customer-archive", customer=customer, button=_("Put away")
    )


@require_POST
@needs(Right.CUSTOMERS_ARCHIVE)
def restore(request: Asked, pk: int) -> HttpResponse:
    customer = services.restore_customer(get_customer_for(request.viewer, pk), viewer=request.viewer)
    return done(
        request,
        _("%(name)s is back.") % {"name": customer.name},
        to=customer.get_absolute_url(),
        changed=CHANGED,
        stay=False,
    )


@needs(Right.CUSTOMERS_EDIT)
def lifecycle(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    form = LifecycleForm(request.POST or None, initial={"lifecycle": customer.lifecycle, "version": customer.version})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_lifecycle(customer, viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Saved."), to=customer.get_absolute_url(), changed=CHANGED)
    title = _("Change the lifecycle stage")
    return _act(request, form, title=title, url_name="customer-lifecycle", customer=customer, button=_("Save"))


@needs(Right.CUSTOMERS_ASSIGN)
def owner(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    people = choices.people_of(request.viewer)
    form = OwnerForm(
        request.POST or None, people=people, initial={"owner": customer.owner_id, "version": customer.version}
    )
    if wanted := owners_wanted(customer.grade):
        form.fields["owner"].help_text = _("The policy gives customers of this grade to: %(wanted)s.") % {
            "wanted": wanted
        }
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        person = given.pop("owner")
        try:
            services.assign_customers([pk], person, viewer=request.viewer, **given)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("%(name)s looks after it now.") % {"name": person.name}
            return done(request, text, to=customer.get_absolute_url(), changed=CHANGED)
    title = _("Change the owner")
    return _act(request, form, title=title, url_name="customer-owner", customer=customer, button=_("Hand over"))


@needs(Right.CUSTOMERS_ASSIGN)
def co_owner(request: Asked, pk: int) -> HttpResponse:
    """Name, change or end the second owner."""
    customer = get_customer_for(request.viewer, pk)
    people = choices.people_of(request.viewer).exclude(pk=customer.owner_id or 0)
    form = CoOwnerForm(
        request.POST or None, people=people, initial={"co_owner": customer.co_owner_id, "version": customer.version}
    )
    if wanted := partner_wanted(customer.grade, customer.owner, None):
        form.fields["co_owner"].help_text = " ".join(
            [_("Beside the owner the policy asks for: %(wanted)s.") % {"wanted": wanted}, str(CO_OWNER_SEES)]
        )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        person = given.pop("co_owner")
        try:
            services.set_co_owner(customer, person, viewer=request.viewer, **given)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("%(name)s looks after it too.") % {"name": person.name} if person else _("No second owner now.")
            return done(request, text, to=customer.get_absolute_url(), changed=CHANGED)
    return _act(
        request, form, title=_("Second owner"), url_name="customer-co-owner", customer=customer, button=_("Save")
    )


@needs(Right.CUSTOMERS_EDIT)
def known_change(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    form = KnownChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_known_change(customer, viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("Noted. Enter it in the archive in time.")
            return done(request, text, to=customer.get_absolute_url(), changed=CHANGED)
    title = _("A change became known")
    return _act(request, form, title=title, url_name="customer-known-change", customer=customer, button=_("Note it"))


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def tag(request: Asked, pk: int) -> HttpResponse:
    """Add or take off a tag beside the archive; answers with the tags as they are now."""
    customer = get_customer_for(request.viewer, pk)
    if name := request.POST.get("remove"):
        services.untag_customer(customer, name, viewer=request.viewer)
    elif name := (request.POST.get("listed") or request.POST.get("tag", "")).strip():
        services.tag_customer(customer, [name], viewer=request.viewer)
    if request.headers.get("HX-Request") != "true":
        return done(request, _("Saved."), to=customer.get_absolute_url())
    tags = customer.tagged.order_by("tag__name").values_list("tag__name", flat=True)
    return render(request, "customers/parts/tags.html", {"customer": customer, "tags": tags, "may_edit": True})
