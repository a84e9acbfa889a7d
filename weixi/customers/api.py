"""Customers and their people in the API."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router, Status

from weixi.customers.access.seen import note_views
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
    CustomerPage,
    CustomersAsked,
    KnownChange,
    ShareCustomer,
    Version,
    contact_out,
    contacts_out,
    customer_detail,
    customers_out,
)
from weixi.customers.enums import SeenBy
from weixi.customers.filtering.meaning import with_filter
from weixi.customers.lists.saved import get_view_for
from weixi.customers.models import Contact, Customer
from weixi.customers.queries import get_contact_for, get_customer_for, listing
from weixi.customers.queries.listing.orders import Segment, read_mark
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
    set_co_owner,
)
from weixi.customers.services.changes import record_known_change
from weixi.customers.services.rivals import expect_version
from weixi.kernel.api.answers import read, write
from weixi.kernel.errors import Invalid
from weixi.kernel.events.work import unit_of_work
from weixi.organisation.enums import Right
from weixi.organisation.models import User
from weixi.organisation.requests import Asked
from weixi.organisation.scope import Viewer
from weixi.policy.queries import version_in_force

router = Router()


@router.get(
    "/customers",
    tags=["customers"],
    summary=gettext_noop("List customers"),
    description=gettext_noop(
        "The same filters and orders as the page; each next page is found by the mark of the one before."
    ),
    **read(CustomerPage),
)
def list_customers(request: Asked, asked: Query[CustomersAsked]) -> CustomerPage:
    viewer = request.viewer
    ask = _ask(viewer, asked)
    if asked.after and read_mark(asked.after, ask.sort, _segments(ask), backwards=False) is None:
        raise Invalid(_("This mark does not belong to a list in this order."), fields={"after": _("Start without it.")})
    page = listing.list_customers(viewer, ask, after=asked.after, size=asked.page_size, with_rows=_complete)
    count = listing.count_customers(viewer, ask) if asked.count else None
    return CustomerPage(
        items=customers_out(viewer, page.rows),
        after=page.after or None,
        total=count.number if count else None,
        total_is_more=count.more if count else None,
    )


@router.post(
    "/customers", tags=["customers"], summary=gettext_noop("Open a customer's archive"), **write(CustomerDetail, 201)
)
def create(request: Asked, payload: CreateCustomer) -> Status[CustomerDetail]:
    values = payload.given()
    values |= _resolved(request.viewer, values)
    made = create_customer(viewer=request.viewer, **values)
    return Status(201, _detail(request.viewer, made.pk))


@router.get(
    "/customers/{int:customer_id}", tags=["customers"], summary=gettext_noop("One customer with its registration form"),
    **read(CustomerDetail),
)  # fmt: skip
def get_customer(request: Asked, customer_id: int) -> CustomerDetail:
    found = _detail(request.viewer, customer_id)
    note_views(request.viewer, [customer_id], SeenBy.API)
    return found


@router.patch(
    "/customers/{int:customer_id}",
    tags=["customers"],
    summary=gettext_noop("Change a customer"),
    description=gettext_noop(
        "Only what is sent is changed. With `version` an older state is refused (409 version.conflict)."
    ),
    **write(CustomerDetail),
)
def patch_customer(request: Asked, customer_id: int, payload: ChangeCustomer) -> CustomerDetail:
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
    "/customers/{int:customer_id}/archive", tags=["customers"], summary=gettext_noop("Put a customer away"),
    description=gettext_noop("With `version` a state that was changed since is refused (409 version.conflict)."),
    **write(CustomerDetail),
)  # fmt: skip
def archive(request: Asked, customer_id: int, payload: ArchiveCustomer) -> CustomerDetail:
    customer = get_customer_for(request.viewer, customer_id)
    archive_customer(customer, viewer=request.viewer, reason=payload.reason, version=payload.version)
    return _detail(request.viewer, customer_id)


@router.post(
    "/customers/{int:customer_id}/restore", tags=["customers"], summary=gettext_noop("Bring a customer back"),
    **write(CustomerDetail),
)  # fmt: skip
def restore(request: Asked, customer_id: int) -> CustomerDetail:
    restore_customer(get_customer_for(request.viewer, customer_id), viewer=request.viewer)
    return _detail(request.viewer, customer_id)


@router.post(
    "/customers/{int:customer_id}/assign", tags=["customers"], summary=gettext_noop("Give a customer to another owner"),
    **write(CustomerDetail),
)  # fmt: skip
def assign(request: Asked, customer_id: int, payload: AssignCustomer) -> CustomerDetail:
    viewer = request.viewer
    customer = get_customer_for(viewer, customer_id)
    expect_version(customer, payload.version, viewer=viewer)
    viewer.require(Right.CUSTOMERS_ASSIGN)
    assign_customers([customer.pk], _person(payload.owner), viewer=viewer, reason=payload.reason)
    # Whoever gives a customer away out of his own scope still learns what came of it.
    customer.refresh_from_db()
    return customer_detail(viewer, customer)


@router.post(
    "/customers/{int:customer_id}/share", tags=["customers"], summary=gettext_noop("Give a customer a second owner"),
    description=gettext_noop("He sees and works on it as the owner does; duties stay the owner's."),
    **write(CustomerDetail),
)  # fmt: skip
def share(request: Asked, customer_id: int, payload: ShareCustomer) -> CustomerDetail:
    viewer = request.viewer
    customer = get_customer_for(viewer, customer_id)
    expect_version(customer, payload.version, viewer=viewer)
    stored = set_co_owner(customer, _person(payload.co_owner, "co_owner"), viewer=viewer, reason=payload.reason)
    return customer_detail(viewer, stored)


@router.post(
    "/customers/{int:customer_id}/known-changes",
    tags=["customers"],
    summary=gettext_noop("State that a change became known"),
    description=gettext_noop(
        "From then on the policy's time runs until it is entered. Without a time it is known since now."
    ),
    **write(None, 204),
)
def state_known_change(request: Asked, customer_id: int, payload: KnownChange) -> Status[None]:
    customer = get_customer_for(request.viewer, customer_id)
    record_known_change(customer, viewer=request.viewer, what=payload.what, known_at=payload.known_at)
    return Status(204, None)


# --- contacts ---------------------------------------------------------------------------------------


@router.get(
    "/customers/{int:customer_id}/contacts", tags=["contacts"], summary=gettext_noop("The people at a customer"),
    **read(ContactList),
)  # fmt: skip
def list_contacts(request: Asked, customer_id: int) -> ContactList:
    customer = get_customer_for(request.viewer, customer_id)
    rows = Contact.objects.filter(customer=customer, removed_at=None)
    found = ContactList(items=contacts_out(request.viewer, rows))
    note_views(request.viewer, [customer_id], SeenBy.API)
    return found


@router.post(
    "/customers/{int:customer_id}/contacts", tags=["contacts"], summary=gettext_noop("Add a person to a customer"),
    **write(ContactOut, 201),
)  # fmt: skip
def create_contact(request: Asked, customer_id: int, payload: AddContact) -> Status[ContactOut]:
    customer = get_customer_for(request.viewer, customer_id)
    return Status(201, contact_out(request.viewer, add_contact(customer, viewer=request.viewer, **payload.given())))


@router.get("/contacts/{int:contact_id}", tags=["contacts"], summary=gettext_noop("One person"), **read(ContactOut))
def get_contact(request: Asked, contact_id: int) -> ContactOut:
    contact = get_contact_for(request.viewer, contact_id)
    note_views(request.viewer, [contact.customer_id], SeenBy.API)
    return contact_out(request.viewer, contact)


@router.patch(
    "/contacts/{int:contact_id}",
    tags=["contacts"],
    summary=gettext_noop("Change a person"),
    description=gettext_noop(
        "Only what is sent is changed. With `version` an older state is refused (409 version.conflict)."
    ),
    **write(ContactOut),
)
def patch_contact(request: Asked, contact_id: int, payload: ChangeContact) -> ContactOut:
    contact = get_contact_for(request.viewer, contact_id)
    values = payload.given()
    version = values.pop("version", None)
    return contact_out(request.viewer, change_contact(contact, viewer=request.viewer, version=version, values=values))


@router.delete(
    "/contacts/{int:contact_id}",
    tags=["contacts"],
    summary=gettext_noop("The person is no longer there"),
    description=gettext_noop("With `version` a state that was changed since is refused (409 version.conflict)."),
    **write(None, 204),
)
def delete_contact(request: Asked, contact_id: int, version: Version | None = None) -> Status[None]:
    remove_contact(get_contact_for(request.viewer, contact_id), viewer=request.viewer, version=version)
    return Status(204, None)


# --- what the operations share ----------------------------------------------------------------------


def _detail(viewer: Viewer, pk: int) -> CustomerDetail:
    return customer_detail(viewer, get_customer_for(viewer, pk))


def _ask(viewer: Viewer, asked: CustomersAsked) -> listing.Ask:
    """The list that is asked for. Raises Invalid for a value that a filter cannot read."""
    in_force = version_in_force()
    grading = in_force.policy.grading if in_force else None
    grades = grading.grades if grading else ()
    asker = listing.Asker(viewer, {code: code for code in grades})
    view = get_view_for(viewer, asked.view_id) if asked.view_id else None
    kept = view.pairs() if view else {}
    given = {name: values for name in listing.FILTERS if (values := _as_texts(getattr(asked, name)))}
    conditions = listing.read_conditions(asker, given)
    if conditions.notes:
        raise Invalid(
            _("This list cannot be filtered so: %(why)s") % {"why": " ".join(conditions.notes)},
            code="filter.unreadable",
        )
    conditions = with_filter(asker, conditions, asked.where or kept.get("where", ""))
    said = "sort" in asked.model_fields_set
    sort = listing.read_sort(asked.sort.value if said else kept.get("sort", asked.sort.value))
    assert sort is not None, "the allow-list of the API is that of the list"
    return listing.Ask(
        sort=sort,
        conditions=conditions,
        text=asked.q or kept.get("q", ""),
        archived=asked.archived or bool(kept.get("archived")),
        grades=tuple(grades),
    )


def _as_texts(value: object) -> list[str]:
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    return [str(item) for item in values]


def _segments(ask: listing.Ask) -> list[Segment]:
    return ask.sort.order.segments(ask.grades, descending=ask.sort.descending)


def _complete(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    return rows.select_related("owner", "co_owner", "through", "merged_into").prefetch_related("tagged__tag")


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
