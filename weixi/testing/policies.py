"""The shipped policies in force, for tests that begin with one."""

from __future__ import annotations

from collections.abc import Mapping

from weixi.kernel import clock
from weixi.organisation.scope import system_viewer
from weixi.policy import services
from weixi.policy.document.edit import set_values
from weixi.policy.document.shipped import build_shipped
from weixi.policy.models import PolicyVersion
from weixi.testing.kept import kept


def shipped_policy(preset: str = "quadrant") -> PolicyVersion:
    """The shipped policy of a preset as the first version, in force from today. There must be none yet."""

    def install() -> PolicyVersion:
        made = services.install_shipped_policy(preset=preset, viewer=system_viewer("test"))
        assert made is not None
        return made

    return kept(f"policy {preset}", install)


def policy_with(values: Mapping[str, object], preset: str = "quadrant") -> PolicyVersion:
    """The shipped policy with other values at these paths (`security.audit.kept_for`), in force from today, as the
    first version: there must be none yet."""
    viewer = system_viewer("test")
    today = clock.today().isoformat()
    document = set_values(build_shipped(preset), {"policy.effective_from": today, **values})
    version = services.draft_version(document, viewer=viewer)
    services.submit_version(version, viewer=viewer)
    services.approve_version(version, viewer=viewer, own=True)
    return services.activate_version(version, viewer=viewer)
