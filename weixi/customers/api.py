"""Customers and their people in the API."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as n_
from ninja import Query, Router, Status

from weixi.customers.api_values import (
    AddContact,
    ArchiveCustomer,
    AssignCustomer,
    ChangeContact,
    ChangeCustomer,
    ContactList,
    ContactOut,
    CreateCustomer,
    CustomerDetail,
    CustomerOut,
    CustomersAsked,
    contact_out,
    customer_detail,
    customer_out,
)
from weixi.customers.models import Contact, Customer
from weixi.customers.queries import get_contact_for, get_customer_for, visible_customers
from weixi.customers.services import (
    add_contact,
    archive_customer,
    assign_customers,
    change_contact,
    change_customer,
    change_lifecycle,
    create_customer,
    remove_contact,
    restore_customer,
)
from weixi.customers.services.values import expect_version
from weixi.kernel.api.answers import read, write
from weixi.kernel.api.paging import Page, order_of, page_of
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.requests import Asked
from weixi.organisation.scope import Viewer

router = Router()
# What a list may be sorted by -> the column with an index for it.
SORTS = {
    "name": "pinyin",
    "amount": "annual_amount",
    "last_contact": "last_contact_at",
    "next_due": "next_due_at",
    "grade": "grade",
    "number": "number",
    "created": "created_at",
    "changed": "changed_at",
}


@router.get("/customers", tags=["customers"], summary=n_("List customers"), **read(Page[CustomerOut]))
def list_customers(request: Asked, asked: Query[CustomersAsked]) -> Page[CustomerOut]:
    rows = _filtered(request.viewer, asked).order_by(*order_of(asked.sort.value, SORTS))
    rows = rows.select_related("owner", "co_owner", "through", "merged_into").prefetch_related("tagged__tag")
    return Page[CustomerOut](**page_of(rows, asked, customer_out))


@router.post("/customers", tags=["customers"], summary=n_("Open a customer's archive"), **write(CustomerDetail, 201))
def create(request: Asked, payload: CreateCustomer) -> Status[CustomerDetail]:
    values = payload.given()
    values |= _resolved(request.viewer, values)
    made = create_customer(viewer=request.viewer, **values)
    return Status(201, _detail(request.viewer, made.pk))


@router.get(
    "/customers/{int:customer_id}", tags=["customers"], summary=n_("One customer with its registration form"),
    **read(CustomerDetail),
)  # fmt: skip
def get_customer(request: Asked, customer_id: int) -> CustomerDetail:
    return _detail(request.viewer, customer_id)


@router.patch(
    "/customers/{int:customer_id}", tags=["customers"], summary=n_("Change a customer"), **write(CustomerDetail)
)
def patch_customer(request: Asked, customer_id: int, payload: ChangeCustomer) -> CustomerDetail:
    """Only what is sent is changed. With `version` an older state is refused (409 version.conflict)."""
    viewer = request.viewer
    customer = get_customer_for(viewer, customer_id)
    values = payload.given()
    version, lifecycle = values.pop("version", None), values.pop("lifecycle", None)
    values |= _resolved(viewer, values)
    viewer.require(Right.CUSTOMERS_EDIT)
    with unit_of_work(actor=viewer.actor):
        changed = change_customer(customer, viewer=viewer, version=version, values=values)
        if lifecycle is not None:
            change_lifecycle(changed, lifecycle, viewer=viewer)
    return _detail(viewer, customer_id)


@router.post(
    "/customers/{int:customer_id}/archive", tags=["customers"], summary=n_("Put a customer away"),
    **write(CustomerDetail),
)  # fmt: skip
def archive(request: Asked, customer_id: int, payload: ArchiveCustomer) -> CustomerDetail:
    customer = get_customer_for(request.viewer, customer_id)
    archive_customer(customer, viewer=request.viewer, reason=payload.reason)
    return _detail(request.viewer, customer_id)


@router.post(
    "/customers/{int:customer_id}/restore", tags=["customers"], summary=n_("Bring a customer back"),
    **write(CustomerDetail),
)  # fmt: skip
def restore(request: Asked, customer_id: int) -> CustomerDetail:
    restore_customer(get_customer_for(request.viewer, customer_id), viewer=request.viewer)
    return _detail(request.viewer, customer_id)


@router.post(
    "/customers/{int:customer_id}/assign", tags=["customers"], summary=n_("Give a customer to another owner"),
    **write(CustomerDetail),
)  # fmt: skip
def assign(request: Asked, customer_id: int, payload: AssignCustomer) -> CustomerDetail:
    viewer = request.viewer
    customer = get_customer_for(viewer, customer_id)
    expect_version(customer.version, payload.version)
    viewer.require(Right.CUSTOMERS_ASSIGN)
    assign_customers([customer.pk], _person(payload.owner), viewer=viewer, reason=payload.reason)
    # Whoever gives a customer away out of his own scope still learns what came of it.
    customer.refresh_from_db()
    return customer_detail(customer)


# --- contacts ---------------------------------------------------------------------------------------


@router.get(
    "/customers/{int:customer_id}/contacts", tags=["contacts"], summary=n_("The people at a customer"),
    **read(ContactList),
)  # fmt: skip
def list_contacts(request: Asked, customer_id: int) -> ContactList:
    customer = get_customer_for(request.viewer, customer_id)
    rows = Contact.objects.filter(customer=customer, removed_at=None)
    return ContactList(items=[contact_out(row) for row in rows])


@router.post(
    "/customers/{int:customer_id}/contacts", tags=["contacts"], summary=n_("Add a person to a customer"),
    **write(ContactOut, 201),
)  # fmt: skip
def create_contact(request: Asked, customer_id: int, payload: AddContact) -> Status[ContactOut]:
    customer = get_customer_for(request.viewer, customer_id)
    return Status(201, contact_out(add_contact(customer, viewer=request.viewer, **payload.given())))


@router.get("/contacts/{int:contact_id}", tags=["contacts"], summary=n_("One person"), **read(ContactOut))
def get_contact(request: Asked, contact_id: int) -> ContactOut:
    return contact_out(get_contact_for(request.viewer, contact_id))


@router.patch("/contacts/{int:contact_id}", tags=["contacts"], summary=n_("Change a person"), **write(ContactOut))
def patch_contact(request: Asked, contact_id: int, payload: ChangeContact) -> ContactOut:
    """Only what is sent is changed. With `version` an older state is refused (409 version.conflict)."""
    contact = get_contact_for(request.viewer, contact_id)
    values = payload.given()
    version = values.pop("version", None)
    return contact_out(change_contact(contact, viewer=request.viewer, version=version, values=values))


@router.delete(
    "/contacts/{int:contact_id}", tags=["contacts"], summary=n_("The person is no longer there"), **write(None, 204)
)
def delete_contact(request: Asked, contact_id: int) -> Status[None]:
    remove_contact(get_contact_for(request.viewer, contact_id), viewer=request.viewer)
    return Status(204, None)


# --- what the operations share ----------------------------------------------------------------------


def _detail(viewer: Viewer, pk: int) -> CustomerDetail:
    return customer_detail(get_customer_for(viewer, pk))


def _filtered(viewer: Viewer, asked: CustomersAsked) -> QuerySet[Customer]:
    rows = visible_customers(viewer, archived=asked.archived)
    for name in ("number", "kind", "lifecycle", "grade", "industry", "region", "city"):
        if (value := getattr(asked, name)) is not None:
            rows = rows.filter(**{name: value})
    if asked.owner is not None:
        rows = rows.filter(Q(owner__username__iexact=asked.owner) | Q(co_owner__username__iexact=asked.owner))
    if asked.tag is not None:
        rows = rows.filter(tagged__tag__name=asked.tag)
    if asked.q is not None:
        rows = rows.filter(Q(name__icontains=asked.q) | Q(short_name__icontains=asked.q) | Q(number__iexact=asked.q))
    if asked.changed_since is not None:
        rows = rows.filter(changed_at__gte=asked.changed_since)
    return rows


def _resolved(viewer: Viewer, values: dict[str, object]) -> dict[str, object]:
    """People and customers that were named, as objects. Takes the names out of `values`."""
    found: dict[str, object] = {}
    for name in ("owner", "co_owner"):
        if name in values:
            found[name] = _person(values.pop(name), name)
    if "through_id" in values:
        pk = values.pop("through_id")
        found["through"] = get_customer_for(viewer, int(str(pk))) if pk is not None else None
    return found


def _person(username: object, field: str = "owner") -> User | None:
    if username is None:
        return None
    person = User.objects.filter(username__iexact=str(username)).first()
    if person is None:
        raise Invalid(
            _("There is nobody with the log-in name %(name)s.") % {"name": username},
            fields={field: _("Choose somebody who works here.")},
        )
    return person
