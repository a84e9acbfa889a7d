"""The decision itself: role, policy and field come together here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.access.kinds import Described, describe
from weixi.customers.fields.catalogue import all_fields, field_of, find_field
from weixi.customers.fields.field import Field
from weixi.kernel.errors import Forbidden
from weixi.kernel.masking import STARS, mask
from weixi.organisation.enums import Access, FieldClass
from weixi.organisation.scope import Viewer
from weixi.policy.queries import version_in_force

_SENSITIVE = frozenset({"sensitive"})


@dataclass(frozen=True)
class FieldAccess:
    """How far one viewer gets to each field. Made once per viewer by `viewer_access`."""

    viewer: Viewer
    masked_levels: frozenset[str]
    fields: Mapping[str, Field]
    _found: dict[str, Access] = field(default_factory=dict)

    def of(self, key: str) -> Access:
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._decide(self.described(key))
        return found

    def described(self, key: str) -> Described:
        return describe(key, self.fields.get(key) or _retired(key))

    def _decide(self, what: Described) -> Access:
        user = self.viewer.user
        if user is None or what.always_seen:
            return Access.WRITE
        apart = user.rules.fields.get(what.key)
        found = apart or user.rules.classes[what.field_class]
        if not apart and what.field_class == FieldClass.ORDINARY and what.level in self.masked_levels:
            found = found if found.within(Access.MASKED) else Access.MASKED
        # A company that masks nothing (`security.personal.masked`) shows what is not hidden.
        return Access.WRITE if found == Access.MASKED and not self.masked_levels else found

    def reads(self, key: str) -> bool:
        """Whether the viewer sees the value in full."""
        return self.of(key).reads

    def sees(self, key: str) -> bool:
        """Whether the viewer may know of the field at all."""
        return self.of(key) != Access.HIDDEN

    def writes(self, key: str) -> bool:
        """Whether a new value may be entered, by who enters customers; also blindly over a masked text."""
        access, field = self.of(key), self.fields.get(key)
        return access == Access.WRITE or (access == Access.MASKED and (field is None or _is_text(field)))

    def present(self, key: str, value: Any) -> Any:
        """The value as this viewer sees it: as it is, masked as text, or empty when the field is hidden.

        Nothing (None, empty text) stays nothing: that a field is not filled is no secret.
        """
        access = self.of(key)
        if access.reads or value is None or value == "":
            return value
        if access == Access.HIDDEN:
            return ""
        return mask(value, self.described(key).mask) if isinstance(value, str) else STARS

    def typed(self, key: str, value: Any) -> Any:
        """As `present`, for places where only a value of the field's own type may stand: a text masked, any
        other value None unless it is seen in full."""
        if isinstance(value, str):
            return self.present(key, value)
        return value if self.reads(key) else None

    def require_reads(self, *keys: str) -> None:
        """Raises Forbidden unless all these are seen in full: what cannot be read cannot be filtered, sorted,
        grouped or searched by either, as the answer would tell it."""
        if dark := [key for key in keys if not self.reads(key)]:
            raise Forbidden(
                _("Your role does not see %(fields)s in full, so nothing can be filtered or sorted by it.")
                % {"fields": _(", ").join(map(label_of_key, dark))},
                code="field.unreadable",
            )

    def label(self, key: str) -> str:
        """The name of a field on screen, without asking for the catalogue again."""
        found = self.fields.get(key)
        return str(found.full_label) if found else label_of_key(key)

    def masked(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys that are shown masked."""
        return [key for key in keys if self.of(key) == Access.MASKED]


def viewer_access(viewer: Viewer) -> FieldAccess:
    """The viewer's access, worked out once for as long as he looks (a request, a job)."""
    kept = vars(viewer)
    if "_field_access" not in kept:
        version = version_in_force()
        levels: frozenset[str] = _SENSITIVE
        if version is not None:
            personal = version.policy.security.personal
            on = personal is None or personal.masked
            levels = frozenset(version.policy.archive.masked_levels) if on else frozenset()
        kept["_field_access"] = FieldAccess(viewer, levels, all_fields())
    found: FieldAccess = kept["_field_access"]
    return found


def present(viewer: Viewer, key: str, value: Any) -> Any:
    """One value as this viewer sees it; see `FieldAccess.present`."""
    return viewer_access(viewer).present(key, value)


def label_of_key(key: str) -> str:
    """The name of a field on screen."""
    field = find_field(key)
    return str(field.full_label) if field else key


def _is_text(field: Field) -> bool:
    """Whether masked text can stand in its input: a choice, a number or a day could not be left as it was."""
    return field.type in ("text", "long_text") or field.compared == "day_text"


def _retired(key: str) -> Field | None:
    """A custom field that was retired keeps its level in the history."""
    try:
        return field_of(key) if key.startswith("x_") else None
    except KeyError:
        return None
