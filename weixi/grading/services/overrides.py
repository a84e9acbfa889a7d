"""A grade set by a person: asked for with a reason, approved by another, until a day (G-6)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.models import Customer
from weixi.customers.services.values import clean_values
from weixi.grading.access import require_visible
from weixi.grading.deciding import OVERRIDE, may_say, one_step, roles_of, steps_now, waits_for, with_yes
from weixi.grading.enums import Cause, OverrideState, RunState
from weixi.grading.models import GradeHistory, GradeOverride, GradeResult
from weixi.grading.sections import grade_titles, grading_in_force, holds_role
from weixi.grading.services.asking import tell_hand_asked, tell_hand_decided
from weixi.grading.services.compute import as_of_or_today
from weixi.kernel.calendar.wall import add_months
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer, system_viewer
from weixi.policy.document.grading import Grading, Override
from weixi.policy.queries.chains import open_step

# Overrides that end in one transaction.
CHUNK = 200


def may_ask(viewer: Viewer) -> bool:
    """Whether the policy lets this person ask for a grade to be set by hand."""
    rules = _rules()
    if rules is None or viewer.user is None:
        return False
    if viewer.may(Right.GRADING_OVERRIDE) or any(holds_role(viewer, role) for role in rules.asked_by):
        return True
    return may_decide(viewer)


def may_decide(viewer: Viewer) -> bool:
    """Whether this person holds a role that approves overrides by the policy in force."""
    rules = _rules()
    if rules is None or viewer.user is None or not viewer.user.is_active:
        return False
    return viewer.user.role in roles_of(steps_now(OVERRIDE, rules.approved_by))


def may_decide_about(viewer: Viewer, override: GradeOverride) -> bool:
    """Whether the next yes to this request is the viewer's: he did not ask for it himself."""
    if viewer.user is None or override.by_id == viewer.user.pk:
        return False
    return may_say(viewer, override, _steps_of(override))


def _steps_of(override: GradeOverride) -> list[dict[str, Any]]:
    rules = _rules()
    return override.steps or one_step(rules.approved_by if rules else None)


def latest_expiry(today: date) -> date | None:
    """The last day an override may hold by the policy; None when the policy knows no overrides."""
    rules = _rules()
    if rules is None:
        return None
    length = rules.valid_at_most
    return date.fromordinal(add_months(today, length.months).toordinal() + length.days)


def ask_override(customer: Customer, *, viewer: Viewer, grade: str, reason: str, expires_on: date) -> GradeOverride:
    """Ask for a grade to be set by hand; it takes effect when the role of the policy approves.

    Raises Forbidden for who may not ask, Invalid naming the field at fault, Conflict when one waits already.
    """
    if not may_ask(viewer):
        raise Forbidden(_("By the policy your role cannot ask for another grade."), code="forbidden.grading_override")
    require_visible(viewer, customer)
    section = _section()
    text = clean_values({"reason": reason})["reason"]
    today, rules = as_of_or_today(None), _rules()
    last = latest_expiry(today)
    if grade not in section.grades:
        raise Invalid(_("The policy in force has no such grade."), fields={"grade": _("Choose one of the list.")})
    if grade == customer.grade:
        raise Invalid(_("The customer has this grade already."), fields={"grade": _("Choose another grade.")})
    if not text or len(text) > 300:
        raise Invalid(_("Say why, in at most 300 characters."), fields={"reason": _("A reason is needed.")})
    if expires_on < today or (last is not None and expires_on > last):
        raise Invalid(
            _("By the policy a grade set by hand holds until %(last)s at most.") % {"last": last},
            fields={"expires_on": _("Choose a day from today until then.")},
        )
    with unit_of_work(actor=viewer.actor) as work:
        Customer.objects.select_for_update().get(pk=customer.pk)
        if GradeOverride.objects.filter(customer=customer, state=OverrideState.WAITING).exists():
            raise Conflict(_("Another grade has been asked for already and waits for approval."))
        made = GradeOverride.objects.create(
            customer=customer, grade=grade, reason=text, expires_on=expires_on, by=viewer.user, at=work.now,
            steps=steps_now(OVERRIDE, rules.approved_by if rules else None),
        )  # fmt: skip
        work.record(
            "grade.override_asked",
            customer=customer.pk,
            subject=("override", made.pk),
            data={"grade": grade, "expires_on": expires_on.isoformat(), "reason": text},
        )
        tell_hand_asked(made, made.steps)
    return made


def decide_override(override: GradeOverride, *, viewer: Viewer, approve: bool) -> GradeOverride:
    """Say the next yes, the last of which gives the grade, or refuse. Raises Forbidden unless the policy's chain asks the
    viewer and he did not ask for it himself, Conflict when it has been decided or its last day has passed."""
    steps = _steps_of(override)
    if viewer.user is None or viewer.user.role not in roles_of(steps):
        raise Forbidden(_("By the policy your role cannot approve another grade."), code="forbidden.grading_override")
    if viewer.user is not None and override.by_id == viewer.user.pk:
        raise Forbidden(_("Nobody approves what he asked for himself."), code="forbidden.own_request")
    require_visible(viewer, override.customer)
    with unit_of_work(actor=viewer.actor) as work:
        customer = Customer.objects.select_for_update().get(pk=override.customer_id)
        if approve and override.expires_on < as_of_or_today(None):
            raise Conflict(_("The last day of this request has passed; ask again."))
        override.refresh_from_db(fields=["approvals", "state"])
        if override.state == OverrideState.WAITING and not may_say(viewer, override, steps):
            raise Forbidden(
                _("The policy asks somebody else to say yes to this grade: %(roles)s.")
                % {"roles": waits_for(override, steps)},
                code="forbidden.grading_override",
            )
        if approve and override.state == OverrideState.WAITING:
            override.approvals = with_yes(viewer, override, steps, work.now)
            GradeOverride.objects.filter(pk=override.pk).update(approvals=override.approvals)
            place, asked = open_step(steps, override.approvals)
            if asked:
                data = {"step": place, "steps": len(steps), "grade": override.grade}
                work.record(
                    "grade.override_passed", customer=customer.pk, subject=("override", override.pk), data=data
                )  # fmt: skip
                tell_hand_asked(override, steps)
                return override
        if approve:
            _end_present(customer, work)
        state = OverrideState.APPROVED if approve else OverrideState.REJECTED
        decided = GradeOverride.objects.filter(pk=override.pk, state=OverrideState.WAITING).update(
            state=state, approved_by=viewer.user, decided_at=work.now
        )
        if not decided:
            raise Conflict(_("Somebody has decided this request meanwhile."))
        override.refresh_from_db(fields=["state", "approved_by", "decided_at"])
        work.record(
            "grade.override_decided",
            customer=customer.pk,
            subject=("override", override.pk),
            data={"approved": approve, "grade": override.grade},
        )
        tell_hand_decided(override, viewer, approved=approve)
        if approve:
            set_grade(customer, override.grade, work, cause=Cause.OVERRIDE, override=override, note=override.reason)
    override.refresh_from_db()
    return override


def asked_first() -> str:
    """Whose yes another grade needs first by the policy in force, in words; empty where nobody's."""
    rules = _rules()
    steps = steps_now(OVERRIDE, rules.approved_by) if rules else []
    return waits_for(GradeOverride(approvals=[]), steps) if steps else ""


def somebody_else_decides(viewer: Viewer) -> bool:
    """Whether there is anybody who may give the first yes to what the viewer asks for: nobody says it to himself."""
    rules = _rules()
    asked = open_step(steps_now(OVERRIDE, rules.approved_by), [])[1] if rules else ()
    others = User.objects.filter(is_active=True, role__in=asked)
    return (others.exclude(pk=viewer.user.pk) if viewer.user else others).exists()


def end_override(override: GradeOverride, *, viewer: Viewer) -> GradeOverride:
    """End an override before its day; the customer falls back to what the last approved grading says."""
    if not may_decide(viewer):
        raise Forbidden(_("By the policy your role cannot end this."), code="forbidden.grading_override")
    require_visible(viewer, override.customer)
    with unit_of_work(actor=viewer.actor) as work:
        _fall_back(override, work)
    override.refresh_from_db()
    return override


def expire_overrides(today: date | None = None) -> int:
    """End every override whose last day has passed; for the worker's minute. Returns how many ended."""
    today = today or as_of_or_today(None)
    viewer = system_viewer("grading")
    count = 0
    while True:
        rows = list(
            # Uses index: grade_override_expiry.
            GradeOverride.objects.filter(state=OverrideState.APPROVED, expires_on__lt=today).order_by("pk")[:CHUNK]
        )
        if not rows:
            return count
        with unit_of_work(actor=viewer.actor) as work:
            for override in rows:
                _fall_back(override, work)
        count += len(rows)


def set_grade(
    customer: Customer,
    grade: str,
    work: UnitOfWork,
    *,
    cause: Cause,
    override: GradeOverride | None = None,
    note: str = "",
) -> None:
    """Give one customer a grade outside a run, with history and event; the same grade again changes nothing."""
    old = customer.grade
    if old == grade:
        return
    Customer.objects.filter(pk=customer.pk).update(grade=grade, previous_grade=old, graded_at=work.now)
    customer.grade, customer.previous_grade, customer.graded_at = grade, old, work.now
    reasons = [{"key": "note", "old": "", "new": note}] if note else []
    GradeHistory.objects.create(
        customer=customer, old_grade=old, grade=grade, cause=cause, override=override, reasons=reasons,
        by_id=override.approved_by_id if override else None, at=work.now,
    )  # fmt: skip
    work.record(
        "customer.graded",
        customer=customer.pk,
        subject=("customer", customer.pk),
        data={"grade": grade, "old": old, "run": None, "reasons": reasons, "cause": cause.value},
    )


def _end_present(customer: Customer, work: UnitOfWork) -> None:
    GradeOverride.objects.filter(customer=customer, state=OverrideState.APPROVED).update(
        state=OverrideState.ENDED, ended_at=work.now
    )


def _fall_back(override: GradeOverride, work: UnitOfWork) -> None:
    ended = GradeOverride.objects.filter(pk=override.pk, state=OverrideState.APPROVED).update(
        state=OverrideState.ENDED, ended_at=work.now
    )
    if not ended:
        raise Conflict(_("This has ended already."))
    customer = Customer.objects.select_for_update().get(pk=override.customer_id)
    last = (
        GradeResult.objects.filter(customer=customer, run__state=RunState.APPROVED)
        .order_by("-run__decided_at")
        .values_list("computed", flat=True)
        .first()
    )
    if last is None:
        last = (
            GradeHistory.objects.filter(override=override).order_by("at").values_list("old_grade", flat=True).first()
            or ""
        )
    if customer.grade == override.grade:
        set_grade(customer, last, work, cause=Cause.EXPIRY, override=override)


def _section() -> Grading:
    section = grading_in_force()
    if section is None:
        raise Conflict(_("The policy in force has no grading section."), code="grading.no_section")
    return section


def _rules() -> Override | None:
    section = grading_in_force()
    return section.override if section else None


def grade_choices() -> list[tuple[str, str]]:
    """(code, name) of the grades in force, for forms."""
    section = grading_in_force()
    return list(grade_titles(section).items()) if section else []
