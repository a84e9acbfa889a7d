"""What every view of the product gets: a request that knows who looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer


class Asked(HttpRequest):
    """A request behind the log-in: `viewer` is who looks, `user` is a person, never anonymous."""

    viewer: Viewer
    user: User


def needs(*rights: Right) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """A view that only people with all these rights may open; others get the 403 page.

    A service asks again by itself: this keeps a page from being shown that could not be used.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def checked(request: Asked, *args: Any, **kwargs: Any) -> HttpResponseBase:
            for right in rights:
                request.viewer.require(right)
            return view(request, *args, **kwargs)

        return checked

    return decorate
