"""Who passes a version: the chain that the policy in force names for the policy itself."""

from __future__ import annotations

from typing import Any

import pytest

from weixi.customers.services import create_customer
from weixi.kernel.errors import Conflict, Forbidden
from weixi.kernel.events.models import Event
from weixi.organisation.models import User
from weixi.organisation.scope import system_viewer
from weixi.policy import services
from weixi.policy.document.edit import set_values
from weixi.policy.document.shipped import build_shipped
from weixi.policy.enums import VersionState
from weixi.policy.models import PolicyVersion
from weixi.testing.cast import Cast
from weixi.testing.policies import policy_with

CHAIN = "approval.policy.steps"
PREPARE = {"act": "prepare", "by": ["service_manager"]}
GM = {"act": "deliberate", "by": ["gm_office"]}


def submitted(cast: Cast, chain: list[dict[str, Any]] | None = None, **more: Any) -> PolicyVersion:
    """The next version, put before those whom the one in force asks."""
    changes: dict[str, Any] = {CHAIN: [PREPARE, *chain]} if chain else {}
    policy_with({**changes, **more})
    document = set_values(build_shipped(), {"policy.version": "next"})
    version = services.draft_version(document, viewer=cast.viewer("supervisor"))
    return services.submit_version(version, viewer=cast.viewer("supervisor"))


def yes(version: PolicyVersion, cast: Cast, who: str) -> str:
    return str(services.approve_version(version, viewer=cast.viewer(who)).state)


def test_the_office_of_the_general_manager_passes_it_and_nobody_else(cast: Cast) -> None:
    version = submitted(cast)
    for who in ("director", "service_manager", "admin"):
        with pytest.raises(Forbidden):
            yes(version, cast, who)
    assert yes(version, cast, "executive") == VersionState.APPROVED
    version.refresh_from_db()
    assert [(each["role"], each["by"]) for each in version.approvals] == [("executive", cast.executive.pk)]


def test_each_step_is_another_persons_and_the_last_one_counts(cast: Cast) -> None:
    version = submitted(cast, [{"act": "review", "by": ["service_manager"]}, GM])
    with pytest.raises(Forbidden):
        yes(version, cast, "executive")
    assert yes(version, cast, "service_manager") == VersionState.SUBMITTED
    with pytest.raises(Forbidden):
        yes(version, cast, "service_manager")
    assert Event.objects.get(type="policy.passed_step").data["step"] == 1
    assert yes(PolicyVersion.objects.get(pk=version.pk), cast, "executive") == VersionState.APPROVED


def test_where_nobody_holds_the_role_the_right_decides(cast: Cast) -> None:
    version = submitted(cast)
    User.objects.filter(pk=cast.executive.pk).update(is_active=False)
    with pytest.raises(Forbidden):
        yes(version, cast, "service_manager")
    assert yes(version, cast, "director") == VersionState.APPROVED


def test_a_version_sent_back_begins_anew(cast: Cast) -> None:
    version = submitted(cast, [{"act": "review", "by": ["service_manager"]}, GM])
    yes(version, cast, "service_manager")
    services.return_version(version, viewer=cast.viewer("executive"), reason="太短")
    version = services.submit_version(version, viewer=cast.viewer("supervisor"))
    assert version.approvals == []
    with pytest.raises(Forbidden):
        yes(version, cast, "executive")


def test_a_chain_that_allows_no_return(cast: Cast) -> None:
    version = submitted(cast, None, **{"approval.policy.returns_allowed": False})
    with pytest.raises(Conflict):
        services.return_version(version, viewer=cast.viewer("executive"), reason="太短")
    assert yes(version, cast, "executive") == VersionState.APPROVED


def test_before_the_first_version_the_right_decides(cast: Cast) -> None:
    version = services.draft_version(build_shipped(), viewer=cast.viewer("supervisor"))
    services.submit_version(version, viewer=cast.viewer("supervisor"))
    assert yes(version, cast, "director") == VersionState.APPROVED


def test_the_owner_at_the_command_line_has_nobody_above(cast: Cast) -> None:
    create_customer(viewer=system_viewer("test"), name="甲")
    version = submitted(cast)
    assert services.approve_version(version, viewer=system_viewer("cli")).state == VersionState.APPROVED
