"""Who is told on the way of a grading and of a grade set by hand: whose yes is next, and who asked what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from weixi.grading.deciding import Decidable, Steps
from weixi.grading.models import GradeOverride, GradingRun
from weixi.kernel.outbox.registry import register_kind
from weixi.kernel.outbox.services import Message, tell_many
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer, viewer_of
from weixi.policy.queries.chains import open_step

RUN_ASKED, RUN_RETURNED = "grading.asked", "grading.returned"
HAND_ASKED, HAND_APPROVED, HAND_REFUSED = "override.asked", "override.approved", "override.refused"
register_kind(
    RUN_ASKED,
    _("The grading as of %(day)s waits for your yes"),
    _("%(count)s customers change grade; look and approve."),
)
register_kind(RUN_RETURNED, _("The grading as of %(day)s came back"), _("%(who)s wrote: %(reason)s"))
register_kind(
    HAND_ASKED, _("%(customer)s: another grade waits for your yes"), _("%(who)s asks for it, until %(until)s.")
)
register_kind(HAND_APPROVED, _("%(customer)s: the other grade is approved"), _("%(who)s said yes; until %(until)s."))
register_kind(HAND_REFUSED, _("%(customer)s: the other grade is refused"), _("%(who)s said no."))


def next_people(row: Decidable, steps: Steps, *, but: Iterable[int | None] = ()) -> list[User]:
    """Those one of whom says the next yes, without who has said one and `but`."""
    taken = {each["by"] for each in row.approvals} | {pk for pk in but if pk is not None}
    return list(User.objects.filter(is_active=True, role__in=open_step(steps, row.approvals)[1]).exclude(pk__in=taken))


def tell_run_asked(run: GradingRun, steps: Steps) -> None:
    """Once for each step that waits."""
    params = {"day": run.as_of.isoformat(), "count": str(run.counts.get("moving", 0))}
    tell_many(
        Message(
            person.pk,
            RUN_ASKED,
            f"{RUN_ASKED}:{run.pk}:{len(run.approvals)}:{person.pk}",
            params,
            run.get_absolute_url(),
        )
        for person in next_people(run, steps)
    )


def tell_run_returned(run: GradingRun, viewer: Viewer, note: str) -> None:
    person = run.created_by_id
    if person is None or (viewer.user is not None and viewer.user.pk == person):
        return
    params = {"day": run.as_of.isoformat(), "who": viewer.user.name if viewer.user else "", "reason": note[:300]}
    tell_many([Message(person, RUN_RETURNED, f"{RUN_RETURNED}:{run.pk}:{person}", params, run.get_absolute_url())])


def tell_hand_asked(override: GradeOverride, steps: Steps) -> None:
    """Those who see the customer; once for each step that waits."""
    params = _about(override, override.by.name if override.by else "")
    tell_many(
        _message(override, HAND_ASKED, person.pk, params, len(override.approvals))
        for person in next_people(override, steps, but=[override.by_id])
        if viewer_of(person).sees(override.customer)
    )


def tell_hand_decided(override: GradeOverride, viewer: Viewer, *, approved: bool) -> None:
    if override.by_id is None or (viewer.user is not None and viewer.user.pk == override.by_id):
        return
    params = _about(override, viewer.user.name if viewer.user else "")
    if not approved:
        del params["until"]
    tell_many([_message(override, HAND_APPROVED if approved else HAND_REFUSED, override.by_id, params, 0)])


def _about(override: GradeOverride, who: str) -> dict[str, Any]:
    return {"customer": override.customer.called, "who": who, "until": override.expires_on.isoformat()}


def _message(override: GradeOverride, kind: str, person: int, params: dict[str, Any], step: int) -> Message:
    # It is decided on the page of gradings; what came of it stands with the customer.
    url = reverse("grading") if kind == HAND_ASKED else override.customer.get_absolute_url()
    return Message(person, kind, f"{kind}:{override.pk}:{step}:{person}", params, url, override.customer_id)
