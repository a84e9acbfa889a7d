"""What the policy allows: [security.files] of the one in force, or of the shipped one where it says nothing."""

from __future__ import annotations

from weixi.policy.document.guard import Files
from weixi.policy.document.shipped import build_shipped
from weixi.policy.queries import version_in_force


def file_limits() -> Files:
    found = version_in_force()
    files = found.policy.security.files if found is not None else None
    files = files or build_shipped().security.files
    assert files is not None, "the shipped policy has [security.files]"
    return files
