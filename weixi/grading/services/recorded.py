"""Telling whom the policy names for it that grades have come into the archive."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from weixi.grading.in_charge import recorders
from weixi.grading.models import GradeHistory, GradingRun
from weixi.kernel.outbox.registry import register_kind
from weixi.kernel.outbox.services import Message, tell_many
from weixi.organisation.scope import viewer_of

register_kind(
    "grading.recorded",
    _("Another grade: %(count)s of your customers"),
    _("The grading as of %(day)s stands in the archive; %(count)s of the customers you look after have another grade."),
)


def tell_recorded(run: GradingRun) -> int:
    """Each of them once per grading, with the number of customers in his scope whose grade changed; nobody without any.
    Returns how many are told."""
    rows = GradeHistory.objects.filter(run=run).order_by().values_list("customer__owner_id")
    by_owner = dict(rows.annotate(n=Count("pk")))
    messages = []
    for person in recorders() if by_owner else []:
        viewer = viewer_of(person)
        count = sum(n for owner, n in by_owner.items() if viewer.sees_all or owner in viewer.owner_ids)
        if count:
            params = {"day": run.as_of.isoformat(), "count": str(count)}
            key = f"grading.recorded:{run.pk}:{person.pk}"
            messages.append(Message(person.pk, "grading.recorded", key=key, params=params, url=run.get_absolute_url()))
    tell_many(messages)
    return len(messages)
