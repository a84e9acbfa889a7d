"""What many rows at once share: cleaning them place by place, holding and overwriting those that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from weixi.customers.models import Customer, Registration
from weixi.customers.services.custom_values import part_custom
from weixi.customers.services.customers import REGISTRATION_FIELDS
from weixi.customers.services.quick_check import faults_of
from weixi.customers.services.values import CUSTOMER_FIELDS, clean_values
from weixi.customers.upstream import settled
from weixi.kernel.errors import Invalid, NotFound
from weixi.organisation.scope import Viewer

BATCH = 500
_MAIN = frozenset(CUSTOMER_FIELDS)

Parts = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def cleaned(place: int, values: Mapping[str, Any], faults: dict[str, str]) -> Parts:
    """(customer's, form's, custom) cleaned values; faults are added under the row's place."""
    wrong: dict[str, str] = {}
    try:
        clean = clean_values(values)
    except Invalid as refusal:
        wrong = {name: str(text) for name, text in refusal.fields.items()}
        clean = clean_values({name: value for name, value in values.items() if name not in wrong})
    try:
        main, form, custom = parted(clean)
    except Invalid as refusal:
        faults |= placed(place, wrong | {name: str(text) for name, text in refusal.fields.items()})
        return {}, {}, {}
    wrong |= faults_of(Customer, main) | faults_of(Registration, form)
    wrong |= {name: _("There is no such field here.") for name in form if name not in REGISTRATION_FIELDS}
    faults |= placed(place, wrong)
    ok = [{name: value for name, value in half.items() if name not in wrong} for half in (main, form)]
    return ok[0], ok[1], custom


def placed(place: int, faults: Mapping[str, str]) -> dict[str, str]:
    return {f"{place}.{name}": text for name, text in faults.items()}


def parted(values: Mapping[str, Any]) -> Parts:
    own, custom = part_custom(values, "customer")
    main: dict[str, Any] = {}
    form: dict[str, Any] = {}
    for name, value in own.items():
        (main if name in _MAIN else form)[name] = value
    return settled(main), form, custom


def refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise Invalid(" ".join(dict.fromkeys(faults.values())), fields=faults)


def locked(rows: QuerySet[Any], ids: Sequence[int]) -> dict[int, Any]:
    found = {row.pk: row for row in rows.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}
    if len(found) != len(set(ids)):
        raise NotFound(_("One of these is not among those you look after; nothing was changed."))
    return found


def require_seen(viewer: Viewer, ids: set[int]) -> None:
    rows = Customer.objects.filter(viewer.owned(), pk__in=ids, archived_at=None)
    if rows.count() != len(ids):
        raise NotFound(_("One of these customers is not among those you look after; nothing was changed."))


def overwrite(model: Any, rows: Sequence[Any], names: Iterable[str]) -> None:
    """Write these fields of whole rows that are held locked: one statement for many."""
    if rows:
        key = model._meta.pk.name
        model.objects.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=[key], update_fields=sorted(names)
        )
