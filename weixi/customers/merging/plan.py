"""What a merge would do: field by field, what moves, which people stand in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.access import viewer_access
from weixi.customers.fields import customer_fields, values_of
from weixi.customers.fields.field import Field
from weixi.customers.labels import words_of
from weixi.customers.matching.people import person_name
from weixi.customers.matching.points import phones_of
from weixi.customers.merging.moving import Count, counts
from weixi.customers.models import Contact, Customer
from weixi.kernel.errors import Conflict, Invalid
from weixi.organisation.enums import Access, Right
from weixi.organisation.scope import Viewer

# The one that stays keeps its own of these; tags of both are kept.
_ITS_OWN = frozenset(
    {"number", "kind", "owner", "co_owner", "lifecycle", "grade", "tags", "reach", "through", "remark"}
)
_SOURCES = frozenset({"customer", "registration", "custom"})


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field in which the two differ. `take` is the value that the one that stays will have; `gives_way` the
    one that is written into the remark, if both had one and the field is an ordinary one."""

    field: Field
    winner: Any
    loser: Any
    take: Any

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def column(self) -> str:
        return self.field.column

    @property
    def writable(self) -> bool:
        """Whether something else can be written instead of the two: texts without a list."""
        return self.field.type in ("text", "long_text") and not self.field.choices and not self.field.custom

    @property
    def differs(self) -> bool:
        return self.winner not in (None, "") and self.loser not in (None, "")

    def words(self, value: Any) -> str:
        return words_of(self.field.column, value)


@dataclass(frozen=True, slots=True)
class PersonTwice:
    """A person at the one that goes who may be one at the one that stays."""

    loser: Contact
    winner: Contact


@dataclass(frozen=True, slots=True)
class MergePlan:
    loser: Customer
    winner: Customer
    fields: tuple[FieldChoice, ...]
    moves: tuple[Count, ...]
    people: tuple[PersonTwice, ...]


def plan_merge(loser: Customer, winner: Customer, *, viewer: Viewer) -> MergePlan:
    """What would happen; writes nothing. The caller has fetched both for the viewer. Raises as `check_pair`."""
    check_pair(loser, winner, viewer=viewer)
    return MergePlan(
        loser, winner, field_choices(loser, winner, viewer), tuple(counts(loser.pk, winner.pk)), _twice(loser, winner)
    )


def check_pair(loser: Customer, winner: Customer, *, viewer: Viewer) -> None:
    """Raises Forbidden without the right, Invalid for one and the same, Conflict when one is put away."""
    viewer.require(Right.CUSTOMERS_ARCHIVE)
    viewer.require(Right.CUSTOMERS_EDIT)
    if loser.pk == winner.pk:
        raise Invalid(_("Choose two different customers."), code="merge.same")
    for each in (loser, winner):
        if each.merged_into_id:
            raise Conflict(_("%(name)s was merged already.") % {"name": each.name}, code="merge.merged")
        if each.archived_at:
            raise Conflict(
                _("%(name)s was put away; bring it back before merging.") % {"name": each.name}, code="merge.put_away"
            )
    if loser.kind != winner.kind:
        raise Invalid(_("A company and a person cannot be made one."), code="merge.kinds")


def field_choices(loser: Customer, winner: Customer, viewer: Viewer) -> tuple[FieldChoice, ...]:
    """The fields in which they differ and that the viewer may write: filled from the other where empty."""
    access = viewer_access(viewer)
    fields = [
        field
        for field in customer_fields()
        if field.source in _SOURCES
        and field.right
        and field.key not in _ITS_OWN
        and access.of(field.key) == Access.WRITE
    ]
    values = values_of([loser.pk, winner.pk], [field.key for field in fields])
    found = []
    for field in fields:
        mine, theirs = values[winner.pk][field.key], values[loser.pk][field.key]
        if theirs in (None, "", ()) or mine == theirs:
            continue
        found.append(FieldChoice(field, mine, theirs, theirs if mine in (None, "", ()) else mine))
    return tuple(found)


def chosen_values(plan_fields: tuple[FieldChoice, ...], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """{column: value} for the one that stays: what was chosen by key, else what the plan takes."""
    return {choice.column: chosen.get(choice.key, choice.take) for choice in plan_fields}


def lost_lines(fields: tuple[FieldChoice, ...], values: Mapping[str, Any]) -> list[str]:
    """`电话 0512-65123456` for ordinary values that neither stay nor are anywhere else."""
    lines = []
    for choice in fields:
        if choice.field.level != "ordinary":
            continue
        for value in (choice.winner, choice.loser):
            if value not in (None, "", ()) and values.get(choice.column) != value:
                lines.append(f"{choice.field.label} {choice.words(value)}")
    return lines


def _twice(loser: Customer, winner: Customer) -> tuple[PersonTwice, ...]:
    """People of the same name, or with the same telephone and nothing against it."""
    mine = list(Contact.objects.filter(customer=winner, removed_at=None))
    theirs = list(Contact.objects.filter(customer=loser, removed_at=None))
    found = []
    for person in theirs:
        name, lines = person_name(person.name).text, set(phones_of([person.mobile, person.phone]))
        for other in mine:
            same = set(phones_of([other.mobile, other.phone]))
            if name == person_name(other.name).text and (not lines or not same or lines & same):
                found.append(PersonTwice(person, other))
                break
    return tuple(found)
