"""Who may open the editors of drafts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase

from weixi.organisation.requests import Asked
from weixi.policy.services.drafting import require_draft


def drafts(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for who drafts the policy or its grading standards; others get the 403 page. What exactly he may change,
    the service says."""

    @wraps(view)
    def checked(request: Asked, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_draft(request.viewer)
        return view(request, *args, **kwargs)

    return checked
