"""People at a customer, and handing one person's customers to another."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from weixi.customers import choices, leaving, services
from weixi.customers.access import present
from weixi.customers.forms import ContactForm, HandOverForm, LeaveForm
from weixi.customers.leaving import holding_of
from weixi.customers.models import Contact, Customer
from weixi.customers.queries import get_contact_for, get_customer_for
from weixi.customers.queries.people import people_with_customers
from weixi.kernel.editing import VersionConflict
from weixi.kernel.errors import WeixiError
from weixi.kernel.keys import key_in
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.passwords import rules
from weixi.organisation.queries import get_person_for
from weixi.organisation.requests import Asked, needs

CHANGED = ["customer", "customers"]


def _form(
    request: Asked, form: ContactForm, customer: Customer, action: str, contact: Contact | None = None
) -> HttpResponse:
    context = {"form": form, "customer": customer, "contact": contact, "action": action}
    return render(request, "customers/contact_form.html", context, status=422 if form.errors else 200)


@needs(Right.CUSTOMERS_EDIT)
@once_per_form
def new_contact(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    form = ContactForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_contact(customer, viewer=request.viewer, **form.values())
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("%(name)s is entered.") % {"name": made.name}
            return done(request, text, to=customer.get_absolute_url(), changed=CHANGED)
    return _form(request, form, customer, reverse("contact-new", args=[pk]))


@needs(Right.CUSTOMERS_EDIT)
def edit_contact(request: Asked, pk: int) -> HttpResponse:
    contact = get_contact_for(request.viewer, pk)
    form = ContactForm(request.POST or None, viewer=request.viewer, contact=contact)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            services.change_contact(contact, viewer=request.viewer, version=version, values=form.values())
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Saved."), to=contact.customer.get_absolute_url(), changed=CHANGED)
    return _form(request, form, contact.customer, reverse("contact-edit", args=[pk]), contact)


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def remove_contact(request: Asked, pk: int) -> HttpResponse:
    contact = get_contact_for(request.viewer, pk)
    try:
        version, reason = key_in(request.POST.get("version", "")), request.POST.get("reason", "")
        services.remove_contact(contact, viewer=request.viewer, reason=reason, version=version)
    except VersionConflict as refusal:
        # The form he is removed from, with what the other one made of it.
        form = ContactForm(request.POST, viewer=request.viewer, contact=contact)
        form.is_valid()
        form.take(refusal)
        return _form(request, form, contact.customer, reverse("contact-edit", args=[pk]), contact)
    name = present(request.viewer, "contact_name", contact.name)
    text = _("%(name)s is removed; what was recorded stays.") % {"name": name}
    return done(request, text, to=contact.customer.get_absolute_url(), changed=CHANGED)


@needs(Right.CUSTOMERS_ASSIGN)
def hand_over(request: Asked) -> HttpResponse:
    """All customers of one person to another (O-3)."""
    form = _hand_over_form(request)
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            count = services.hand_over(given["leaver"], given["to"], viewer=request.viewer, reason=given["reason"])
        except WeixiError as refusal:
            form.take(refusal)
        else:
            # What went over is seen among what the new owner has now.
            to = f"{reverse('customers')}?owner={given['to'].pk}"
            text = ngettext("%(n)d customer given to %(name)s.", "%(n)d customers given to %(name)s.", count)
            return done(request, text % {"n": count, "name": given["to"].name}, to=to, stay=False)
    return render(request, "customers/hand_over.html", {"form": form}, status=422 if form.errors else 200)


@needs(Right.PEOPLE_MANAGE)
def leave(request: Asked, pk: int) -> HttpResponse:
    """Somebody leaves: his access ends, and his customers go to another."""
    person = get_person_for(request.viewer, pk)
    held = holding_of(person)
    form = LeaveForm(
        # A form without any field left is a form that was sent.
        request.POST if request.method == "POST" else None,
        people=choices.people_of(request.viewer).exclude(pk=pk),
        has_customers=held.any,
        may_give=request.viewer.may(Right.CUSTOMERS_ASSIGN),
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            count = leaving.leave(person, viewer=request.viewer, to=given.get("to"), last_day=given.get("last_day"))
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _left(person, count), to=reverse("person", args=[pk]), changed=["people"], stay=False)
    context = {"form": form, "found": person, "held": held, "at_once": rules().leavers_out_at_once}
    return render(request, "customers/leave.html", context, status=422 if form.errors else 200)


def _left(person: User, count: int) -> str:
    if person.is_active and person.last_day:
        said = _("%(name)s leaves after %(day)s.") % {"name": person.name, "day": date_format(person.last_day)}
    else:
        said = _("%(name)s cannot log in any more; sessions and tokens have ended.") % {"name": person.name}
    if count:
        said += " " + ngettext("%(n)d customer handed over.", "%(n)d customers handed over.", count) % {"n": count}
    return said


def _hand_over_form(request: Asked) -> HandOverForm:
    leaver = request.GET.get("from", "")
    return HandOverForm(
        request.POST or None,
        people=choices.people_of(request.viewer),
        leavers=people_with_customers(request.viewer),
        initial={"leaver": int(leaver) if leaver.isdecimal() and len(leaver) < 10 else None},
    )
