"""重要日子: the days a customer and its people have, those that return and those that come once (C-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weixi.customers.access import present
from weixi.customers.models import Contact, Customer, Occasion
from weixi.customers.occasions import services
from weixi.customers.occasions.rules import kind_titles
from weixi.customers.queries import get_customer_for
from weixi.duties.engine.returning import Returning, read_anniversary, read_birthday
from weixi.kernel import clock
from weixi.kernel.errors import WeixiError
from weixi.kernel.keys import key_in
from weixi.kernel.once.forms import once_per_form
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.web.forms.occasions import OccasionForm

CHANGED = ["occasions", "customer", "timeline", "duties"]
YEAR = timedelta(days=366)
# Days of the past that are still told, and how many days in all.
PAST, SHOWN = timedelta(days=30), 10


@dataclass(frozen=True, slots=True)
class Day:
    """`occasion` is there for one that comes once and can be changed."""

    day: date
    what: str
    icon: str
    occasion: Occasion | None = None

    @property
    def past(self) -> bool:
        return self.day < clock.today()


@needs(Right.CUSTOMERS_EDIT)
@once_per_form
def new(request: Asked, pk: int) -> HttpResponse:
    customer = get_customer_for(request.viewer, pk)
    form = OccasionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("kind", "day", *services.TEXTS)}
        try:
            services.add_occasion(customer, viewer=request.viewer, **values)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Noted."), to=customer.get_absolute_url(), changed=CHANGED)
    return _form(request, form, customer, reverse("occasion-new", args=[pk]), _("A day of the customer's"))


@needs(Right.CUSTOMERS_EDIT)
def edit(request: Asked, pk: int) -> HttpResponse:
    occasion = services.get_occasion_for(request.viewer, pk)
    names = ("kind", "day", "version", *services.TEXTS)
    form = OccasionForm(request.POST or None, initial={name: getattr(occasion, name) for name in names})
    customer = occasion.customer
    if request.method == "POST" and form.is_valid():
        try:
            services.change_occasion(pk, viewer=request.viewer, **{name: form.cleaned_data[name] for name in names})
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, _("Saved."), to=customer.get_absolute_url(), changed=CHANGED)
    return _form(request, form, customer, reverse("occasion-edit", args=[pk]), _("A day of the customer's"))


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def remove(request: Asked, pk: int) -> HttpResponse:
    gone = services.remove_occasion(pk, viewer=request.viewer, version=key_in(request.POST.get("version", "")))
    back = reverse("occasion-restore", args=[pk])
    return done(request, _("Taken out."), to=gone.customer.get_absolute_url(), undo=back, changed=CHANGED)


@require_POST
@needs(Right.CUSTOMERS_EDIT)
def restore(request: Asked, pk: int) -> HttpResponse:
    back = services.restore_occasion(pk, viewer=request.viewer)
    return done(request, _("It is back."), to=back.customer.get_absolute_url(), changed=CHANGED)


def _form(request: Asked, form: OccasionForm, customer: Customer, action: str, title: str) -> HttpResponse:
    context = {"form": form, "customer": customer, "title": title, "button": _("Save"), "action": action}
    return render(request, "customers/act.html", context, status=422 if form.errors else 200)


def days_of(viewer: Any, customer: Customer) -> list[Day]:
    """The days of the coming year and those just past, in order. Two queries."""
    today, titles = clock.today(), kind_titles()
    found = [
        Day(row.day, row.title or titles.get(row.kind, row.kind), "flag", row)
        for row in Occasion.objects.filter(customer=customer, removed_at=None, day__gte=today - PAST)
    ]
    for text, what in (
        (customer.founded_on, _("Founding day")),
        (customer.cooperation_since, _("Anniversary with us")),
    ):
        if day := _next(read_anniversary(text), today):
            found.append(Day(day, what, "gift"))
    for person in Contact.objects.filter(customer=customer, removed_at=None, key_person=True).exclude(birthday=""):
        if day := _next(read_birthday(person.birthday, person.birthday_lunar), today):
            name = present(viewer, "contact_name", person.name)
            found.append(Day(day, _("Birthday: %(name)s") % {"name": name}, "cake"))
    return sorted(found, key=lambda each: (each.day, each.what))[:SHOWN]


def _next(returning: Returning | None, today: date) -> date | None:
    return next(returning.between(today, today + YEAR), None) if returning else None


def days_panel(viewer: Any, customer: Customer) -> Mapping[str, Any] | None:
    may_edit = viewer.may(Right.CUSTOMERS_EDIT) and bool(kind_titles()) and customer.archived_at is None
    days = days_of(viewer, customer)
    return {"customer": customer, "days": days, "may_edit": may_edit} if days or may_edit else None
