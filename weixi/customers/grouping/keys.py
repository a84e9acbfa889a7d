"""What the list can be grouped by: an allow-list, and for each viewer only what he reads in clear."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from weixi.customers.access import viewer_access
from weixi.customers.enums import CustomerKind, Lifecycle, Reach
from weixi.customers.fields import Field
from weixi.customers.fields.catalogue import all_fields
from weixi.customers.filtering.tree import Test
from weixi.customers.models import Customer
from weixi.kernel.errors import Forbidden, Invalid
from weixi.organisation.models import Department, User
from weixi.organisation.scope import Viewer

Rows = QuerySet[Customer]
_PICKED = "picked"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to group by. `path` is what the database groups by, after `join`; `names` tells the values'
    words, `test` the condition that holds exactly one group (None: the list cannot ask for it).

    `order` are values in the order of their groups; others stand after them, the largest group first.
    `many`: a customer may stand in several groups, so that they do not add up to the whole.
    """

    code: str
    label: Any
    field: str
    path: str
    names: Callable[[Sequence[Any]], Mapping[Any, Any]]
    test: Callable[[Any], Test | None]
    order: tuple[Any, ...] = ()
    many: bool = False
    join: Callable[[Rows], Rows] | None = None

    def rows(self, rows: Rows) -> Rows:
        return self.join(rows) if self.join else rows


def group_keys(grades: Mapping[str, str]) -> dict[str, Key]:
    """Everything the list can be grouped by; `grades` are those in force, the best first."""
    found = {
        key.code: key
        for key in (
            _grade(grades),
            _choice("lifecycle", gettext_lazy("Lifecycle"), Lifecycle.choices),
            _owner(),
            _department(),
            _text("region", gettext_lazy("Region")),
            _text("city", gettext_lazy("City")),
            _text("industry", gettext_lazy("Industry")),
            _text("source", gettext_lazy("Source")),
            _choice("kind", gettext_lazy("Kind"), CustomerKind.choices),
            _choice("reach", gettext_lazy("Direct or indirect"), Reach.choices),
            _tag(),
        )
    }
    for field in all_fields().values():
        if field.custom and field.of != "contact" and field.type in ("choice", "choices"):
            found[field.key] = _custom(field)
    return found


def offered_keys(viewer: Viewer, grades: Mapping[str, str]) -> dict[str, Key]:
    """Those the viewer may group by: a group with its number would tell what is masked for him."""
    access = viewer_access(viewer)
    return {code: key for code, key in group_keys(grades).items() if access.reads(key.field)}


def key_for(viewer: Viewer, grades: Mapping[str, str], code: str) -> Key:
    """Raises Invalid for what the list does not know, Forbidden for what the viewer does not read."""
    key = group_keys(grades).get(code)
    if key is None:
        raise Invalid(_("The list cannot be grouped by “%(name)s”.") % {"name": code[:40]}, code="group.unknown")
    if not viewer_access(viewer).reads(key.field):
        raise Forbidden(
            _("“%(name)s” is masked for you, so the list cannot be grouped by it.") % {"name": key.label},
            code="group.masked",
        )
    return key


def _known(words: Mapping[Any, Any]) -> Callable[[Sequence[Any]], Mapping[Any, Any]]:
    return lambda _values: words


def _nothing(values: Sequence[Any]) -> Mapping[Any, Any]:
    return {value: value for value in values if value}


def _grade(grades: Mapping[str, str]) -> Key:
    def test(value: Any) -> Test | None:
        # A grade of another preset may still stand on a customer: no filter asks for it.
        return Test("grade", "in", (value or "none",)) if not value or value in grades else None

    words = {**grades, "": pgettext("grade", "not graded")}
    return Key("grade", gettext_lazy("Grade"), "grade", "grade", _known(words), test, (*grades, ""))


def _choice(name: str, label: Any, choices: Iterable[tuple[str, Any]]) -> Key:
    words = dict(choices)
    return Key(name, label, name, name, _known(words), lambda value: Test(name, "in", (value,)), tuple(words))


def _text(name: str, label: Any) -> Key:
    def test(value: Any) -> Test:
        return Test(name, "in", (value,)) if value else Test(name, "empty")

    return Key(name, label, name, name, _nothing, test)


def _owner() -> Key:
    def names(values: Sequence[Any]) -> Mapping[Any, Any]:
        found = dict(User.objects.filter(pk__in=[pk for pk in values if pk]).values_list("pk", "name"))
        return {**found, None: _("nobody")}

    return Key(
        "owner", gettext_lazy("Owner"), "owner", "owner_id", names,
        lambda value: Test("owner", "in", (str(value) if value else "none",)),
    )  # fmt: skip


def _department() -> Key:
    def names(values: Sequence[Any]) -> Mapping[Any, Any]:
        return dict(Department.objects.filter(pk__in=[pk for pk in values if pk]).values_list("pk", "name"))

    return Key(
        "department", gettext_lazy("Department"), "owner", "owner__department_id", names,
        lambda value: Test("department", "in", (str(value) if value else "none",)),
    )  # fmt: skip


def _tag() -> Key:
    def test(value: Any) -> Test:
        return Test("tags", "has_any", (value,)) if value else Test("tags", "empty")

    return Key("tag", gettext_lazy("Tag"), "tags", "tagged__tag__name", _nothing, test, many=True)


def _custom(field: Field) -> Key:
    def join(rows: Rows) -> Rows:
        """Uses index: custom_value_customer."""
        own = FilteredRelation("custom", condition=Q(custom__field_id=field.field_id))
        return rows.annotate(**{_PICKED: own})

    def test(value: Any) -> Test:
        return Test(field.key, "in", (value,)) if value else Test(field.key, "empty")

    return Key(
        field.key, field.label, field.key, f"{_PICKED}__text", _known(dict(field.choices)), test,
        tuple(code for code, _label in field.choices), field.type == "choices", join,
    )  # fmt: skip
