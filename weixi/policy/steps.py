"""Where a version stands on its way, what this reader may do about it, and what is still blank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from weixi.kernel import clock
from weixi.organisation.enums import Right, Role
from weixi.organisation.scope import Viewer
from weixi.policy.document.activate import can_activate
from weixi.policy.document.labels import label
from weixi.policy.document.paths import PathError
from weixi.policy.document.policy import Policy
from weixi.policy.editors import Editors, value_url
from weixi.policy.enums import VersionState
from weixi.policy.forms.values import about, place_of
from weixi.policy.models import PolicyVersion
from weixi.policy.problem_words import in_words
from weixi.policy.queries.standards import CHAIN, FORMAL, beyond_standards, changes_anything, may_draft
from weixi.policy.reading import language, role_name
from weixi.policy.services import effective_instant, is_first, wrote_in
from weixi.policy.services.passing import (
    Passing,
    may_pass,
    may_put_in_force,
    outgrown,
    passing_of,
    returns_allowed,
    roles_asked,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the way; `state` is `ok` behind us, `on` where it stands, empty ahead."""

    label: str
    about: str
    state: str


@dataclass(frozen=True, slots=True)
class Way:
    """`effective` is when the version takes effect if it is put in force now, or does."""

    steps: tuple[Step, ...]
    effective: datetime
    in_future: bool
    may_submit: bool
    may_take_back: bool
    may_approve: bool
    # Whose yes it waits for, in words; empty where no chain asks anybody.
    asked: str
    own: bool
    may_return: bool
    may_activate: bool
    may_drop: bool
    # A draft: who passes it once it is submitted, in words, and whether it goes the way of grading standards.
    passes: str
    as_standards: bool
    # Submitted as grading standards, and would change something else by now.
    outgrown: bool


@dataclass(frozen=True, slots=True)
class Blank:
    """`sentence` is empty where nothing is to be said but that it is blank."""

    title: str
    sentence: str
    url: str


def steps_of(version: PolicyVersion, document: Policy, viewer: Viewer) -> Way:
    state = version.state
    approves = viewer.may(Right.POLICY_APPROVE)
    drafts = viewer.may(Right.POLICY_DRAFT) or (may_draft(viewer) and not beyond_standards(document))
    now = clock.now()
    effective = version.effective_at or effective_instant(document, first=is_first(), activated_at=now)
    submitted = state == VersionState.SUBMITTED
    own = submitted and may_pass(version, viewer) and wrote_in(version, viewer)
    return Way(
        steps=_steps(version, effective),
        effective=effective,
        in_future=effective > now,
        may_submit=drafts and state == VersionState.DRAFT,
        may_take_back=drafts and submitted,
        may_approve=submitted and not own and may_pass(version, viewer),
        asked=_(", ").join(str(Role(role).label) for role in sorted(roles_asked(version)) if role in Role.values)
        if submitted
        else "",
        own=own,
        may_return=(approves and state == VersionState.APPROVED)
        or (submitted and returns_allowed(version) and may_pass(version, viewer)),
        may_activate=state == VersionState.APPROVED and may_put_in_force(version, viewer),
        may_drop=drafts and state == VersionState.DRAFT,
        passes=_passes(passing_of(document)) if state == VersionState.DRAFT and changes_anything(document) else "",
        as_standards=state == VersionState.DRAFT and passing_of(document).code == CHAIN,
        outgrown=state in (VersionState.SUBMITTED, VersionState.APPROVED) and outgrown(version, document),
    )


def _passes(way: Passing) -> str:
    """Who passes a draft, step by step, in words; empty where no chain asks anybody."""
    either, each = _(" or "), _(", ")
    return " → ".join((each if step.all else either).join(map(role_name, step.roles)) for step in way.steps)


def _steps(version: PolicyVersion, effective: datetime) -> tuple[Step, ...]:
    state = version.state
    order = [VersionState.DRAFT, VersionState.SUBMITTED, VersionState.APPROVED, VersionState.ACTIVATED]
    place = order.index(VersionState(state)) if state in order else -1

    def mark(first: int, last: int) -> str:
        return "ok" if place > last else ("on" if first <= place <= last else "")

    approver = version.approved_by.name if version.approved_by else ""
    author = version.drafted_by.name if version.drafted_by else ""
    return (
        Step(pgettext("step", "Draft"), author, mark(0, 0)),
        Step(pgettext("step", "Approval"), approver, mark(1, 1)),
        Step(
            pgettext("step", "In force"),
            "",
            "ok" if state == VersionState.ACTIVATED and effective <= clock.now() else mark(2, 3),
        ),
    )


def blanks_of(version: PolicyVersion, document: Policy) -> list[Blank]:
    """What keeps the version from being put in force, each with its editor where it has one."""
    found = []
    for problem in can_activate(document):
        url = ""
        if version.state == VersionState.DRAFT:
            try:
                place_of(document, problem.path)
                url = value_url(version.pk, problem.path)
            except PathError:
                url = ""
        blank = url and problem.code == "blank" and "partnership" not in problem.path
        found.append(Blank(_title(document, problem.path), "" if blank else in_words(problem), url))
    return found


def fill_url(version: PolicyVersion, document: Policy) -> str:
    """Where the open places of a draft are filled in together; empty when there are not several."""
    if version.state != VersionState.DRAFT:
        return ""
    paths = []
    for problem in can_activate(document):
        try:
            place_of(document, problem.path)
        except PathError:
            continue
        paths.append(problem.path)
    return value_url(version.pk, *dict.fromkeys(paths)) if len(paths) > 1 else ""


def _title(document: Policy, path: str) -> str:
    """A place of the grading section in words: the grade it is about and the key."""
    lang = language()
    key = path.rpartition(".")[2]
    return " ".join(part for part in (about(document, path), label(key, lang, path)) if part)


def head_paths(edit: Editors) -> tuple[str, ...]:
    """What of the head of a draft this person may change."""
    names = ("number", "status", "prepared_on", "reviewed_on", "approved_on", "change_mark", "changes", "changed_on")
    paths = ("policy.name", "policy.version", "policy.effective_from", *(f"control.{name}" for name in names))
    return tuple(path for path in paths if path in FORMAL or not edit.standards_only)
