"""Values that somebody typed, against what he may change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from django.db import models
from django.utils.translation import gettext as _

from weixi.customers.access.deciding import label_of_key, viewer_access
from weixi.customers.fields.catalogue import all_fields
from weixi.customers.fields.typed import is_custom
from weixi.customers.fields.values import contact_values_of, values_of
from weixi.customers.labels import field_key
from weixi.kernel.errors import Forbidden, Invalid
from weixi.kernel.masking import NAME_STARS
from weixi.organisation.enums import Access
from weixi.organisation.scope import Viewer

Owner = Literal["customer", "contact"]


def take_in(
    viewer: Viewer, values: Mapping[str, Any], *stored: models.Model | None, of: Owner = "customer"
) -> dict[str, Any]:
    """The values by column without those that change nothing: a masked one that came back as it was shown.

    `stored` are the records the form was opened on, the customer or contact first (none for a new one). A value
    equal to the stored one is let through whatever the access: nothing changes.
    Raises Forbidden for a value of a field that is hidden or only read, Invalid for masked text typed anew.
    """
    if viewer.user is None:
        return dict(values)
    access = viewer_access(viewer)
    custom = _custom_values(stored, values, of)
    taken: dict[str, Any] = {}
    refused: list[str] = []
    faults: dict[str, str] = {}
    for name, value in values.items():
        key = field_key(name, kind=of)
        how = access.of(key)
        old = custom[name] if name in custom else _stored(stored, name)
        if how == Access.WRITE or value == old:
            taken[name] = value
        elif how != Access.MASKED:
            if not (how == Access.HIDDEN and not value and not old):
                refused.append(key)
        elif isinstance(value, str) and old and value == access.present(key, old):
            continue
        elif isinstance(value, str) and NAME_STARS in value:
            faults[name] = _("This is only the masked value. Leave it as it was, or type the new one in full.")
        else:
            taken[name] = value
    if refused:
        raise Forbidden(
            _("Your role does not change these fields: %(names)s.")
            % {"names": _(", ").join(label_of_key(key) for key in sorted(refused))},
            code="field.forbidden",
        )
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)
    return taken


def _stored(stored: tuple[models.Model | None, ...], name: str) -> Any:
    for record in stored:
        if record is not None and hasattr(record, name):
            return getattr(record, name)
    return ""


def _custom_values(stored: tuple[models.Model | None, ...], values: Mapping[str, Any], of: Owner) -> Mapping[str, Any]:
    """What stands in the custom fields that were given."""
    fields = all_fields()
    keys = [name for name in values if is_custom(name) and name in fields]
    if not keys or not stored or stored[0] is None:
        return {}
    pk = stored[0].pk
    return (contact_values_of if of == "contact" else values_of)([pk], keys)[pk]
