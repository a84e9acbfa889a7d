"""Making, changing, putting away and bringing back customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from weixi.customers import upstream
from weixi.customers.access import take_in
from weixi.customers.enums import CustomerKind, Lifecycle
from weixi.customers.fields.allowed import changed_to
from weixi.customers.models import Customer, Registration
from weixi.customers.naming import name_key
from weixi.customers.services.custom_values import part_custom, set_custom_values
from weixi.customers.services.intake import Newcomer, require_welcome
from weixi.customers.services.numbers import take_numbers
from weixi.customers.services.owners import require_taker
from weixi.customers.services.rivals import expect_unchanged, expect_version
from weixi.customers.services.tags import set_tags
from weixi.customers.services.values import (
    CUSTOMER_FIELDS,
    apply,
    check,
    clean_values,
    require_listed,
    split_personal,
)
from weixi.kernel.errors import Conflict, Invalid
from weixi.kernel.events.work import UnitOfWork, unit_of_work
from weixi.kernel.pinyin import pinyin_key
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

REGISTRATION_FIELDS = tuple(f.name for f in Registration._meta.concrete_fields if f.name != "customer")


def create_customer(
    *,
    viewer: Viewer,
    name: str,
    number: str = "",
    owner: User | None = None,
    co_owner: User | None = None,
    lifecycle: str = Lifecycle.PROSPECT,
    tags: Iterable[str] = (),
    **values: Any,
) -> Customer:
    """Open a customer's archive (A-1). Without a number the next one of our series is given.

    `values` are further fields of the customer, of the registration form and custom ones (`x_...`). Without
    an owner it is the person who enters it. Raises Invalid naming each field at fault; a taken number is one.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    values = take_in(viewer, values)
    values, custom = part_custom(clean_values({"name": name, "number": number, **values}), "customer")
    number = values.pop("number")
    require_listed(upstream.settled(values))
    owner = owner or (viewer.user if viewer.user and not viewer.sees_all else None)
    for person in (owner, co_owner):
        # A second owner sees the customer as well: giving him that takes the same right.
        if person and viewer.user and person.pk != viewer.user.pk:
            require_taker(viewer, person)
    if lifecycle not in Lifecycle.values:
        raise Invalid(_("There is no such lifecycle stage."), fields={"lifecycle": _("Choose one of the list.")})
    if owner is not None and co_owner is not None and owner.pk == co_owner.pk:
        co_owner = None
    with unit_of_work(actor=viewer.actor) as work:
        if number and Customer.objects.filter(number=number).exists():
            raise Invalid(
                _("The customer number %(number)s is taken.") % {"number": number},
                code="customer.number_taken",
                fields={"number": _("Choose another number, or leave it empty for the next free one.")},
            )
        customer = Customer(
            number=number or take_numbers(1)[0],
            owner=owner,
            co_owner=co_owner,
            lifecycle=lifecycle,
            created_at=work.now,
            changed_at=work.now,
        )
        main, form = _halves(upstream.settled(values))
        apply(customer, main, CUSTOMER_FIELDS)
        _require_link(customer, main)
        derive(customer)
        check(customer)
        if customer.kind == CustomerKind.PERSON:
            phones = (customer.phone, form.get("other_phone", ""))
            require_welcome(Newcomer(customer.name, phones, customer.email, form.get("wechat", ""), customer.number))
        customer.save()
        registration = Registration(customer=customer)
        apply(registration, form, REGISTRATION_FIELDS)
        check(registration)
        registration.save()
        set_custom_values("customer", {customer.pk: custom}, fresh=True)
        added = set_tags(customer, tags, work)
        record_created(work, customer, added)
    return customer


def record_created(work: UnitOfWork, customer: Customer, tags: Iterable[str] = ()) -> None:
    """State that this customer exists, in the words the engine reads."""
    owner = customer.owner if customer.owner_id else None
    data: dict[str, Any] = {
        "number": customer.number,
        "kind": customer.kind,
        "lifecycle": customer.lifecycle,
        "owner": owner.username if owner else None,
        "tags": sorted(tags),
    }
    for name in ("founded_on", "cooperation_since"):
        if value := getattr(customer, name):
            data[name] = value
    if customer.grade:
        data["grade"] = customer.grade
    work.record(
        "customer.created",
        customer=customer.pk,
        subject=("customer", customer.pk),
        data=data,
        personal={"name": customer.name},
    )


def change_customer(
    customer: Customer,
    *,
    viewer: Viewer,
    version: int | None = None,
    whole: bool = True,
    values: Mapping[str, Any],
    put_back: bool = False,
) -> Customer:
    """Change fields of the customer, of its registration form or custom ones; nothing recorded when nothing differs.

    `version` is the one the form was opened on. Raises VersionConflict when it is no longer the stored one
    (with `whole=False`: when somebody else changed one of these very fields since), Conflict when the
    customer was put away, Invalid naming fields at fault. With `put_back` the values stood here before: they may
    be such as the data standard no longer lists.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    with unit_of_work(actor=viewer.actor) as work:
        stored = Customer.objects.select_for_update().get(pk=customer.pk)
        expect_version(stored, version, viewer=viewer, of=None if whole else values)
        if stored.archived_at:
            raise Conflict(_("This customer was put away; bring it back before changing it."))
        registration, _created = Registration.objects.get_or_create(customer=stored)
        taken = take_in(viewer, values, stored, registration)
        cleaned, custom = part_custom(clean_values(taken), "customer")
        main, form = _halves(upstream.settled(cleaned))
        changes = apply(stored, main, CUSTOMER_FIELDS)
        if stored.through_id == stored.pk:
            raise Invalid(
                _("A customer cannot be reached through itself."),
                fields={"through": _("Choose another customer.")},
            )
        form_changes = apply(registration, form, REGISTRATION_FIELDS)
        custom_changes = set_custom_values("customer", {stored.pk: custom}).get(stored.pk, {})
        if not changes and not form_changes and not custom_changes:
            return stored
        if not put_back:
            require_listed(changed_to(changes | form_changes))
            _require_link(stored, changes)
        derive(stored)
        stored.version += 1
        stored.changed_at = work.now
        check(stored)
        check(registration)
        stored.save()
        if form_changes:
            registration.save()
        ordinary, personal = split_personal({**changes, **form_changes, **custom_changes})
        work.record(
            "customer.changed",
            customer=stored.pk,
            subject=("customer", stored.pk),
            data={"changes": ordinary, "version": stored.version},
            personal={"personal_changes": personal} if personal else None,
        )
    return stored


def archive_customer(customer: Customer, *, viewer: Viewer, reason: str, version: int | None = None) -> Customer:
    """Put a customer away: it leaves the lists, its open duties are withdrawn, its history stays.

    `version` is the one the person saw. Raises Invalid without a reason, Conflict when it is put away already,
    VersionConflict when somebody changed it since.
    """
    viewer.require(Right.CUSTOMERS_ARCHIVE)
    reason = clean_values({"reason": reason})["reason"]
    if not reason:
        raise Invalid(_("Say why this customer is put away."), fields={"reason": _("A reason is needed.")})
    with unit_of_work(actor=viewer.actor) as work:
        stored = Customer.objects.select_for_update().get(pk=customer.pk)
        if stored.archived_at is None:
            expect_unchanged(stored, version, viewer=viewer)
        moved = Customer.objects.filter(pk=customer.pk, archived_at=None).update(
            archived_at=work.now, archive_reason=reason[:200], version=F("version") + 1, changed_at=work.now
        )
        if not moved:
            raise Conflict(_("This customer was put away already."))
        work.record(
            "customer.archived",
            customer=customer.pk,
            subject=("customer", customer.pk),
            data={"reason": reason},
        )
    customer.refresh_from_db()
    return customer


def restore_customer(customer: Customer, *, viewer: Viewer) -> Customer:
    """Bring a customer back into the archive. Raises Conflict when it was merged or not put away."""
    viewer.require(Right.CUSTOMERS_ARCHIVE)
    with unit_of_work(actor=viewer.actor) as work:
        moved = Customer.objects.filter(pk=customer.pk, archived_at__isnull=False, merged_into=None).update(
            archived_at=None, archive_reason="", version=F("version") + 1, changed_at=work.now
        )
        if not moved:
            raise Conflict(_("This customer is not put away."))
        customer.refresh_from_db()
        record_created(work, customer, customer.tagged.values_list("tag__name", flat=True))
    return customer


def _require_link(customer: Customer, changed: Mapping[str, Any]) -> None:
    """Raises Invalid for an indirect customer of whom nobody says through whom it is reached."""
    if faults := upstream.missing_link(changed, customer.reach, customer.through_id):
        raise Invalid(" ".join(faults.values()), fields=faults)


def derive(customer: Customer) -> None:
    """Set what follows from the typed values: the key and the sound of the name."""
    customer.name_key = name_key(customer.name)[:200]
    customer.pinyin = pinyin_key(customer.name)[:200]


def _halves(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    form = {
        name: value for name, value in values.items() if name in REGISTRATION_FIELDS and name not in CUSTOMER_FIELDS
    }
    return {name: value for name, value in values.items() if name not in form}, form
