"""What a person does to settle a duty: the icon of the act, its words, and the form that records it.

A duty is closed by evidence, so the act follows from the event types its rule closes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.duties.lines import DutyLine
from weixi.interactions.services.interactions import PROVABLE

# Event types that the record panel can state; the first of a rule's that stands here decides its form.
RECORDED = ("interaction.recorded", *PROVABLE)
FILED = ("archive.completed", "customer.changed", "contact.changed", "contact.created", "contact.removed")


@dataclass(frozen=True, slots=True)
class Act:
    """`panel`: the form opens beside the list; else it is a page of its own."""

    icon: str
    label: Any
    url: str
    panel: bool = True


def act_for(line: DutyLine) -> Act:
    """The act that settles this duty. Where its screens belong to a slice that is not there, the
    customer's page: what was done is recorded from there."""
    closes = set(line.closes_on)
    if closes & set(RECORDED) and line.customer_id is not None:
        query = urlencode({"customer": line.customer_id, "duty": line.key})
        url = f"{reverse('interaction-new')}?{query}"
        if "followup.done" in closes:
            return Act("flag", _("Record the result"), url)
        if any(kind.startswith("callback.") for kind in closes):
            return Act("phone", _("Record the callback"), url)
        if "occasion.kept" in closes:
            return Act("flag", _("Record contact"), url)
        if line.kind == "node":
            return Act("cake" if line.subject.startswith("contact:") else "gift", _("Record the greeting"), url)
        return Act(_icon_of(line), _("Record contact"), url)
    if "archive.enriched" in closes and line.customer_id is not None:
        return Act("edit", _("Check the archive"), reverse("customer-enrich", args=[line.customer_id]))
    if closes & set(FILED) and line.customer_id is not None:
        return Act("doc", _("Complete the archive"), reverse("customer-edit", args=[line.customer_id]), panel=False)
    if line.customer_id is not None:
        return Act("case", _("Open the customer"), reverse("customer", args=[line.customer_id]), panel=False)
    return Act("doc", _("Look at it"), reverse("duty", args=[line.pk]) if line.pk else reverse("today"))


def _icon_of(line: DutyLine) -> str:
    kinds = line.qualifies.get("kind", ())
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    if kinds and kinds[0] == "visit":
        return "visit"
    if kinds and kinds[0] in ("bulk", "email", "wechat"):
        return "send"
    return "pen" if line.subject.startswith("interaction:") else "phone"
