"""Masked values in full, and who saw a customer's data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from weixi.customers.access.deciding import label_of_key
from weixi.customers.access.revealing import LONGEST_REASON, reveal, reveal_rules
from weixi.customers.access.seen import access_log, keeps_views
from weixi.customers.access.who import company, fields_seen, reason, who_sees
from weixi.customers.fields import field_of, words
from weixi.customers.models import Contact, Customer
from weixi.customers.queries import get_contact_for, get_customer_for
from weixi.kernel.errors import WeixiError
from weixi.kernel.replies import is_fragment, is_htmx
from weixi.organisation.enums import Right
from weixi.organisation.forms import RefusableForm
from weixi.organisation.requests import Asked, needs


class RevealForm(RefusableForm):
    """Which field, and what for."""

    field = forms.CharField(max_length=80, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("What do you need it for?"), max_length=LONGEST_REASON, required=False)


@needs(Right.PERSONAL_REVEAL)
def customer_reveal(request: Asked, pk: int) -> HttpResponse:
    return _reveal(request, get_customer_for(request.viewer, pk))


@needs(Right.PERSONAL_REVEAL)
def contact_reveal(request: Asked, pk: int) -> HttpResponse:
    return _reveal(request, get_contact_for(request.viewer, pk))


def _reveal(request: Asked, record: Customer | Contact) -> HttpResponse:
    """A POST gives the value, in the place of the masked one or on a page; a GET asks what for."""
    posted = request.method == "POST"
    form = RevealForm(request.POST if posted else None, initial={"field": request.GET.get("field", "")[:80]})
    form.fields["reason"].required = reveal_rules().reveal_reason_needed
    key = str(form["field"].value() or "")[:80]
    context: dict[str, Any] = {
        "form": form,
        "record": record,
        "customer": record.customer if isinstance(record, Contact) else record,
        "key": key,
        "label": label_of_key(key),
        "action": request.path,
    }
    if posted and form.is_valid():
        try:
            value = reveal(request.viewer, record, key, reason=form.cleaned_data["reason"])
        except WeixiError as refusal:
            if not refusal.fields:
                raise
            form.take(refusal)
        else:
            in_place = is_htmx(request) and not is_fragment(request)
            template = "customers/access/value.html" if in_place else "customers/access/reveal.html"
            return render(request, template, {**context, "value": words(field_of(key), value), "shown": True})
    return render(request, "customers/access/reveal.html", context, status=422 if form.errors else 200)


@needs(Right.AUDIT_VIEW)
def customer_access(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    found = access_log(request.viewer, customer, before=_moment(request.GET.get("before", "")))
    return render(
        request,
        "customers/access/log.html",
        {
            "customer": customer,
            "log": found,
            "kept": keeps_views(),
            "may_ask_who": request.viewer.may(Right.ROLES_MANAGE),
        },
    )


@needs(Right.ROLES_MANAGE)
def who(request: Asked) -> HttpResponse:
    """Choose a customer, a person, or both."""
    viewer, asked = request.viewer, request.GET
    pk, person_pk = _number(asked.get("customer", "")), _number(asked.get("person", ""))
    customer = get_customer_for(viewer, pk) if pk else None
    people = company()
    person = next((each for each in people if each.pk == person_pk), None)
    context = {
        "customer": customer,
        "person_asked": person,
        "people": people,
        "seen": who_sees(viewer, customer) if customer and not person else None,
        "why": reason(person, customer, {each.pk: each for each in people}) if person and customer else "",
        "fields": fields_seen(viewer, person, customer) if person else None,
    }
    return render(request, "customers/access/who.html", context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else 0


def _moment(text: str) -> datetime | None:
    """A mark of the page before; a foreign one begins anew."""
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return None if timezone.is_naive(moment) else moment
