"""Working days: the holidays of each year, and the company's own entry of them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import NotFound, WeixiError
from weixi.kernel.replies import done
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked, needs
from weixi.policy import queries, services
from weixi.policy.forms.holidays import HolidayFileForm, YearForm, spans_of, text_of
from weixi.policy.queries.holidays import holiday_year, holiday_years
from weixi.policy.services.holidays import FIRST_YEAR, LAST_YEAR


def years(request: Asked) -> HttpResponse:
    """Per year what is off and what is worked; a year not announced says so."""
    found = queries.version_in_force()
    rows = [(year, spans_of(year.off)) for year in holiday_years(request.viewer, clock.today())]
    context = {
        "rows": rows,
        "calendar": found.policy.calendar if found else None,
        "may_edit": request.viewer.may(Right.POLICY_DRAFT),
    }
    return render(request, "policy/holidays.html", context)


@needs(Right.POLICY_DRAFT)
def edit(request: Asked, year: int) -> HttpResponse:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound(_("Years from %(first)d to %(last)d can be entered.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    found = holiday_year(request.viewer, year)
    start = {
        "holidays": text_of(found.off),
        "working_days": text_of(found.working),
        "seen": services.year_mark(found.row),
    }
    form = YearForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_holiday_year(year, viewer=request.viewer, **form.cleaned_data)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            text = _("The working days of %(year)d are saved; due times on the working clock are computed again.")
            return done(request, text % {"year": year}, to=reverse("holiday-years"), changed=["holidays"])
    context = {"form": form, "year": found, "action": reverse("holiday-year", args=[year])}
    return render(request, "policy/holiday_year.html", context, status=422 if form.errors else 200)


@needs(Right.POLICY_DRAFT)
def upload(request: Asked) -> HttpResponse:
    """The announced days of one or more years as a file; taken as a whole or not at all."""
    form = HolidayFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_holiday_years(form.cleaned_data["file"], viewer=request.viewer)
        except WeixiError as refusal:
            form.take(refusal)
        else:
            names = "、".join(str(row.year) for row in saved)
            text = _("The working days of %(years)s are saved; due times on the working clock are computed again.")
            return done(request, text % {"years": names}, to=reverse("holiday-years"), stay=False)
    return render(request, "policy/holiday_file.html", {"form": form}, status=422 if form.errors else 200)
