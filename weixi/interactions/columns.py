"""Columns of the customer list that interactions know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from weixi.interactions.models import FollowUp
from weixi.kernel.one_of import one_of
from weixi.kernel.slices import ListColumn


def _promises(_viewer: Any, ids: Sequence[int]) -> Mapping[int, str]:
    rows = FollowUp.objects.filter(one_of("customer_id", ids), done_at=None).order_by().values_list("customer_id")
    return {pk: str(number) for pk, number in rows.annotate(n=Count("pk"))}


COLUMNS = (ListColumn("open_promises", _("Open follow-ups"), _("Interactions"), _promises, number=True),)
