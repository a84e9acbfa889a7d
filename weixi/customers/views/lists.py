"""The list of customers: the page, its counts, columns, pickers, and acts on many."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weixi.customers import choices, list_page
from weixi.customers.lists.address import columns_of, read_place
from weixi.customers.queries.listing import count_customers
from weixi.organisation.requests import Asked


def customers(request: Asked) -> HttpResponse:
    place = read_place(request.viewer, request.GET)
    page = list_page.build_list(request.viewer, place, columns_of(request.viewer, place))
    context = {
        "page": page,
        "choices": choices.list_choices(request.viewer),
        "kept": [pair for pair in place.query.lists() if pair[0] not in {"q", "after", "before", "page"}],
    }
    return render(request, "customers/list.html", context)


def counts(request: Asked) -> HttpResponse:
    """The tabs with their counts, asked for once the page stands."""
    tabs = list_page.tabs_with_counts(request.viewer, read_place(request.viewer, request.GET))
    return render(request, "customers/parts/tabs.html", {"tabs": tabs})


def count(request: Asked) -> HttpResponse:
    """How many match the filters of an address."""
    ask, _grades = list_page.read_ask(request.viewer, read_place(request.viewer, request.GET).query)
    return render(
        request, "customers/parts/count.html", {"count": count_customers(request.viewer, ask), "filtered": True}
    )


def pick(request: Asked) -> HttpResponse:
    """Customers for a picker."""
    options = choices.customer_options(request.viewer, request.GET.get("q", ""))
    return render(request, "web/components/options.html", {"options": options})


def pick_contact(request: Asked) -> HttpResponse:
    """People at one customer for a picker."""
    options = choices.contact_options(request.viewer, request.GET.get("customer", ""), request.GET.get("q", ""))
    nothing = _("Choose the customer first, or add its people on its page.")
    return render(request, "web/components/options.html", {"options": options, "nothing": nothing})


def pick_tag(request: Asked) -> HttpResponse:
    """Tags for a picker."""
    options = choices.tag_options(request.viewer, request.GET.get("q", ""))
    return render(request, "web/components/options.html", {"options": options, "nothing": _("A new tag.")})
