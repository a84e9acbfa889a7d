"""From one customer of the list to the next."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect

from weixi.customers.lists.through import step
from weixi.organisation.requests import Asked


def through(request: Asked) -> HttpResponse:
    """Go to the next customer (`way=next`), the one before (`previous`), the one `from` names, or the first.

    `list` is the address of the list, `at` the place in it. GET: nothing is written.
    """
    given = request.GET
    begin = given.get("from", "")
    url = step(
        request.viewer,
        given.get("list", ""),
        at=given.get("at", ""),
        backwards=given.get("way") == "previous",
        begin=int(begin) if begin.isdecimal() and begin.isascii() and len(begin) < 19 else None,
    )
    return HttpResponseRedirect(url)
