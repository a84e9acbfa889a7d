"""Columns of the customer list that duties know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from weixi.duties.models import Duty, waits
from weixi.kernel.one_of import one_of
from weixi.kernel.slices import ListColumn


def _open(_viewer: Any, ids: Sequence[int]) -> Mapping[int, str]:
    """How many duties wait with each customer. Uses index: duty_customer."""
    rows = Duty.objects.filter(waits(), one_of("customer_id", ids)).order_by().values_list("customer_id")
    return {pk: str(number) for pk, number in rows.annotate(n=Count("pk"))}


COLUMNS = (ListColumn("open_duties", _("Open duties"), _("Duties"), _open, number=True),)
