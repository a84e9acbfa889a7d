"""A version's way: draft, submitted, approved, in force from its date (O-6); an activated one never changes."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from weixi.kernel import clock
from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.organisation.enums import Right, Role
from weixi.organisation.scope import Viewer
from weixi.policy.document.activate import can_activate
from weixi.policy.document.dump import dump_policy
from weixi.policy.document.load import load_policy
from weixi.policy.document.policy import Policy
from weixi.policy.document.problems import PolicyError
from weixi.policy.document.shipped import build_shipped
from weixi.policy.enums import MOVES, VersionState
from weixi.policy.models import PolicyVersion
from weixi.policy.problem_words import in_words
from weixi.policy.queries.chains import open_step
from weixi.policy.queries.changes import last_hand, stated
from weixi.policy.services import passing, telling
from weixi.policy.services.drafting import require_draft, require_draft_of

# What a step of the state machine writes.
MOVED = (
    "state", "changed_at", "submitted_by", "submitted_at", "return_reason", "approved_by", "approved_at",
    "effective_at", "activated_by", "activated_at", "chain", "steps", "approvals",
)  # fmt: skip


def refused(error: PolicyError) -> Invalid:
    """A document's problems as a refusal: each with its key path."""
    return Invalid(
        str(error),
        code="policy.invalid",
        fields={p.path or "policy": str(p) for p in reversed(error.problems)},
    )


def install_shipped_policy(*, preset: str, viewer: Viewer) -> PolicyVersion | None:
    """The standard policy as the installation's first version, in force from today.

    None when there is a version already. A preset whose thresholds are blank stays a draft.
    """
    if PolicyVersion.objects.exists():
        return None
    policy = build_shipped(preset)
    with unit_of_work(actor=viewer.actor) as work:
        today = work.now.astimezone(ZoneInfo(policy.header.timezone)).date()
        header = policy.header.model_copy(update={"effective_from": today})
        version = _store(policy.model_copy(update={"header": header}), work, viewer)
        if not can_activate(policy):
            _move(version, VersionState.SUBMITTED, work, viewer)
            _move(version, VersionState.APPROVED, work, viewer)
            _activate(version, work, viewer)
    return version


def draft_version(document: str | Policy, *, viewer: Viewer, based_on: PolicyVersion | None = None) -> PolicyVersion:
    """Store a checked document as a draft.

    Raises Invalid naming each problem's key path, Forbidden for what the viewer may not draft (`drafting`).
    """
    require_draft(viewer)
    policy = _checked(document)
    require_draft_of(viewer, policy)
    with unit_of_work(actor=viewer.actor) as work:
        version = _store(policy, work, viewer, based_on=based_on)
        work.record("policy.drafted", subject=("policy", version.pk), data={"version": version.label})
    return version


def change_draft(version: PolicyVersion, document: str | Policy, *, viewer: Viewer, digest: str = "") -> PolicyVersion:
    """Replace a draft's document. `digest` is the one the form was opened on.

    Raises Conflict when somebody changed the draft meanwhile or it is no draft any more, Forbidden for what the
    viewer may not draft, be it in the text of before.
    """
    require_draft(viewer)
    policy = _checked(document)
    with unit_of_work(actor=viewer.actor) as work:
        stored = PolicyVersion.objects.select_for_update().get(pk=version.pk)
        if stored.state != VersionState.DRAFT:
            raise Conflict(_("Only a draft can be changed; start a new one."))
        if digest and digest != stored.digest:
            raise Conflict(_meanwhile(stored), code="version.conflict")
        text = dump_policy(policy)
        if text == stored.text:
            return stored
        before = load_policy(stored.text)
        require_draft_of(viewer, before, policy)
        changes = stated(before, policy)
        stored.text, stored.digest = text, _digest(text)
        stored.label, stored.name = policy.header.version, policy.header.name
        stored.effective_from, stored.changed_at = policy.header.effective_from, work.now
        stored.save()
        data = {"version": stored.label, "changes": changes}
        work.record("policy.changed", subject=("policy", stored.pk), data=data)
    return stored


def _meanwhile(stored: PolicyVersion) -> str:
    hand = last_hand(stored)
    if not hand.who:
        return _("Somebody else changed this draft meanwhile; look at it again before saving.")
    return _("%(who)s changed this draft meanwhile; look at it again before saving.") % {"who": hand.who}


def submit_version(version: PolicyVersion, *, viewer: Viewer, digest: str = "") -> PolicyVersion:
    """Put a draft before those who approve. `digest` is the text the asker looked at.

    Raises Invalid while blanks are left in it, Conflict when it was changed or moved on meanwhile.
    """
    _require_hand(version, viewer)
    _require_filled(version)
    with unit_of_work(actor=viewer.actor) as work:
        version.return_reason = ""
        _move(version, VersionState.SUBMITTED, work, viewer, digest=digest)
        work.record("policy.submitted", subject=("policy", version.pk), data={"version": version.label})
        telling.tell_asked(version, work.now)
    return version


def approve_version(version: PolicyVersion, *, viewer: Viewer, own: bool = False, digest: str = "") -> PolicyVersion:
    """Say the next yes to a submitted draft; the last one of the policy's chain approves it (`passing`).

    Raises Forbidden for whoever wrote in it, and for whom the chain does not ask, Invalid while blanks are left in
    it, Conflict when its text is no longer that of `digest`.

    `own` is for a file brought in ready: whoever may approve it puts it before himself.
    """
    # Whom the chain asks is known once it is submitted: a file brought in ready is asked about below.
    if not own and not passing.roles_asked(version):
        viewer.require(Right.POLICY_APPROVE)
    if not own and wrote_in(version, viewer):
        raise Forbidden(_("Nobody approves his own draft; ask somebody else who may approve the policy."))
    _require_filled(version)
    _require_still_its_way(version)
    with unit_of_work(actor=viewer.actor) as work:
        if own and version.state == VersionState.DRAFT:
            _move(version, VersionState.SUBMITTED, work, viewer)
        _require_asked(version, viewer, own=own)
        place = open_step(version.steps, version.approvals)[0]
        if viewer.user is not None:
            told = {"step": place, "by": viewer.user.pk, "name": viewer.user.name}
            told["role"] = passing.role_spoken_for(version, viewer.user)
            version.approvals = [*version.approvals, {**told, "at": work.now.isoformat()}]
        if viewer.user is None or passing.is_passed(version):
            _move(version, VersionState.APPROVED, work, viewer, digest=digest)
            work.record("policy.approved", subject=("policy", version.pk), data={"version": version.label})
            telling.tell_author(version, telling.APPROVED, viewer, work.now)
        else:
            _note_yes(version, work, digest)
            data = {"version": version.label, "step": place + 1, "steps": len(version.steps)}
            work.record("policy.passed_step", subject=("policy", version.pk), data=data)
            telling.tell_asked(version, work.now)
    return version


def _require_asked(version: PolicyVersion, viewer: Viewer, *, own: bool) -> None:
    if passing.may_pass(version, viewer, own=own):
        return
    asked = passing.roles_asked(version)
    if not asked:
        viewer.require(Right.POLICY_APPROVE)
    raise Forbidden(
        _("The policy in force asks somebody else to pass it: %(roles)s.")
        % {"roles": _(", ").join(str(Role(role).label) for role in sorted(asked) if role in Role.values)},
        code="policy.not_asked",
    )


def _note_yes(version: PolicyVersion, work: UnitOfWork, digest: str) -> None:
    """Keep a yes that is not the last; compare-and-set like a step of the state machine."""
    rows = PolicyVersion.objects.filter(pk=version.pk, state=VersionState.SUBMITTED)
    if digest:
        rows = rows.filter(digest=digest)
    version.changed_at = work.now
    if not rows.update(approvals=version.approvals, changed_at=work.now):
        raise Conflict(_("This version is no longer in a state that allows this step; reload the page."))


def wrote_in(version: PolicyVersion, viewer: Viewer) -> bool:
    """Whether this person drafted or changed the version: then somebody else has to approve it (O-6)."""
    if viewer.user is None:
        return False
    if version.drafted_by is not None and version.drafted_by.pk == viewer.user.pk:
        return True
    return Event.objects.filter(
        subject_type="policy", subject_id=str(version.pk), type="policy.changed", actor=viewer.actor
    ).exists()


def return_version(version: PolicyVersion, *, viewer: Viewer, reason: str) -> PolicyVersion:
    """Send a submitted or approved version back to its author with a reason.

    Raises Conflict where the chain that passes it allows no return: then it is passed, or taken back by who drafts.
    """
    if not passing.roles_asked(version) or not passing.may_pass(version, viewer):
        viewer.require(Right.POLICY_APPROVE)
    if version.state == VersionState.SUBMITTED and not passing.returns_allowed(version):
        raise Conflict(_("The policy in force allows no return here: pass it, or have its author take it back."))
    said = reason.strip()
    if not said:
        raise Invalid(_("Say what is to be changed."), fields={"reason": _("A reason is needed.")})
    with unit_of_work(actor=viewer.actor) as work:
        version.return_reason = said[:500]
        _move(version, VersionState.DRAFT, work, viewer)
        work.record(
            "policy.returned",
            subject=("policy", version.pk),
            data={"version": version.label, "reason": said},
        )
        telling.tell_author(version, telling.RETURNED, viewer, work.now, reason=said[:300])
    return version


def take_back_version(version: PolicyVersion, *, viewer: Viewer) -> PolicyVersion:
    """Make a submitted version a draft again, by somebody who drafts: nobody has decided yet."""
    _require_hand(version, viewer)
    with unit_of_work(actor=viewer.actor) as work:
        _move(version, VersionState.DRAFT, work, viewer, only=VersionState.SUBMITTED)
        work.record("policy.taken_back", subject=("policy", version.pk), data={"version": version.label})
    return version


def drop_version(version: PolicyVersion, *, viewer: Viewer) -> PolicyVersion:
    """Give a draft up; it stays readable."""
    _require_hand(version, viewer)
    with unit_of_work(actor=viewer.actor) as work:
        _move(version, VersionState.DROPPED, work, viewer)
        work.record("policy.dropped", subject=("policy", version.pk), data={"version": version.label})
    return version


def activate_version(version: PolicyVersion, *, viewer: Viewer) -> PolicyVersion:
    """Put an approved version in force from its date; a later version at the earliest from tomorrow.

    Raises Conflict unless it is approved, or when it was passed as grading standards and would change something else
    by now; Invalid while blanks are left in it.
    """
    if not passing.may_put_in_force(version, viewer):
        viewer.require(Right.POLICY_APPROVE)
    _require_filled(version)
    _require_still_its_way(version)
    with unit_of_work(actor=viewer.actor) as work:
        _activate(version, work, viewer)
    return version


def is_first() -> bool:
    """Whether a version put in force now would be the first: it may take effect today or earlier. So it is
    as long as none was put in force, or none has decided about any customer (it would give way)."""
    if not Event.objects.filter(customer_id__isnull=False).exists():
        return True
    return not PolicyVersion.objects.filter(state=VersionState.ACTIVATED).exists()


def effective_instant(policy: Policy, *, first: bool, activated_at: datetime) -> datetime:
    """00:00 of the document's date on the company's wall clock — for a version other than the first at
    the earliest 00:00 of the day after its activation."""
    zone = ZoneInfo(policy.header.timezone)
    day = policy.header.effective_from
    if not first:
        day = max(day, activated_at.astimezone(zone).date() + timedelta(days=1))
    return datetime.combine(day, time.min, tzinfo=zone)


def _activate(version: PolicyVersion, work: UnitOfWork, viewer: Viewer) -> None:
    # The whole table is the object of the lock: two activations at once are put in a row.
    list(PolicyVersion.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    # Looked at behind the lock: who waited for the other comes after him.
    at = clock.now()
    activated = PolicyVersion.objects.filter(state=VersionState.ACTIVATED)
    policy = load_policy(version.text)
    _give_way(activated, effective_instant(policy, first=True, activated_at=at), at, work)
    first = not activated.exists()
    instant = effective_instant(policy, first=first, activated_at=at)
    latest = activated.aggregate(latest=Max("effective_at"))["latest"]
    if latest is not None and instant < latest:
        raise Conflict(_("Another version takes effect later than this one; give this one a later date."))
    version.effective_at = instant
    version.activated_by, version.activated_at = viewer.user, at
    _move(version, VersionState.ACTIVATED, work, viewer)
    work.record(
        "policy.activated",
        subject=("policy", version.pk),
        data={
            "version": version.label,
            "effective_from": policy.header.effective_from.isoformat(),
            "effective_at": instant.isoformat(timespec="seconds"),
        },
    )


def _give_way(activated: QuerySet[PolicyVersion], start: datetime, at: datetime, work: UnitOfWork) -> None:
    """Before the first customer is entered no version has decided about anything: the one that came with
    the installation gives way, and the company's own is the first — in force from its date, not from
    tomorrow. Until a date to come the earlier one stays in force: without any, nothing could be entered."""
    if Event.objects.filter(customer_id__isnull=False).exists():
        return
    for row in activated.filter(effective_at__gte=start) if start > at else activated.all():
        PolicyVersion.objects.filter(pk=row.pk).update(state=VersionState.DROPPED, changed_at=work.now)
        work.record("policy.dropped", subject=("policy", row.pk), data={"version": row.label})


def _move(
    version: PolicyVersion,
    to: VersionState,
    work: UnitOfWork,
    viewer: Viewer,
    *,
    digest: str = "",
    only: VersionState | None = None,
) -> None:
    """One step of the state machine, compare-and-set; raises Conflict when it is not allowed (any more)."""
    came_from = [only] if only else [state for state, targets in MOVES.items() if to in targets]
    version.state, version.changed_at = to, work.now
    if to == VersionState.SUBMITTED:
        version.submitted_by, version.submitted_at = viewer.user, work.now
        way = passing.passing_of(load_policy(version.text))
        version.chain, version.steps, version.approvals = way.code, way.kept, []
    if to == VersionState.APPROVED:
        version.approved_by, version.approved_at = viewer.user, work.now
    if to == VersionState.DRAFT:
        version.submitted_by, version.submitted_at = None, None
        version.approved_by, version.approved_at = None, None
        version.chain, version.steps, version.approvals = "", [], []
    rows = PolicyVersion.objects.filter(pk=version.pk, state__in=came_from)
    if digest:
        rows = rows.filter(digest=digest)
    if not rows.update(**{name: getattr(version, name) for name in MOVED}):
        raise Conflict(_("This version is no longer in a state that allows this step; reload the page."))


def _require_hand(version: PolicyVersion, viewer: Viewer) -> None:
    """Only who may write everything that stands in a draft submits it, takes it back or gives it up."""
    require_draft(viewer)
    require_draft_of(viewer, load_policy(version.text))


def _require_still_its_way(version: PolicyVersion) -> None:
    if passing.outgrown(version, load_policy(version.text)):
        raise Conflict(
            _(
                "Another version was put in force since this one was submitted as grading standards; it would change "
                "other places too. Take it back or return it, and begin from the version in force."
            ),
            code="policy.outgrown",
        )


def _require_filled(version: PolicyVersion) -> None:
    missing = can_activate(load_policy(version.text))
    if missing:
        raise Invalid(
            _("This version cannot be put in force yet; these places are blank or do not fit: %(places)s.")
            % {"places": ", ".join(problem.path for problem in missing)},
            code="policy.blank",
            fields={problem.path: in_words(problem) for problem in missing},
        )


def _checked(document: str | Policy) -> Policy:
    if isinstance(document, Policy):
        return document
    try:
        return load_policy(document)
    except PolicyError as error:
        raise refused(error) from None


def _store(policy: Policy, work: UnitOfWork, viewer: Viewer, *, based_on: PolicyVersion | None = None) -> PolicyVersion:
    text = dump_policy(policy)
    return PolicyVersion.objects.create(
        label=policy.header.version,
        name=policy.header.name,
        text=text,
        digest=_digest(text),
        based_on=based_on,
        effective_from=policy.header.effective_from,
        drafted_by=viewer.user,
        drafted_at=work.now,
        changed_at=work.now,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
