"""The frame of every form of commerce: shown, or done and said; a refusal stands beside its field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from weixi.commerce import queries
from weixi.kernel.errors import WeixiError
from weixi.kernel.replies import done
from weixi.organisation.forms import RefusableForm
from weixi.organisation.requests import Asked


def form_page(
    request: Asked, form: RefusableForm, act: Callable[[], Any], *, text: str, to: str, heading: str,
    template: str = "commerce/form.html", changed: Sequence[str] = ("commerce",), **more: Any,
) -> HttpResponse:  # fmt: skip
    """Show the form, or do the act, say `text` and go to `to`; the parts of the page named `changed` are read anew."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except WeixiError as refusal:
            form.take(refusal)
        else:
            return done(request, text, to=to, changed=list(changed))
    context = {"form": form, "heading": heading, "action": request.path, "products": queries.product_choices(), **more}
    return render(request, template, context, status=422 if form.errors else 200)
