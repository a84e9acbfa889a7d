"""A version's way through the services: steps, rights, four eyes, two at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from weixi.kernel.errors import Conflict, Forbidden, Invalid
from weixi.kernel.events.models import Event
from weixi.kernel.outbox.models import Notice
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer
from weixi.policy import queries, services
from weixi.policy.document.edit import set_value
from weixi.policy.document.shipped import build_shipped
from weixi.policy.enums import MOVES, VersionState
from weixi.policy.models import PolicyVersion
from weixi.policy.services import passing
from weixi.policy.tests.conftest import MORNING, Draft
from weixi.testing.cast import Cast, make_cast


def approved(version: PolicyVersion, cast: Cast) -> PolicyVersion:
    services.submit_version(version, viewer=cast.viewer("supervisor"))
    return services.approve_version(version, viewer=cast.viewer("executive"))


def test_the_way_from_draft_to_force(draft: Draft, cast: Cast) -> None:
    version = services.activate_version(approved(draft(), cast), viewer=cast.viewer("executive"))
    stored = PolicyVersion.objects.get(pk=version.pk)
    assert stored.state == VersionState.ACTIVATED
    assert (stored.submitted_by, stored.approved_by, stored.activated_by) == (
        cast.supervisor, cast.executive, cast.executive
    )  # fmt: skip
    assert stored.effective_at == datetime.fromisoformat("2026-04-01T00:00+08:00")
    said = Event.objects.filter(subject_type="policy", subject_id=str(stored.pk)).order_by("pk")
    assert list(said.values_list("type", flat=True)) == [
        "policy.drafted", "policy.submitted", "policy.approved", "policy.activated"
    ]  # fmt: skip


def test_it_takes_effect_from_its_date_and_not_before(draft: Draft, cast: Cast, moved_clock: Any) -> None:
    version = services.activate_version(approved(draft(), cast), viewer=cast.viewer("director"))
    moved_clock("2026-03-31T23:59+08:00")
    before = queries.version_in_force()
    moved_clock("2026-04-01T00:00+08:00")
    after = queries.version_in_force()
    assert before is not None and after is not None
    assert (before.pk != version.pk, after.pk) == (True, version.pk)


def test_a_date_gone_by_counts_from_tomorrow(draft: Draft, cast: Cast) -> None:
    version = draft(**{"policy.effective_from": "2026-01-01"})
    activated = services.activate_version(approved(version, cast), viewer=cast.viewer("director"))
    assert activated.effective_at == datetime.fromisoformat("2026-03-03T00:00+08:00")


STEPS: dict[str, Callable[[PolicyVersion, Cast], object]] = {
    VersionState.SUBMITTED: lambda v, cast: services.submit_version(v, viewer=cast.viewer("supervisor")),
    VersionState.APPROVED: lambda v, cast: services.approve_version(v, viewer=cast.viewer("executive")),
    VersionState.ACTIVATED: lambda v, cast: services.activate_version(v, viewer=cast.viewer("director")),
    VersionState.DROPPED: lambda v, cast: services.drop_version(v, viewer=cast.viewer("supervisor")),
}


@pytest.mark.parametrize("state", list(VersionState))
@pytest.mark.parametrize("to", list(STEPS))
def test_every_step_that_the_table_does_not_allow_is_refused(state: str, to: str, draft: Draft, cast: Cast) -> None:
    version = draft()
    effective = datetime.fromisoformat("2026-03-05T00:00+08:00") if state == VersionState.ACTIVATED else None
    PolicyVersion.objects.filter(pk=version.pk).update(state=state, effective_at=effective)
    version.refresh_from_db()
    if to in MOVES[state]:
        STEPS[to](version, cast)
        assert PolicyVersion.objects.get(pk=version.pk).state == to
        return
    with pytest.raises(Conflict):
        STEPS[to](version, cast)
    assert PolicyVersion.objects.get(pk=version.pk).state == state


def test_nobody_approves_what_he_drafted(draft: Draft, cast: Cast) -> None:
    version = services.submit_version(draft(by="director"), viewer=cast.viewer("director"))
    with pytest.raises(Forbidden):
        services.approve_version(version, viewer=cast.viewer("director"))
    assert services.approve_version(version, viewer=cast.viewer("executive")).state == VersionState.APPROVED


def test_nobody_approves_what_he_changed_in_another_ones_draft(draft: Draft, cast: Cast) -> None:
    version = draft()
    changed = set_value(queries.document_of(version), "N-2a.within", "1 小时")
    version = services.change_draft(version, changed, viewer=cast.viewer("director"), digest=version.digest)
    services.submit_version(version, viewer=cast.viewer("supervisor"))
    with pytest.raises(Forbidden):
        services.approve_version(version, viewer=cast.viewer("director"))


def test_who_may_not_approve_is_refused(draft: Draft, cast: Cast) -> None:
    version = services.submit_version(draft(), viewer=cast.viewer("supervisor"))
    for act in (
        lambda: services.approve_version(version, viewer=cast.viewer("service_manager")),
        lambda: services.return_version(version, viewer=cast.viewer("service_manager"), reason="x"),
        lambda: services.submit_version(version, viewer=cast.viewer("specialist")),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_text_changed_since_it_was_looked_at_is_not_approved(draft: Draft, cast: Cast) -> None:
    version = services.submit_version(draft(), viewer=cast.viewer("supervisor"))
    seen = version.digest
    services.return_version(version, viewer=cast.viewer("executive"), reason="再想想")
    changed = set_value(queries.document_of(version), "N-2a.within", "1 小时")
    services.change_draft(version, changed, viewer=cast.viewer("supervisor"))
    version = services.submit_version(PolicyVersion.objects.get(pk=version.pk), viewer=cast.viewer("supervisor"))
    with pytest.raises(Conflict):
        services.approve_version(version, viewer=cast.viewer("executive"), digest=seen)


def test_a_return_needs_a_reason_and_keeps_it(draft: Draft, cast: Cast) -> None:
    version = services.submit_version(draft(), viewer=cast.viewer("supervisor"))
    with pytest.raises(Invalid):
        services.return_version(version, viewer=cast.viewer("director"), reason="  ")
    services.return_version(version, viewer=cast.viewer("director"), reason="时限过短")
    stored = PolicyVersion.objects.get(pk=version.pk)
    assert (stored.state, stored.return_reason, stored.submitted_by) == (VersionState.DRAFT, "时限过短", None)


def test_an_approved_version_cannot_be_taken_back_with_an_old_page(draft: Draft, cast: Cast) -> None:
    version = services.submit_version(draft(), viewer=cast.viewer("supervisor"))
    old = PolicyVersion.objects.get(pk=version.pk)
    services.approve_version(version, viewer=cast.viewer("executive"))
    with pytest.raises(Conflict):
        services.take_back_version(old, viewer=cast.viewer("supervisor"))


def test_blanks_keep_vip_from_every_step(cast: Cast, standard: PolicyVersion) -> None:
    version = services.draft_version(build_shipped("vip"), viewer=cast.viewer("supervisor"))
    with pytest.raises(Invalid) as caught:
        services.submit_version(version, viewer=cast.viewer("supervisor"))
    assert "grading.vip.vip.annual_amount_from" in caught.value.fields
    assert PolicyVersion.objects.get(pk=version.pk).state == VersionState.DRAFT


@pytest.mark.django_db(transaction=True)
def test_one_version_activated_twice_at_once_is_activated_once(at_once: Any, moved_clock: Any) -> None:
    cast = make_cast()
    installed = services.install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
    assert installed is not None
    document = set_value(queries.document_of(installed), "policy.version", "2030.1")
    document = set_value(document, "policy.effective_from", "2099-01-01")
    version = services.draft_version(document, viewer=cast.viewer("supervisor"))
    approved(version, cast)

    def act() -> PolicyVersion:
        return services.activate_version(PolicyVersion.objects.get(pk=version.pk), viewer=cast.viewer("director"))

    results = at_once(act, act)
    assert sorted(isinstance(each, Conflict) for each in results) == [False, True]
    assert Event.objects.filter(type="policy.activated", subject_id=str(version.pk)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_versions_activated_at_once_never_stand_in_the_wrong_order(at_once: Any) -> None:
    cast = make_cast()
    installed = services.install_shipped_policy(preset="quadrant", viewer=system_viewer("test"))
    assert installed is not None
    pair = []
    for label, day in (("a", "2099-01-01"), ("b", "2099-02-01")):
        document = set_value(queries.document_of(installed), "policy.version", label)
        document = set_value(document, "policy.effective_from", day)
        pair.append(approved(services.draft_version(document, viewer=cast.viewer("supervisor")), cast))
    acts = [lambda v=v: services.activate_version(v, viewer=cast.viewer("director")) for v in pair]
    at_once(*acts)
    rows = list(PolicyVersion.objects.filter(state="activated").order_by("activated_at", "pk"))
    assert rows[-1].pk == pair[1].pk
    moments = [row.effective_at for row in rows]
    assert moments == sorted(moments)


def test_a_story_begins_in_the_morning(standard: PolicyVersion) -> None:
    assert standard.effective_at == datetime.fromisoformat(MORNING).replace(hour=0)


def test_whose_yes_is_next_is_told_and_the_author_hears_what_came_of_it(draft: Draft, cast: Cast) -> None:
    def told(kind: str) -> set[str]:
        return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))

    version = services.submit_version(draft(), viewer=cast.viewer("supervisor"))
    assert told("policy.asked") == {User.objects.get(pk=pk).username for pk in passing.deciders(version)} != set()
    assert cast.supervisor.username not in told("policy.asked")
    asked = Notice.objects.filter(kind="policy.asked").count()
    version = services.return_version(version, viewer=cast.viewer("director"), reason="期限太短")
    assert told("policy.returned") == {cast.supervisor.username}
    assert Notice.objects.get(kind="policy.returned").params["reason"] == "期限太短"
    version = services.submit_version(version, viewer=cast.viewer("supervisor"))
    assert Notice.objects.filter(kind="policy.asked").count() >= asked
    services.approve_version(version, viewer=cast.viewer("executive"))
    assert told("policy.approved") == {cast.supervisor.username}
