"""A quick look at a customer beside the list, without his whole page."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from weixi.customers.access import viewer_access
from weixi.customers.access.seen import noted
from weixi.customers.grades import grade_labels
from weixi.customers.queries.people import everybody_at, tag_names
from weixi.customers.queries.timeline import CONTACT, customer_story, page_of_events
from weixi.duties.people import People
from weixi.duties.queries.of_customer import duties_kept
from weixi.kernel import clock
from weixi.organisation.enums import Right
from weixi.organisation.requests import Asked
from weixi.web.acts import act_for
from weixi.web.customer.page import find_customer

# So many of the last contacts, of the people there, and of what waits.
CONTACTS, PEOPLE, WAITING = 4, 3, 3


def look(request: Asked, pk: int) -> HttpResponse:
    """Who they are, what is next, who to call and what was said last. A fixed number of queries."""
    viewer, now = request.viewer, clock.now()
    found = find_customer(viewer, pk)
    company = People.load()
    waiting = duties_kept(viewer, found, now - timedelta(days=1), now, company).waiting
    everybody = everybody_at(found)
    events = page_of_events(found.pk, [CONTACT], "", CONTACTS, Q())
    names = {f"contact:{each.pk}": each.name for each in everybody}
    people = {key: each.name for each in company.by_id.values() for key in (each.actor, each.username)}
    grades = grade_labels()
    ranks = {code: place for place, code in enumerate(grades, 1)}
    access = viewer_access(viewer)
    present = sorted((each for each in everybody if each.removed_at is None), key=lambda each: not each.key_person)
    context = {
        "customer": found,
        "grade_label": grades.get(found.grade, found.grade),
        "grade_rank": ranks.get(found.grade, 9),
        "amount": found.annual_amount if access.reads("annual_amount") else None,
        "waiting": [(line, act_for(line)) for line in waiting[:WAITING]],
        "more_waiting": max(0, len(waiting) - WAITING),
        "people": present[:PEOPLE],
        "tags": [name for (name,) in tag_names(found)],
        "told": customer_story(viewer, events, contacts=names, people=people).lines,
        "list": request.GET.get("list", ""),
        "in_list": "list" in request.GET,
        "may_record": found.archived_at is None and viewer.may(Right.INTERACTIONS_RECORD),
    }
    return noted(render(request, "web/customer/look.html", context), viewer, found.pk)
