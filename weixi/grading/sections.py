"""Which `[grading]` section a run goes by, and its form as JSON so that a run keeps it.

The only place of this slice that asks for the policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.grades import labels_of
from weixi.grading.ladders import blanks_of
from weixi.kernel.errors import Conflict
from weixi.organisation.scope import Viewer
from weixi.policy.document.filling import filled_grading
from weixi.policy.document.grading import Grading
from weixi.policy.document.policy import Policy
from weixi.policy.document.rules import Cadence
from weixi.policy.document.shipped import build_shipped
from weixi.policy.queries import policy_in_force, version_in_force
from weixi.policy.queries.chains import acting_role


@dataclass(frozen=True, slots=True)
class Chosen:
    """A section and the label of the policy version it stands in."""

    grading: Grading
    label: str


def grading_in_force() -> Grading | None:
    """The section in force; None before the first policy and where it has none."""
    version = version_in_force()
    return _as_read(version.policy) if version else None


def _as_read(policy: Policy) -> Grading | None:
    """The section with the values in its texts; put together once for a document."""
    known = _read.get(id(policy))
    if known is None or known[0] is not policy:
        if len(_read) >= STATES:
            _read.clear()
        known = _read[id(policy)] = (policy, filled_grading(policy))
    return known[1]


# By the identity of the document, which is kept beside what was made of it.
STATES = 8
_read: dict[int, tuple[Policy, Grading | None]] = {}


def cadences_in_force() -> tuple[Cadence, ...]:
    version = version_in_force()
    return version.policy.cadence if version else ()


def capacities_in_force() -> dict[str, int]:
    """Grade -> how many customers of it one person can look after."""
    version = version_in_force()
    return {row.grade: row.customers_at_most for row in version.policy.organisation.capacity} if version else {}


def choose_section(preset: str | None = None) -> Chosen:
    """The section in force, or another preset's: its own thresholds where the document gives them, the
    shipped scorecard and grades of that preset.

    Raises Conflict when nothing is in force, or when the preset has blanks.
    """
    policy = policy_in_force()
    own = _as_read(policy)
    if own is None:
        raise Conflict(_("The policy in force has no grading section."), code="grading.no_section")
    grading = own if preset in (None, own.preset) else _with_preset(own, str(preset))
    if blanks := blanks_of(grading):
        raise Conflict(
            _("The policy leaves blank what this preset needs: %(keys)s. Fill it in on the policy page.")
            % {"keys": ", ".join(blanks)},
            code="grading.blank",
        )
    return Chosen(grading, policy.header.version)


def _with_preset(own: Grading, preset: str) -> Grading:
    document = build_shipped(preset)
    shipped = document.grading
    assert shipped is not None
    kept: dict[str, Any] = {
        name: given
        for name in ("threshold", "spend", "vip", "override", "fall", "approve_by")
        if (given := getattr(own, name)) is not None
    }
    made = shipped.model_copy(update={"missing": own.missing, **kept})
    return filled_grading(document.model_copy(update={"grading": made})) or made


# --- keeping a section with a run --------------------------------------------------------------------


def frozen(section: Grading) -> dict[str, Any]:
    """The section as JSON; `thawed` gives it back."""
    made: dict[str, Any] = _plain(section.model_dump(exclude_none=True))
    return made


def thawed(data: Mapping[str, Any]) -> Grading:
    return Grading.model_validate(dict(data))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # The policy's numbers have at most 6 places: a float gives the same text back.
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


# --- who may -----------------------------------------------------------------------------------------


def holds_role(viewer: Viewer, role: str | None, policy: Policy | None = None) -> bool:
    """Whether the viewer is a person of that role; a position of the policy counts as what it acts as."""
    if role is None or viewer.user is None or not viewer.user.is_active:
        return False
    return bool(viewer.user.role == acting_role(role, policy or policy_in_force()))


def class_titles() -> tuple[dict[str, str], dict[str, str]]:
    """(visit classes, gift classes) of the policy in force, code -> full name (G-10)."""
    version = version_in_force()
    if version is None:
        return {}, {}
    policy = version.policy
    return (
        {code: row.title for code, row in policy.visit.classes.items()},
        {code: row.title for code, row in policy.gift.classes.items()},
    )


def grade_titles(section: Grading) -> dict[str, str]:
    """Code -> name, in the preset's order; codes of other policies are called as there."""
    return labels_of(section)


def grade_ranks(section: Grading) -> dict[str, int]:
    """Code -> rank, 1 the best: the order of service, or the preset's order where the policy gives none."""
    priorities = {row.grade: row.priority for row in section.grade}
    return {code: priorities.get(code, place) for place, code in enumerate(section.grades, start=1)}
