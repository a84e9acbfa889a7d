"""The builder of filters beside the list."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.customers import choices
from weixi.customers.filtering.catalogue import offered
from weixi.customers.filtering.meaning import conditions_of
from weixi.customers.filtering.text import from_text, to_text
from weixi.customers.filtering.tree import Group, Test, check_size, simplified
from weixi.customers.grades import grade_labels
from weixi.customers.lists import aliases, builder
from weixi.customers.lists.address import ONE_PAGE, read_place
from weixi.customers.queries.listing import FILTERS, Asker
from weixi.kernel.errors import WeixiError
from weixi.kernel.replies import is_htmx
from weixi.organisation.requests import Asked


def edit_filter(request: Asked) -> HttpResponse:
    """The filter of the list as a form: `base` is the list's address without it. GET: nothing is written."""
    asker = Asker(request.viewer, grade_labels())
    filters = offered(asker)
    given = request.GET
    if "k" in given:
        base = QueryDict(given.get("base", ""), mutable=True)
        tree = builder.settled(builder.act_on(builder.read_form(given), given.get("act", "")), filters)
    else:
        place = read_place(request.viewer, given)
        base = _base(place.query)
        short = aliases.tree_of(dict(place.query.lists()))
        tree = simplified(Group("all", (short, from_text(place.query.get("where", "")))))
        if not tree.items:
            tree = Group("all", (Test(builder.FIRST, "in"),))
    assert isinstance(tree, Group)
    refusal, sentence, text = "", "", ""
    try:
        check_size(tree)
        parts = conditions_of(asker, tree)
        text = to_text(tree)
        sentence = _("; ").join(f"{part.label} {part.words}" for part in parts)
    except WeixiError as error:
        refusal = str(error)
    act = given.get("act")
    if act == "show" and not refusal:
        return _show(request, base, text)
    told = refusal if act in ("show", "keep") else ""
    people = [("me", _("me")), ("none", _("nobody"))]
    people += [(str(person.pk), person.name) for person in choices.people_of(request.viewer)]
    drawer = builder.Drawer(filters, request.viewer, people)
    context = {
        "root": drawer.draw(tree), "fields": drawer.fields(), "base": base.urlencode(), "sentence": sentence,
        "refusal": told, "count_query": _count_query(base, text) if text else "",
    }  # fmt: skip
    return render(request, "customers/lists/filter.html", context, status=422 if told else 200)


def _base(query: QueryDict) -> QueryDict:
    found = query.copy()
    for name in (*FILTERS, *ONE_PAGE, "where"):
        found.pop(name, None)
    return found


def _count_query(base: QueryDict, text: str) -> str:
    pairs = {name: base[name] for name in ("q", "archived") if base.get(name)}
    return urlencode({**pairs, "where": text})


def _show(request: Asked, base: QueryDict, text: str) -> HttpResponse:
    base = base.copy()
    # Said also when it is empty: the filter of the view it stands in is taken away then.
    base["where"] = text
    if not text and "view" not in base:
        del base["where"]
    url = reverse("customers") + (f"?{base.urlencode()}" if base else "")
    if not is_htmx(request):
        return HttpResponseRedirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
