from __future__ import annotations

from typing import Any

import pytest

from weixi.customers.access import present, take_in, viewer_access
from weixi.customers.services import add_contact, change_contact, change_customer
from weixi.kernel.errors import Forbidden, Invalid
from weixi.organisation.enums import Access
from weixi.organisation.models import User
from weixi.organisation.roles.fields import field_lines
from weixi.organisation.roles.services import change_role
from weixi.organisation.scope import system_viewer, viewer_of
from weixi.testing.policies import shipped_policy

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer("test")


@pytest.fixture
def company(cast: Any) -> Any:
    shipped_policy("spend")
    return cast


def seen_by(person: User) -> Any:
    return viewer_access(viewer_of(User.objects.get(pk=person.pk)))


DEFAULTS = [
    ("specialist", "phone", Access.WRITE),
    ("specialist", "contact_mobile", Access.WRITE),
    ("specialist", "contact_birthday", Access.MASKED),
    ("specialist", "bank", Access.MASKED),
    ("specialist", "bank_account", Access.MASKED),
    ("specialist", "industry", Access.WRITE),
    ("specialist", "x_no_such_field", Access.WRITE),
    ("director", "contact_mobile", Access.WRITE),
    ("director", "home_address", Access.MASKED),
    ("executive", "contact_mobile", Access.MASKED),
    ("executive", "phone", Access.MASKED),
    ("executive", "email", Access.MASKED),
    ("executive", "industry", Access.WRITE),
    ("admin", "bank", Access.MASKED),
    ("executive", "name", Access.WRITE),
]


@pytest.mark.parametrize(("who", "key", "access"), DEFAULTS)
def test_shipped(company: Any, who: str, key: str, access: Access):
    assert viewer_access(company.viewer(who)).of(key) == access


def test_before_the_first_policy_nothing_is_open(cast: Any):
    assert viewer_access(cast.viewer("executive")).of("phone") == Access.MASKED
    assert viewer_access(cast.viewer("specialist")).of("bank_account") == Access.MASKED


def test_the_installation_itself_sees_all(company: Any):
    assert present(SYSTEM, "bank", "建行") == "建行"


def test_present(company: Any):
    executive, specialist = company.viewer("executive"), company.viewer("specialist")
    assert present(executive, "contact_mobile", "13812345678") == "138****5678"
    assert present(specialist, "contact_mobile", "13812345678") == "13812345678"
    assert present(specialist, "bank", "建设银行") == "****"
    assert present(specialist, "bank", "") == ""
    assert present(specialist, "bank", None) is None
    assert present(specialist, "contact_birthday", "1980-05-20") == "****-05-20"


def test_a_field_apart_from_its_class(company: Any):
    change_role(
        "specialist", {"field:contact_mobile": "hidden", "field:bank": "read", "class:contact": "masked"}, viewer=SYSTEM
    )
    access = seen_by(company.specialist)
    assert access.of("contact_mobile") == Access.HIDDEN
    assert access.of("contact_wechat") == Access.MASKED
    assert access.of("bank") == Access.READ
    assert access.present("contact_mobile", "13812345678") == ""
    assert (access.writes("contact_mobile"), access.writes("bank"), access.writes("phone")) == (False, False, True)


def test_what_is_not_read_is_not_filtered_by(company: Any):
    access = viewer_access(company.viewer("executive"))
    access.require_reads("industry", "name")
    with pytest.raises(Forbidden) as refusal:
        access.require_reads("industry", "phone")
    assert refusal.value.code == "field.unreadable"


def test_masked_and_untouched_is_not_overwritten(company: Any):
    """A form shows the masked value and sends it back."""
    customer = company.customer_of("specialist")
    change_customer(customer, viewer=SYSTEM, values={"bank_account": "6222021234567890", "wechat": "chenliqun88"})
    viewer = company.viewer("specialist")
    change_customer(customer, viewer=viewer, values={"bank_account": "****7890", "industry": "纺织"})
    customer.refresh_from_db()
    assert (customer.registration.bank_account, customer.industry) == ("6222021234567890", "纺织")
    change_customer(customer, viewer=viewer, values={"bank_account": "6222020000000001"})
    customer.registration.refresh_from_db()
    assert customer.registration.bank_account == "6222020000000001"


def test_masked_text_is_no_new_value(company: Any):
    customer = company.customer_of("specialist")
    change_customer(customer, viewer=SYSTEM, values={"bank_account": "6222021234567890"})
    with pytest.raises(Invalid) as refusal:
        change_customer(customer, viewer=company.viewer("specialist"), values={"bank_account": "****1111"})
    assert set(refusal.value.fields) == {"bank_account"}


def test_a_contact_of_a_role_that_sees_it_masked(company: Any):
    change_role("specialist", {"class:contact": "masked", "field:contact_position": "read"}, viewer=SYSTEM)
    viewer = viewer_of(User.objects.get(pk=company.specialist.pk))
    contact = add_contact(
        company.customer_of("specialist"), viewer=SYSTEM, name="陈立群", mobile="13812345678", position="厂长"
    )
    change_contact(contact, viewer=viewer, values={"mobile": "138****5678", "name": "陈立人", "position": "厂长"})
    contact.refresh_from_db()
    assert (contact.mobile, contact.name) == ("13812345678", "陈立人")
    with pytest.raises(Forbidden) as refusal:
        change_contact(contact, viewer=viewer, values={"position": "总经理"})
    assert refusal.value.code == "field.forbidden"


def test_a_hidden_field_is_nobody_s_to_fill(company: Any):
    change_role("specialist", {"field:bank": "hidden"}, viewer=SYSTEM)
    viewer = viewer_of(User.objects.get(pk=company.specialist.pk))
    customer = company.customer_of("specialist")
    with pytest.raises(Forbidden):
        take_in(viewer, {"bank": "农行"}, customer)
    # A form that does not show it may send it empty.
    assert take_in(viewer, {"bank": "", "industry": "x"}, customer) == {"bank": "", "industry": "x"}


def test_every_field_of_the_forms_can_be_set(company: Any):
    lines = field_lines()
    keys = [line.key for line in lines]
    assert len(keys) == len(set(keys)) > 40
    change_role("sales", {f"field:{key}": "hidden" for key in keys}, viewer=SYSTEM)
    access = seen_by(company.sales)
    assert {access.of(key) for key in keys} == {Access.HIDDEN}
    assert access.of("name") == Access.WRITE


def test_a_company_that_masks_nothing(company: Any, monkeypatch: pytest.MonkeyPatch):
    """`security.personal.masked = false`: what is not hidden is seen."""
    from weixi.policy.queries import policy_in_force

    policy = policy_in_force()
    personal = policy.security.personal
    assert personal is not None
    object.__setattr__(personal, "masked", False)
    try:
        assert viewer_access(company.viewer("executive")).of("phone") == Access.WRITE
        assert viewer_access(company.viewer("specialist")).of("bank") == Access.WRITE
    finally:
        object.__setattr__(personal, "masked", True)
