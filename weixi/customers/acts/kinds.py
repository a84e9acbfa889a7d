"""What each act does at one customer, by the service of that change; and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers import services
from weixi.customers.access import viewer_access
from weixi.customers.acts.models import Act
from weixi.customers.enums import Lifecycle
from weixi.customers.fields import Field, values_of, words
from weixi.customers.fields.allowed import meant, not_listed
from weixi.customers.fields.catalogue import all_fields
from weixi.customers.models import Customer, Registration
from weixi.customers.services.quick_check import faults_of
from weixi.customers.services.values import clean_values
from weixi.customers.visiting.services import choose_for_visits, chosen, end_choice, require_reason
from weixi.kernel.errors import Invalid
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """`value(customer, params)` is what the act changes, as JSON holds it; `put` gives it the value, by the service
    that asks for the right. `wanted(value, params)` is the value afterwards. `check` refuses bad params and
    words what is done."""

    right: Right
    check: Callable[[Viewer, Params], str]
    value: Callable[[Customer, Params], Any]
    wanted: Callable[[Any, Params], Any]
    put: Callable[[Customer, Any, Params, Viewer], Any]


# --- owner ------------------------------------------------------------------------------------------


def _check_owner(viewer: Viewer, params: Params) -> str:
    person = User.objects.filter(pk=params.get("owner") or 0).first()
    if person is None:
        raise Invalid(_("Choose a person."), fields={"owner": _("Choose a person.")})
    # What is wrong for every row is said once, before anything is done.
    services.assign_customers([], person, viewer=viewer)
    return _("to %(name)s") % {"name": person.name}


def _put_owner(customer: Customer, value: Any, params: Params, viewer: Viewer) -> None:
    owner = User.objects.filter(pk=value).first() if value else None
    back = bool(params.get("taking_back"))
    reason = "" if back else params.get("reason", "")
    services.assign_customers([customer.pk], owner, viewer=viewer, reason=reason, taking_back=back)


# --- tags -------------------------------------------------------------------------------------------


def _check_tag(_viewer: Viewer, params: Params) -> str:
    name = str(params.get("tag", "")).strip()
    if not name:
        raise Invalid(_("Type the tag."), fields={"tag": _("Type the tag.")})
    if len(name) > 40:
        raise Invalid(
            _("A tag has at most %(count)d characters.") % {"count": 40}, fields={"tag": _("Shorten the tag.")}
        )
    return name


def _has_tag(customer: Customer, params: Params) -> bool:
    return customer.tagged.filter(tag__name=params["tag"]).exists()


def _put_tag(customer: Customer, value: Any, params: Params, viewer: Viewer) -> None:
    if value:
        services.tag_customer(customer, [params["tag"]], viewer=viewer)
    else:
        services.untag_customer(customer, params["tag"], viewer=viewer)


# --- lifecycle --------------------------------------------------------------------------------------


def _check_stage(_viewer: Viewer, params: Params) -> str:
    stage = params.get("lifecycle", "")
    if stage not in Lifecycle.values:
        raise Invalid(_("There is no such lifecycle stage."), fields={"lifecycle": _("Choose one of the list.")})
    return str(Lifecycle(stage).label)


def _put_stage(customer: Customer, value: Any, params: Params, viewer: Viewer) -> None:
    services.change_lifecycle(customer, value, viewer=viewer, reason=params.get("reason", ""))


# --- a field ----------------------------------------------------------------------------------------


def settable() -> list[Field]:
    """The fields that can be set for many at once: texts, choices, numbers and dates that people type, but no
    names and numbers that tell customers apart."""
    apart = {"name", "short_name", "number", "unified_code", "through", "phone", "email", "lifecycle", "kind"}
    return [
        field
        for field in all_fields().values()
        if field.editable
        and field.of != "contact"
        and field.source in ("customer", "registration", "custom")
        and field.type in ("text", "long_text", "choice", "choices", "number", "amount", "date", "flag")
        and field.key not in apart
    ]


def _field(params: Params) -> Field:
    found = next((field for field in settable() if field.key == params.get("field")), None)
    if found is None:
        raise Invalid(_("This field cannot be set for many."), fields={"field": _("Choose one of the list.")})
    return found


def settable_by(viewer: Viewer) -> list[Field]:
    """Those of them that this viewer may enter."""
    access = viewer_access(viewer)
    return [field for field in settable() if access.sees(field.key) and access.writes(field.key)]


def _check_field(_viewer: Viewer, params: Params) -> str:
    field = _field(params)
    value = _given_value(params)
    # What is wrong for every row is said once, before anything is done.
    if fault := _fault_of(field, value):
        raise Invalid(fault, fields={"value": fault})
    return _("%(act)s: %(what)s") % {"act": field.full_label, "what": words(field, value) or "—"}


def _fault_of(field: Field, value: str | bool | list[str]) -> str:
    """Why the field takes no such value; empty when it does."""
    if value == "" or isinstance(value, bool):
        return ""
    if isinstance(value, list):
        return next((not_listed(field, each) for each in value if each not in dict(field.allowed or field.choices)), "")
    if field.allowed:
        return "" if value in dict(field.allowed) else not_listed(field, value)
    try:
        cleaned = clean_values({field.key: value})
    except Invalid as refusal:
        return str(refusal)
    model = {"customer": Customer, "registration": Registration}.get(field.source)
    return faults_of(model, cleaned).get(field.key, "") if model else ""


def _given_value(params: Params) -> str | bool | list[str]:
    """The value that was typed; of a choice its word on screen does as well. Several choices stand in the field's order."""
    field = _field(params)
    if field.type == "choices":
        given = params.get("value", [])
        return _in_order(
            field, {meant(field, str(each).strip()) for each in ([given] if isinstance(given, str) else given)}
        )
    text = meant(field, str(params.get("value", "")))
    return text == "true" if field.type == "flag" and text in ("true", "false") else text


def _in_order(field: Field, values: Iterable[str]) -> list[str]:
    """Values of several choices as the field lists them, what it does not list behind."""
    places = {value: place for place, (value, _label) in enumerate(field.allowed or field.choices)}
    return sorted({value for value in values if value}, key=lambda value: (places.get(value, len(places)), value))


def _field_value(customer: Customer, params: Params) -> Any:
    value = values_of([customer.pk], [params["field"]])[customer.pk][params["field"]]
    if (field := _field(params)).type == "choices":
        return _in_order(field, value or ())
    return "" if value is None else value if isinstance(value, bool | str | list) else str(value)


def _put_field(customer: Customer, value: Any, params: Params, viewer: Viewer) -> None:
    services.change_customer(customer, viewer=viewer, values={params["field"]: value})


# --- put away ---------------------------------------------------------------------------------------


def _check_reason(_viewer: Viewer, params: Params) -> str:
    reason = str(params.get("reason", "")).strip()
    if not reason:
        raise Invalid(_("Say why these customers are put away."), fields={"reason": _("A reason is needed.")})
    return reason


def _put_away(customer: Customer, value: Any, params: Params, viewer: Viewer) -> None:
    if value:
        services.archive_customer(customer, viewer=viewer, reason=params["reason"])
    else:
        services.restore_customer(customer, viewer=viewer)


# --- visits -----------------------------------------------------------------------------------------


def _check_visit(_viewer: Viewer, params: Params) -> str:
    return require_reason(str(params.get("reason", "")))


def _put_visit(customer: Customer, value: Any, params: Params, viewer: Viewer) -> None:
    if value:
        choose_for_visits(customer, viewer=viewer, reason=params.get("reason") or _("as it was before"))
    else:
        end_choice(customer, viewer=viewer, reason=params.get("reason", ""))


KINDS: dict[str, Kind] = {
    Act.ASSIGN: Kind(
        Right.CUSTOMERS_ASSIGN, _check_owner, lambda c, p: c.owner_id, lambda old, p: p["owner"], _put_owner
    ),
    Act.TAG: Kind(Right.CUSTOMERS_EDIT, _check_tag, _has_tag, lambda old, p: True, _put_tag),
    Act.UNTAG: Kind(Right.CUSTOMERS_EDIT, _check_tag, _has_tag, lambda old, p: False, _put_tag),
    Act.LIFECYCLE: Kind(
        Right.CUSTOMERS_EDIT, _check_stage, lambda c, p: c.lifecycle, lambda old, p: p["lifecycle"], _put_stage
    ),
    Act.SET: Kind(Right.CUSTOMERS_EDIT, _check_field, _field_value, lambda old, p: _given_value(p), _put_field),
    Act.ARCHIVE: Kind(
        Right.CUSTOMERS_ARCHIVE, _check_reason, lambda c, p: c.archived_at is not None, lambda old, p: True, _put_away
    ),
    Act.VISIT: Kind(
        Right.CUSTOMERS_EDIT, _check_visit, lambda c, p: chosen(c) is not None, lambda old, p: True, _put_visit
    ),
    Act.UNVISIT: Kind(
        Right.CUSTOMERS_EDIT, lambda v, p: "", lambda c, p: chosen(c) is not None, lambda old, p: False, _put_visit
    ),
}
