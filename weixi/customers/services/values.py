"""Taking typed values into a record: which fields there are, how each is cleaned, what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from weixi.customers import validators
from weixi.customers.fields.allowed import Of, choice_faults, listed_fields
from weixi.customers.fields.typed import clean_custom_value, is_custom, is_personal
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.personal import PERSONAL as PERSONAL
from weixi.kernel.errors import Invalid

CUSTOMER_FIELDS = (
    "kind", "name", "short_name", "industry", "region", "city", "phone", "email", "unified_code", "reach",
    "through", "founded_on", "cooperation_since", "source", "remark",
)  # fmt: skip

# Texts of the archive that may have several lines; every other one is a line, in whatever door it comes.
LONG_TEXTS = frozenset({"remark", "main_business", "product_use", "need_preference", "development_potential"})
_LINES = frozenset(
    column.name
    for model in (Customer, Registration, Contact)
    for column in model._meta.concrete_fields
    if isinstance(column, models.CharField | models.TextField) and column.name not in LONG_TEXTS
) | {"tag", "title", "code", "category", "unit"}

_CLEANERS: dict[str, Callable[[str], str]] = {
    "phone": validators.clean_phone,
    "mobile": validators.clean_phone,
    "other_phone": validators.clean_phone,
    "fax": validators.clean_phone,
    "email": validators.clean_email,
    "unified_code": validators.clean_unified_code,
    "founded_on": validators.clean_partial_date,
    "cooperation_since": validators.clean_partial_date,
}


def clean_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Every text trimmed and checked by its field's rule; custom fields (`x_...`) as their type's own value.

    Raises Invalid naming every field at fault, not only the first.
    """
    cleaned: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, value in values.items():
        try:
            if is_custom(name):
                cleaned[name] = clean_custom_value(name, value)
            elif not value or not isinstance(value, str):
                cleaned[name] = value
            elif (clean := _CLEANERS.get(name)) is not None:
                cleaned[name] = clean(value)
            else:
                cleaned[name] = (validators.clean_line if name in _LINES else validators.clean_text)(value)
        except ValueError as error:
            faults[name] = str(error)
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    return cleaned


def apply(instance: models.Model, values: Mapping[str, Any], allowed: tuple[str, ...]) -> dict[str, list[Any]]:
    """Set the values on the instance; returns {field: [old, new]} of those that differ.

    Raises Invalid for a field that is not in `allowed`: nobody changes what his form does not show.
    """
    if unknown := set(values) - set(allowed):
        raise Invalid(
            _("These fields cannot be set here: %(names)s.") % {"names": ", ".join(sorted(unknown))},
            code="field.unknown",
            fields={name: _("There is no such field here.") for name in unknown},
        )
    changes: dict[str, list[Any]] = {}
    for name, new in values.items():
        old = getattr(instance, name)
        if old != new:
            changes[name] = [plain(old), plain(new)]
            setattr(instance, name, new)
    return changes


def require_listed(values: Mapping[str, Any], *, of: Of = "customer") -> None:
    """Raises Invalid where a field would be given what its data standard does not list. For values that are new:
    what stood before the list did may stay."""
    if faults := choice_faults(values, listed_fields(of)):
        raise Invalid(" ".join(faults.values()), code="value.not_listed", fields=faults)


def plain(value: Any) -> Any:
    """A value as an event states it: keys for objects, nothing for emptiness."""
    if isinstance(value, models.Model):
        return value.pk
    return None if value == "" else value


def check(instance: models.Model, *, without: Iterable[str] = ()) -> None:
    """The model's own rules, as Invalid with one sentence per field.

    `without` are foreign keys that were given as stored objects: asking the database whether they are
    there costs a query each, and it refuses a missing one by itself.
    """
    try:
        instance.full_clean(exclude=set(without))
    except ValidationError as error:
        fields = {name: " ".join(texts) for name, texts in error.message_dict.items()}
        raise Invalid(" ".join(fields.values()), fields=fields) from None


def split_personal(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(ordinary, personal) halves of a mapping by field name."""
    personal = {name: value for name, value in changes.items() if is_personal(name)}
    return {name: value for name, value in changes.items() if name not in personal}, personal
