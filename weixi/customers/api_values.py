"""What the API takes and gives of customers and contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from django.utils.translation import gettext_noop
from pydantic import Field, create_model

from weixi.customers.access import viewer_access
from weixi.customers.enums import Channel, CustomerKind, Lifecycle, Reach
from weixi.customers.fields import contact_fields, contact_values_of, customer_fields, values_of
from weixi.customers.fields.built_in import CONTACT_PREFIX
from weixi.customers.fields.typed import stated
from weixi.customers.filtering.tree import LONGEST_TEXT
from weixi.customers.grades import grade_labels
from weixi.customers.models import Contact, Customer, Registration
from weixi.customers.queries.listing import DEFAULT, ORDERS
from weixi.kernel.api.paging import LARGEST_PAGE
from weixi.kernel.api.values import (
    Asked,
    Day,
    Given,
    Id,
    Moment,
    MomentIn,
    Money,
    PersonRef,
    Ref,
    Taken,
    person_ref,
)
from weixi.organisation.scope import Viewer

Username = Annotated[str, Field(min_length=1, max_length=40)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1, description=gettext_noop("The version you have read."))]


# The orders of the list, each both ways: `-amount` has the largest first.
CustomerSort: Any = StrEnum(  # type: ignore[misc]
    "CustomerSort", {f"{code}_{way}": f"{mark}{code}" for code in ORDERS for way, mark in (("up", ""), ("down", "-"))}
)
Several = list[Annotated[str, Field(min_length=1, max_length=80)]]
CustomValueOut = bool | str | list[str] | None
CustomValueIn = bool | int | float | Annotated[str, Field(max_length=5000)] | list[str] | None


class CustomersAsked(Asked):
    """Filters of the customer list; those that are lists may stand several times."""

    sort: CustomerSort = CustomerSort(DEFAULT)
    after: str = Field("", max_length=2000, description=gettext_noop("The `after` of the page before."))
    page_size: int = Field(50, ge=1, le=LARGEST_PAGE, description=gettext_noop("Rows on a page, at most 200."))
    count: bool = Field(False, description=gettext_noop("Count all that match, up to 10,000."))
    q: str = Field(
        "", max_length=60, description=gettext_noop("Name, number, sound, initials, or the end of a telephone number.")
    )
    view_id: int | None = Field(
        None, ge=1, le=2**31 - 1,
        description=gettext_noop("A view whose filter, search text and order count where nothing else is said."),
    )  # fmt: skip
    where: str = Field(
        "",
        max_length=LONGEST_TEXT,
        description=gettext_noop("A filter in one line, as in the address of the page: region:in:华东;!duty:overdue"),
    )
    archived: bool = Field(False, description=gettext_noop("Those that were put away, instead of the living ones."))
    owner: Several | None = Field(None, max_length=60, description=gettext_noop("Ids of people, `me`, or `none`."))
    grade: Several | None = Field(None, max_length=60, description=gettext_noop("Codes of grades, or `none`."))
    lifecycle: Several | None = Field(None, max_length=60)
    kind: Several | None = Field(None, max_length=60)
    reach: Several | None = Field(None, max_length=60)
    region: Several | None = Field(None, max_length=60)
    city: Several | None = Field(None, max_length=60)
    industry: Several | None = Field(None, max_length=60)
    tag: Several | None = Field(
        None, max_length=60, description=gettext_noop("Customers that carry every one of these.")
    )
    amount_from: str | None = Field(None, max_length=20, description=gettext_noop("Net amount of 12 months, at least."))
    amount_to: str | None = Field(None, max_length=20, description=gettext_noop("Net amount of 12 months, at most."))
    quiet: int | None = Field(None, ge=1, le=36_500, description=gettext_noop("No contact for so many days."))
    entered: int | None = Field(None, ge=1, le=36_500, description=gettext_noop("Entered in the last so many days."))
    due: str | None = Field(None, max_length=20, description=gettext_noop("`overdue`, `week` or `none`."))
    quality: Several | None = Field(
        None, max_length=3, description=gettext_noop("What archives lack: `missing`, `stale`, `invalid`.")
    )
    complete_below: int | None = Field(
        None, ge=0, le=100, description=gettext_noop("Completeness below so many percent.")
    )


# --- taken ------------------------------------------------------------------------------------------


def _registration_fields() -> dict[str, Any]:
    """The registration form as it stands in the model: one text per field."""
    return {
        column.name: (str, Field("", max_length=column.max_length))
        for column in Registration._meta.concrete_fields
        if column.name not in {"customer", "service_channel"}
    }


RegistrationIn: Any = create_model("RegistrationIn", __base__=Taken, **_registration_fields())


_CUSTOM_HELP = gettext_noop('Custom fields of the data standard: `{"x_code": value}`; null takes a value away.')
CustomIn = Annotated[
    dict[Annotated[str, Field(pattern="^x_", max_length=40)], CustomValueIn],
    Field(default_factory=dict, max_length=200, description=_CUSTOM_HELP),
]


class WithCustom(Taken):
    """Takes custom fields; what each may be the service says."""

    custom: CustomIn

    def given(self) -> dict[str, Any]:
        values: dict[str, Any] = super().given()
        return values | values.pop("custom", {})


class CustomerFields(RegistrationIn, WithCustom):  # type: ignore[misc]
    """What can be entered of a customer, the registration form included."""

    kind: Annotated[CustomerKind, Field(strict=False)] = CustomerKind.COMPANY
    short_name: str = Field("", max_length=80)
    industry: str = Field("", max_length=60)
    region: str = Field("", max_length=60)
    city: str = Field("", max_length=60)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    unified_code: str = Field("", max_length=18)
    reach: Annotated[Reach, Field(strict=False)] = Reach.DIRECT
    through_id: Id | None = None
    founded_on: str = Field("", max_length=10, description=gettext_noop("YYYY-MM-DD, or --MM-DD without the year."))
    cooperation_since: str = Field(
        "", max_length=10, description=gettext_noop("YYYY-MM-DD, or --MM-DD without the year.")
    )
    source: str = Field("", max_length=60)
    remark: str = Field("", max_length=5000)
    service_channel: Annotated[Channel, Field(strict=False)] | None = None

    def given(self) -> dict[str, Any]:
        values: dict[str, Any] = super().given()
        if values.get("service_channel", "") is None:
            values["service_channel"] = ""
        return values


class CreateCustomer(CustomerFields):
    name: str = Field(min_length=1, max_length=200)
    number: str = Field("", max_length=40, description=gettext_noop("Left empty: the next free number."))
    owner: Username | None = None
    co_owner: Username | None = None
    lifecycle: Annotated[Lifecycle, Field(strict=False)] = Lifecycle.PROSPECT
    tags: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(default_factory=list, max_length=50)


class ChangeCustomer(CustomerFields):
    name: str = Field("", min_length=1, max_length=200)
    lifecycle: Annotated[Lifecycle, Field(strict=False)] = Lifecycle.PROSPECT
    version: Version | None = None


class ArchiveCustomer(Taken):
    reason: str = Field(min_length=1, max_length=200)
    version: Version | None = None


class KnownChange(Taken):
    what: str = Field(min_length=1, max_length=200, description=gettext_noop("Who moved, what is needed now."))
    known_at: MomentIn | None = None


class AssignCustomer(Taken):
    owner: Username | None = Field(description=gettext_noop("Log-in name; null: nobody looks after it."))
    reason: str = Field("", max_length=200)
    version: Version | None = None


class ShareCustomer(Taken):
    co_owner: Username | None = Field(description=gettext_noop("Log-in name; null: no second owner."))
    reason: str = Field("", max_length=200)
    version: Version | None = None


class ContactFields(WithCustom):
    position: str = Field("", max_length=60)
    mobile: str = Field("", max_length=40)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)
    wechat: str = Field("", max_length=60)
    preferred_channel: Annotated[Channel, Field(strict=False)] | None = None
    preferred_time: str = Field("", max_length=60)
    birthday: str = Field("", max_length=10, description=gettext_noop("YYYY-MM-DD, or --MM-DD without the year."))
    birthday_lunar: bool = Field(False, description=gettext_noop("The birthday is one of the lunar calendar."))
    key_person: bool = False
    decision_maker: bool = False
    remark: str = Field("", max_length=300)

    def given(self) -> dict[str, Any]:
        values = super().given()
        if values.get("preferred_channel", "") is None:
            values["preferred_channel"] = ""
        return values


class AddContact(ContactFields):
    name: str = Field(min_length=1, max_length=60)


class ChangeContact(ContactFields):
    name: str = Field("", min_length=1, max_length=60)
    version: Version | None = None


# --- given ------------------------------------------------------------------------------------------


class CustomerOut(Given):
    """A customer as lists show it. `annual_amount` is the net amount of 12 months in the policy's currency.

    A field that the token's person sees masked stands masked; one that he does not see is empty. Numbers and days of
    custom fields are texts.
    """

    id: int
    number: str
    kind: str
    name: str
    short_name: str
    industry: str
    region: str
    city: str
    phone: str
    email: str
    unified_code: str
    reach: str
    through: Ref | None
    owner: PersonRef | None
    co_owner: PersonRef | None
    lifecycle: str
    founded_on: str
    cooperation_since: str
    source: str
    remark: str
    tags: list[str]
    grade: str
    grade_name: str = Field(description=gettext_noop("What the policy calls the grade."))
    graded_at: Moment | None
    annual_amount: Money
    last_order_on: Day | None
    last_contact_at: Moment | None
    last_contact_kind: str
    completeness: int
    next_due_at: Moment | None
    created_at: Moment
    changed_at: Moment
    archived_at: Moment | None
    archive_reason: str
    merged_into: Ref | None
    version: int
    custom: dict[str, CustomValueOut]


class CustomerDetail(CustomerOut):
    """A customer with its registration form and custom fields; numbers and days of these are texts."""

    registration: dict[str, str]


class CustomerPage(Given):
    """One page of the list. `after` leads to the next one; null on the last."""

    items: list[CustomerOut]
    after: str | None
    total: int | None = Field(description=gettext_noop("Only when asked for by `count`."))
    total_is_more: bool | None = Field(description=gettext_noop("Counting stopped there; more match."))


class ContactOut(Given):
    """A person at a customer."""

    id: int
    customer_id: int
    name: str
    position: str
    mobile: str
    phone: str
    email: str
    wechat: str
    preferred_channel: str
    preferred_time: str
    birthday: str
    birthday_lunar: bool
    key_person: bool
    decision_maker: bool
    remark: str
    created_at: Moment
    changed_at: Moment
    version: int
    custom: dict[str, CustomValueOut]


class ContactList(Given):
    """The people at one customer, those who decide first."""

    items: list[ContactOut]


def customer_ref(customer: Customer | None) -> Ref | None:
    return Ref(id=customer.pk, number=customer.number, name=customer.name) if customer else None


_COLUMNS = [
    name
    for name in CustomerOut.model_fields
    if name not in {"through", "owner", "co_owner", "tags", "merged_into", "custom", "grade_name"}
]


def _values(viewer: Viewer, customer: Customer, custom: Mapping[str, Any], grades: Mapping[str, str]) -> dict[str, Any]:
    access = viewer_access(viewer)
    known = {name: access.typed(name, getattr(customer, name)) for name in _COLUMNS}
    return {
        **known,
        "grade_name": grades.get(known["grade"], known["grade"]) if known["grade"] else "",
        "through": customer_ref(customer.through),
        "owner": person_ref(customer.owner),
        "co_owner": person_ref(customer.co_owner),
        # A hidden customer is not named, not even as what became of one that is seen.
        "merged_into": customer_ref(into) if (into := customer.merged_into) and viewer.sees(into) else None,
        "tags": sorted(row.tag.name for row in customer.tagged.all()),
        "custom": _stated(viewer, custom),
    }


def customers_out(viewer: Viewer, customers: Sequence[Customer]) -> list[CustomerOut]:
    """As many queries for many as for one."""
    custom, grades = _custom_of(customers), grade_labels()
    return [CustomerOut(**_values(viewer, customer, custom.get(customer.pk, {}), grades)) for customer in customers]


def customer_detail(viewer: Viewer, customer: Customer) -> CustomerDetail:
    form, access = Registration.objects.filter(customer=customer).first(), viewer_access(viewer)
    registration = {
        column.name: access.present(column.name, getattr(form, column.name)) if form else ""
        for column in Registration._meta.concrete_fields
        if column.name != "customer"
    }
    custom = _custom_of([customer]).get(customer.pk, {})
    return CustomerDetail(**_values(viewer, customer, custom, grade_labels()), registration=registration)


def _custom_of(customers: Sequence[Customer]) -> dict[int, dict[str, Any]]:
    keys = [field.key for field in customer_fields() if field.custom]
    return values_of([customer.pk for customer in customers], keys) if keys and customers else {}


def _stated(viewer: Viewer, values: Mapping[str, Any]) -> dict[str, Any]:
    access = viewer_access(viewer)
    return {key: access.present(key, stated(value)) for key, value in values.items()}


def contact_out(viewer: Viewer, contact: Contact) -> ContactOut:
    return contacts_out(viewer, [contact])[0]


def contacts_out(viewer: Viewer, contacts: Iterable[Contact]) -> list[ContactOut]:
    """As many queries for many as for one."""
    contacts, access = list(contacts), viewer_access(viewer)
    keys = [field.key for field in contact_fields() if field.custom]
    custom = contact_values_of([each.pk for each in contacts], keys) if keys else {}
    names = [name for name in ContactOut.model_fields if name != "custom"]
    return [
        ContactOut(
            **{name: access.typed(CONTACT_PREFIX + name, getattr(each, name)) for name in names},
            custom=_stated(viewer, custom.get(each.pk, {})),
        )
        for each in contacts
    ]
