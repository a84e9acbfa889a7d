"""The way back: an earlier value of a field put in place again, as a new change with its own line in the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from weixi.customers.fields import find_field
from weixi.customers.fields.typed import is_custom
from weixi.customers.labels import label_of
from weixi.customers.models import Contact, Customer
from weixi.customers.people_map.services import PLACED, place_contact
from weixi.customers.people_map.words import FIELDS
from weixi.customers.queries import get_customer_for
from weixi.customers.services.contacts import CONTACT_FIELDS, change_contact
from weixi.customers.services.customers import REGISTRATION_FIELDS, change_customer
from weixi.customers.services.lifecycle import change_lifecycle
from weixi.customers.services.owners import assign_customers
from weixi.customers.services.rivals import changes_of
from weixi.customers.services.tags import retag_customer
from weixi.customers.services.values import CUSTOMER_FIELDS
from weixi.kernel.errors import Conflict, NotFound
from weixi.kernel.events.models import Event
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.scope import Viewer

# What a person types; anything else follows from orders, grading or the policy.
TYPED = {
    "customer": frozenset({*CUSTOMER_FIELDS, *REGISTRATION_FIELDS, "lifecycle", "owner", "tags"}),
    "contact": frozenset(CONTACT_FIELDS),
}
_OF = {"contact.changed": "contact", "contact.placed": "contact"}


def is_typed(field: str, *, kind: str = "customer") -> bool:
    """Whether somebody enters this field by hand, so that an earlier value can be put back."""
    if is_custom(field):
        found = find_field(field)
        return found is not None and found.editable and (found.of == "contact") == (kind == "contact")
    return field in TYPED[kind] or (kind == "contact" and field in FIELDS)


def restore_value(customer: Customer, event_id: str, field: str, *, viewer: Viewer) -> bool:
    """Put the value a field had before this event in its place again; False where it stands there already.

    Raises NotFound for an event of another customer or a value that is not kept (any more), Conflict for
    a field that nobody types, and whatever the change itself raises.
    """
    viewer.require(Right.CUSTOMERS_EDIT)
    event = Event.objects.filter(customer_id=customer.pk, id=event_id).select_related("personal").first()
    kind = _OF.get(event.type, "customer") if event else "customer"
    if event is not None and event.type == "customer.graded":
        field = "grade"
    if not is_typed(field, kind=kind):
        raise Conflict(
            _("%(field)s is not typed by hand, so it cannot be put back.") % {"field": label_of(field, kind=kind)}
        )
    changes = changes_of(event) if event is not None else {}
    if event is None or field not in changes:
        raise NotFound(_("This change is not kept (any more)."), code="history.not_found")
    old, known = changes[field][0], _events(customer)
    if kind == "contact":
        contact = Contact.objects.filter(customer=customer, pk=event.subject_id, removed_at=None).first()
        if contact is None:
            raise Conflict(_("This person is no longer at the customer."))
        if event.type == PLACED:
            place_contact(contact, viewer=viewer, values={field: old})
        else:
            change_contact(contact, viewer=viewer, values={field: _typed(field, old)}, put_back=True)
    elif field == "lifecycle":
        change_lifecycle(customer, str(old), viewer=viewer)
    elif field == "owner":
        owner = User.objects.filter(username=old).first() if old else None
        assign_customers([customer.pk], owner, viewer=viewer, taking_back=True)
    elif field == "tags":
        retag_customer(customer, list(old or []), viewer=viewer)
    else:
        change_customer(customer, viewer=viewer, values={field: _before(viewer, field, old)}, put_back=True)
    return _events(customer) > known


def _events(customer: Customer) -> int:
    """How many there are of the customer. Uses index: event_customer."""
    return Event.objects.filter(customer_id=customer.pk).count()


def _before(viewer: Viewer, field: str, old: Any) -> Any:
    if field == "through":
        return get_customer_for(viewer, int(old)) if old else None
    return "" if old is None else old


def _typed(field: str, old: Any) -> Any:
    if old is not None:
        return old
    return False if field in ("key_person", "decision_maker", "birthday_lunar") else ""
