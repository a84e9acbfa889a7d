"""Making, changing and retiring the company's own fields (A-5). They hold at once; the demands on built-in
fields stand in the policy and change with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.enums import FieldLevel, FieldOf, FieldType
from weixi.customers.fields.catalogue import all_fields
from weixi.customers.models import CustomField, CustomValue
from weixi.customers.validators import clean_text
from weixi.kernel.editing import expect_same
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.pinyin import pinyin_key
from weixi.kernel.roles import ROLE_NAMES
from weixi.organisation.enums import Right
from weixi.organisation.scope import Viewer
from weixi.policy.document.durations import Duration
from weixi.policy.queries import version_in_force

# More than a form can show and a person can keep.
MOST_FIELDS = 200
MOST_CHOICES = 100
LONGEST_CHOICE = 60
CODE = re.compile(r"^[a-z][a-z0-9_]{0,29}$")
_CHOICES = (FieldType.CHOICE, FieldType.CHOICES)
SETTABLE = (
    "title", "title_en", "of", "type", "allowed", "group", "level", "reason", "personal", "required_for", "key_field",
    "update_every", "owner_role", "order",
)  # fmt: skip


def define_field(*, viewer: Viewer, title: str, code: str = "", **values: Any) -> CustomField:
    """Add a field to the archive; it can be filled at once. Without a code it is the sound of its title.

    Raises Invalid naming each value at fault.
    """
    viewer.require(Right.STANDARD_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        row = CustomField(created_at=work.now, changed_at=work.now)
        faults = _take(row, {"title": title, **values})
        row.code = _code(code, row.title, faults)
        if CustomField.objects.filter(retired_at=None).count() >= MOST_FIELDS:
            faults["title"] = _("There are %(count)d custom fields already; retire one first.") % {"count": MOST_FIELDS}
        _refuse(faults)
        row.save()
        _record(work, "field.defined", row, {name: getattr(row, name) for name in SETTABLE})
    return row


def change_field(
    row: CustomField, *, viewer: Viewer, version: int | None = None, values: Mapping[str, Any]
) -> CustomField:
    """Change a custom field. What it is of and its type stand fast once it has values.

    Raises Conflict on an older version, Invalid naming each value at fault.
    """
    viewer.require(Right.STANDARD_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        stored = CustomField.objects.select_for_update().get(pk=row.pk)
        expect_same(stored.version, version)
        before = {name: getattr(stored, name) for name in SETTABLE}
        faults = _take(stored, values)
        _keep_shape(stored, before, faults)
        _refuse(faults)
        changes = {
            name: [before[name], getattr(stored, name)] for name in SETTABLE if before[name] != getattr(stored, name)
        }
        if changes:
            stored.version += 1
            stored.changed_at = work.now
            stored.save()
            _record(work, "field.changed", stored, {"changes": changes})
    return stored


def retire_field(row: CustomField, *, viewer: Viewer) -> CustomField:
    """Take a field out of forms, lists and demands; its values stay, and so does its history."""
    return _move(row, viewer, retired=True)


def restore_field(row: CustomField, *, viewer: Viewer) -> CustomField:
    """Bring a retired field back with its values. Raises Invalid when its title is taken meanwhile."""
    return _move(row, viewer, retired=False)


def _move(row: CustomField, viewer: Viewer, *, retired: bool) -> CustomField:
    viewer.require(Right.STANDARD_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        stored = CustomField.objects.select_for_update().get(pk=row.pk)
        if (stored.retired_at is not None) == retired:
            raise Conflict(_("This was done already; load the page anew."))
        if not retired:
            _refuse(_title_faults(stored))
        stored.retired_at = work.now if retired else None
        stored.changed_at = work.now
        stored.version += 1
        stored.save()
        _record(work, "field.retired" if retired else "field.restored", stored, {})
    return stored


# --- checks -----------------------------------------------------------------------------------------


def _take(row: CustomField, values: Mapping[str, Any]) -> dict[str, str]:
    """Set the values on the row; {field: sentence} of those at fault."""
    if unknown := values.keys() - set(SETTABLE):
        raise Invalid(
            _("These fields cannot be set here: %(names)s.") % {"names": ", ".join(sorted(unknown))},
            fields={name: _("There is no such field here.") for name in unknown},
        )
    for name, value in values.items():
        setattr(row, name, clean_text(value) if isinstance(value, str) else value)
    faults = _title_faults(row)
    for name, known in (("of", FieldOf.values), ("type", FieldType.values), ("level", FieldLevel.values)):
        if getattr(row, name) not in known:
            faults[name] = _("Choose one of the list.")
    for name, longest in (("title_en", 60), ("group", 40), ("reason", 200)):
        if len(getattr(row, name)) > longest:
            faults[name] = _("At most %(count)d characters; this has %(length)d.") % {
                "count": longest,
                "length": len(getattr(row, name)),
            }
    _take_allowed(row, faults)
    _take_demands(row, faults)
    if row.level == FieldLevel.SENSITIVE and not row.reason:
        faults["reason"] = _("Say why the company collects this: a sensitive field needs a reason.")
    return faults


def _title_faults(row: CustomField) -> dict[str, str]:
    if not row.title:
        return {"title": _("This field is needed.")}
    if len(row.title) > 60:
        return {
            "title": _("At most %(count)d characters; this has %(length)d.") % {"count": 60, "length": len(row.title)}
        }
    contact = row.of == FieldOf.CONTACT
    for field in all_fields().values():
        titles = {str(field.label), field.demand.title if field.demand else ""}
        if row.title in titles and field.field_id != (row.pk or 0) and (field.of == "contact") == contact:
            return {"title": _("There is a field of this name already; files and lists could not tell them apart.")}
    return {}


def _take_allowed(row: CustomField, faults: dict[str, str]) -> None:
    if row.type not in _CHOICES:
        row.allowed = []
        return
    row.allowed = list(dict.fromkeys(text for each in row.allowed if (text := clean_text(str(each)))))
    if not row.allowed:
        faults["allowed"] = _("List what can be chosen, one on a line.")
    elif len(row.allowed) > MOST_CHOICES or any(len(each) > LONGEST_CHOICE for each in row.allowed):
        faults["allowed"] = _("At most %(count)d values of %(length)d characters.") % {
            "count": MOST_CHOICES,
            "length": LONGEST_CHOICE,
        }
    elif any(re.search(r"[,，、;；\n]", each) for each in row.allowed):
        faults["allowed"] = _("A value cannot contain a comma or semicolon: files part several values by them.")


def _take_demands(row: CustomField, faults: dict[str, str]) -> None:
    in_force = version_in_force()
    grading = in_force.policy.grading if in_force else None
    known = {"all", *(grading.grades if grading else ())}
    row.required_for = list(dict.fromkeys(row.required_for))
    if unknown := set(row.required_for) - known:
        faults["required_for"] = _("There is no grade %(names)s in the policy.") % {"names": ", ".join(sorted(unknown))}
    if row.owner_role and row.owner_role not in ROLE_NAMES:
        faults["owner_role"] = _("Choose one of the list.")
    if row.update_every:
        try:
            span = Duration.parse(row.update_every)
        except ValueError:
            span = Duration()
        if span.is_zero or span.time:
            faults["update_every"] = _("Give months or days, for example P6M or P30D.")
    if not isinstance(row.order, int) or not 0 <= row.order <= 9999:
        faults["order"] = _("Give a number from 0 to 9999.")


def _keep_shape(row: CustomField, before: Mapping[str, Any], faults: dict[str, str]) -> None:
    """Values that are stored must still be of the field's kind."""
    moved = [name for name in ("of", "type") if getattr(row, name) != before[name]]
    if not moved or not CustomValue.objects.filter(field=row).exists():
        return
    contact = FieldOf.CONTACT
    for name in moved:
        if name == "of" and contact not in (row.of, before["of"]):
            continue
        faults[name] = _("It has values already: this cannot be changed. Retire it and make a new field.")


def _code(given: str, title: str, faults: dict[str, str]) -> str:
    code = clean_text(given)
    if not code:
        sound = re.sub(r"[^a-z0-9]", "", pinyin_key(title).lower())[:26]
        base = sound if sound and sound[0].isalpha() else f"f{sound}"
        taken = set(CustomField.objects.filter(code__startswith=base).values_list("code", flat=True))
        return next(
            code for place in range(1, 10_000) if (code := base if place == 1 else f"{base}{place}") not in taken
        )
    if not CODE.match(code):
        faults["code"] = _(
            "A code has small letters, digits and _, begins with a letter and has at most 30 characters."
        )
    elif CustomField.objects.filter(code=code).exists():
        faults["code"] = _("This code is taken, perhaps by a retired field.")
    return code


def _refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise Invalid(" ".join(dict.fromkeys(faults.values())), code="field.invalid", fields=faults)


def _record(work: UnitOfWork, event: str, row: CustomField, data: Mapping[str, Any]) -> None:
    work.record(event, subject=("field", row.pk), data={"code": row.code, "title": row.title, **data})
