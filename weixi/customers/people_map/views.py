"""Saying where a person stands, in the side panel."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers.people_map.forms import PlaceForm
from weixi.customers.people_map.services import place_contact
from weixi.customers.queries import get_contact_for
from weixi.kernel.errors import WeixiError
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs


@needs(Right.CUSTOMERS_EDIT)
def place(request: Asked, pk: int) -> HttpResponse:
    contact = get_contact_for(request.viewer, pk)
    form = PlaceForm(request.POST or None, viewer=request.viewer, contact=contact)
    back = f"{reverse('customer', args=[contact.customer_id])}?tab=people"
    if request.method == "POST" and form.is_valid():
        try:
            place_contact(contact, viewer=request.viewer, version=form.cleaned_data["version"], values=form.values())
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Saved."), to=back, changed=["customer"])
    context = {"form": form, "contact": contact, "back": back, "action": reverse("contact-place", args=[pk])}
    return render(request, "customers/people_map/form.html", context, status=422 if form.errors else 200)
