"""What the list can be filtered by: every field of the catalogue, and what the slices register.

The allow-list of the filter language. A field that the viewer may not read is named but refused: neither a
filter nor the count behind it tells anything about a value that is masked for him.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import DecimalField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import Exact, In
from django.utils.translation import gettext_lazy as _

from weixi.customers.access import viewer_access
from weixi.customers.fields import Field
from weixi.customers.fields.catalogue import all_fields
from weixi.customers.fields.groups import group_title
from weixi.customers.filtering import operators as ops
from weixi.customers.filtering.quality import quality_filters
from weixi.customers.filtering.values import People
from weixi.customers.models import Contact, Customer, CustomerTag, CustomValue, Registration
from weixi.customers.queries.listing.filters import Asker
from weixi.kernel.literal import not_empty
from weixi.kernel.slices import FilterOp, ListFilter, registry
from weixi.kernel.walked import Walked
from weixi.organisation.models import Department
from weixi.organisation.scope import Viewer

# Columns of the customer with an index of their own.
INDEXED = frozenset(
    {
        "number", "city", "industry", "region", "grade", "annual_amount", "last_contact_at", "next_due_at", "created_at",
        "completeness", "source", "lifecycle",
    }
)  # fmt: skip
# What is asked in a way of its own, below or by another slice.
_ELSEWHERE = frozenset({"tags", "through", "owner", "co_owner", "grade", "last_contact_kind"})


def readable(viewer: Viewer, key: str) -> bool:
    """Whether values of this field stand in clear for the viewer: only then may he filter by it."""
    return viewer_access(viewer).reads(key)


def list_filters(asker: Asker) -> dict[str, ListFilter]:
    """Everything the list can be filtered by, by its name in the language."""
    found = {item.code: item for item in _own(asker)}
    of_fields = {field.key: _of_field(field) for field in all_fields().values() if field.key not in _ELSEWHERE}
    return found | of_fields | registry.filters


def list_filter(asker: Asker, code: str) -> ListFilter | None:
    """One of `list_filters`, without putting the others together."""
    if (known := registry.filters.get(code)) is not None:
        return known
    if code not in _ELSEWHERE and (field := all_fields().get(code)) is not None:
        return _of_field(field)
    return next((item for item in _own(asker) if item.code == code), None)


def offered(asker: Asker) -> dict[str, ListFilter]:
    """The filters this viewer may use."""
    return {
        code: item for code, item in list_filters(asker).items() if not item.field or readable(asker.viewer, item.field)
    }


# --- fields of the catalogue ------------------------------------------------------------------------


def _of_field(field: Field) -> ListFilter:
    choices: Callable[[Any], Iterable[tuple[str, Any]]] | None = None
    if field.type in ("choice", "choices") and (field.custom or _has_codes(field)):
        listed = field.choices
        choices = lambda _viewer: listed  # noqa: E731
        found = ops.choice_ops(_column(field, "text"), empty=True)
    else:
        found = _ops(field)
    if field.compared in ("moment", "day"):
        choices = ops.period_choices
    return ListFilter(field.key, field.full_label, group_title(field.group), found, choices, field.key)


def _has_codes(field: Field) -> bool:
    """Whether the column stores codes of its own choices, not texts that a standard suggests."""
    model: Any = {"customer": Customer, "registration": Registration, "contact": Contact}[field.source]
    return bool(model._meta.get_field(field.column).choices)


def _ops(field: Field) -> tuple[FilterOp, ...]:
    kind = field.compared
    if kind == "day_text":
        return ops.partial_day_ops(_column(field, "text"))
    if kind == "day":
        return ops.day_ops(_column(field, "day"), few=field.custom)
    if kind == "moment":
        return ops.moment_ops(_column(field), future=field.key == "next_due_at", few=field.key != "last_contact_at")
    if kind == "flag":
        return ops.flag_ops(_column(field, "number"))
    if kind == "number":
        what = {"completeness": "percent"}.get(field.key, "amount" if field.type == "amount" else "number")
        return ops.number_ops(_column(field, "number"), what, few=field.custom or field.key == "annual_amount")
    return ops.text_ops(_column(field, "long_text" if field.type == "long_text" else "text"))


def _column(field: Field, stored: str = "text") -> ops.Column:
    """Where the field stands. `stored` is the column of a custom value."""
    if field.custom:
        return _custom_column(field, stored)
    if field.source == "registration":
        return ops.Column(field.column, Registration._meta.get_field(field.column), wrap=_in_form)
    if field.source == "contact":
        return ops.Column(field.column, Contact._meta.get_field(field.column), wrap=_at_contact)
    indexed = field.column in INDEXED
    return ops.Column(field.column, Customer._meta.get_field(field.column), indexed=indexed)


def _in_form(condition: Q) -> Q:
    return Q(Exists(Registration.objects.filter(condition, customer=OuterRef("pk"))))


def _at_contact(condition: Q) -> Q:
    """Uses index: contact_name."""
    return Q(Exists(Contact.objects.filter(condition, customer=OuterRef("pk"), removed_at=None)))


class _CustomColumn(ops.Column):
    """A value of a custom field: a row that exists or does not. Uses index: custom_text, _number, _day (few),
    custom_value_customer (walk)."""

    def __init__(self, field: Field, name: str) -> None:
        self.field_id = field.field_id
        self.owner = "contact__customer" if field.of == "contact" else "customer"
        self.living = Q(contact__removed_at=None) if field.of == "contact" else Q()
        self.rows = CustomValue.objects.filter(self.living, field_id=field.field_id)
        super().__init__(name, CustomValue._meta.get_field(name), wrap=self._exists)
        # Where there is a row there is a value.
        self.indexed = name != "long_text"

    def _exists(self, condition: Q) -> Q:
        return Q(Exists(self.rows.filter(condition, **{self.owner: OuterRef("pk")})))

    def test(self, lookup: Any, value: Any) -> Q:
        if self.name not in {"number", "day"} or lookup is In:
            return self._exists(Q(**{f"{self.name}__{lookup.lookup_name}": value}))
        # On the walk a record's own row is looked at: by the index of values all of the field, or all beyond the
        # number, would be gone through for each record.
        number = isinstance(self.field, DecimalField)
        left = Walked(F(self.name), output_field=self.field)
        field = Exact(Walked(F("field_id"), output_field=IntegerField()), self.field_id)
        own = CustomValue.objects.filter(self.living, Q(field), **{self.owner: OuterRef("pk")})
        return Q(Exists(own.filter(Q(lookup(left, Value(value, output_field=self.field) if number else value)))))

    def plain(self, lookup: Any, value: Any) -> QuerySet[Any]:
        condition = Q(**{f"{self.name}__{lookup.lookup_name}": value})
        if self.name == "text":
            condition &= Q(not_empty("text"))
        return self.rows.filter(condition).order_by().values_list(f"{self.owner}_id", flat=True)


def _custom_column(field: Field, stored: str) -> ops.Column:
    return _CustomColumn(field, stored)


# --- what is asked in a way of its own --------------------------------------------------------------


def _own(asker: Asker) -> Iterable[ListFilter]:
    kept = group_title("kept")
    yield ListFilter("owner", _("Owner"), kept, _people("owner"))
    yield ListFilter("co_owner", _("Second owner"), kept, _people("co_owner"))
    yield ListFilter("department", _("Department"), kept, DEPARTMENT_OPS, _departments, "owner")
    grades = [*asker.grades.items(), ("none", _("not graded"))]
    column = ops.Column("grade", Customer._meta.get_field("grade"), indexed=True)
    yield ListFilter("grade", _("Grade"), kept, ops.choice_ops(column), lambda _viewer: grades)
    yield ListFilter("tags", _("Tags"), kept, TAG_OPS)
    yield from quality_filters(asker.viewer)
    yield ListFilter("key_contact", _("Key contact"), group_title("people"), KEY_CONTACT_OPS)


def _people(name: str) -> tuple[FilterOp, ...]:
    def among(people: People) -> Q:
        named = Q(In(Walked(F(f"{name}_id"), output_field=IntegerField()), sorted(people.ids))) if people.ids else Q()
        condition = named & Q(**{f"{name}__isnull": False}) if people.ids else Q(pk__in=[])
        return condition | Q(**{f"{name}__isnull": True}) if people.nobody else condition

    return (
        FilterOp("in", _("is one of"), "%(a)s", ("people",), among),
        FilterOp("not_in", _("is none of"), _("not %(a)s"), ("people",), lambda people: ~among(people)),
    )


def _of_department(values: tuple[str, ...]) -> Q:
    """Whose owner belongs to one of them; `none`: nobody looks after it, or somebody of no department."""
    ids = [int(value) for value in values if value != "none"]
    found = Q(owner__department_id__in=ids, owner__department__isnull=False)
    return found | Q(owner__department__isnull=True) if "none" in values else found


def _departments(_viewer: Any) -> list[tuple[str, Any]]:
    rows = Department.objects.order_by("path").values_list("pk", "name")
    return [*((str(pk), name) for pk, name in rows), ("none", _("none"))]


DEPARTMENT_OPS = (
    FilterOp("in", _("is one of"), "%(a)s", ("choices",), _of_department),
    FilterOp("not_in", _("is none of"), _("not %(a)s"), ("choices",), lambda values: ~_of_department(values)),
)


def _tagged(name: str) -> Q:
    return Q(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag__name=name)))


def _has_any(names: Iterable[str]) -> Q:
    return Q(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag__name__in=names)))


def _has_all(names: Iterable[str]) -> Q:
    found = Q()
    for name in names:
        found &= _tagged(name)
    return found


def _carriers(names: tuple[str, ...]) -> QuerySet[Any]:
    return CustomerTag.objects.filter(tag__name__in=names).order_by().values_list("customer_id", flat=True)


TAG_OPS = (
    FilterOp("has_any", _("has one of"), "%(a)s", ("texts",), _has_any, _carriers),
    FilterOp("has_all", _("has all of"), _("all of %(a)s"), ("texts",), _has_all, lambda names: _carriers(names[:1])),
    FilterOp("lacks", _("has none of"), _("none of %(a)s"), ("texts",), lambda names: ~_has_any(names)),
    FilterOp("filled", _("has any tag"), _("has any tag"), (),
             lambda: Q(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"))))),
    FilterOp("empty", _("has no tag"), _("has no tag"), (),
             lambda: ~Q(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"))))),
)  # fmt: skip

_KEY = Q(key_person=True)
KEY_CONTACT_OPS = (
    FilterOp("has", _("is there"), _("is there"), (), lambda: _at_contact(_KEY)),
    FilterOp("none", _("is missing"), _("is missing"), (), lambda: ~_at_contact(_KEY)),
    FilterOp("no_birthday", _("without birthday"), _("without birthday"), (),
             lambda: _at_contact(_KEY & Q(birthday=""))),
)  # fmt: skip
