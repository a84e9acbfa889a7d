"""What people ask about their own data and nobody has answered yet (D-1)."""

from __future__ import annotations

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.kernel.slices import Decision, Waiting
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.privacy.queries.desk import open_requests


def _requests(viewer: Viewer) -> Waiting | None:
    if not viewer.may(Right.PERSONAL_MANAGE):
        return None
    told = open_requests(viewer).aggregate(count=Count("pk"), since=Min("received_at"))
    return Waiting(told["count"], reverse("privacy"), told["since"]) if told["count"] else None


DECISION = Decision("person-requests", _("Requests about personal data"), _requests, 50)
