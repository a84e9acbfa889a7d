"""Grading on the customer page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from weixi.customers.models import Customer
from weixi.grading.enums import Advice
from weixi.grading.queries.customer import customer_grading
from weixi.grading.sections import class_titles, grading_in_force
from weixi.grading.services.overrides import may_ask, may_decide
from weixi.grading.words import score_text
from weixi.kernel.slices import Panel
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer


def grading_data(viewer: Viewer, customer: Customer) -> Mapping[str, Any] | None:
    """None where the policy in force grades nobody."""
    if grading_in_force() is None:
        return None
    found = customer_grading(viewer, customer)
    visits, gifts = class_titles()
    row, result = found.grade, found.result
    return {
        "customer": customer,
        "grading": found,
        "value": score_text(result.value) if result else "",
        "potential": score_text(result.potential) if result else "",
        "advice": dict(Advice.choices).get(result.advice, "") if result else "",
        "visit_class": visits.get(row.visit_class or "", "") if row else "",
        "gift_class": gifts.get(row.gift_class or "", "") if row else "",
        "may_judge": viewer.may(Right.GRADING_JUDGE),
        "may_ask": may_ask(viewer),
        "may_decide": may_decide(viewer),
    }


GRADING = Panel(
    code="grading", title=_("Grading"), template="grading/panel.html", data=grading_data, place="side", order=60
)
