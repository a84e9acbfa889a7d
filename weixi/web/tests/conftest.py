from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from weixi.commerce.services import LineValues, create_product, place_order
from weixi.commerce.services.contracts import sign_contract
from weixi.customers.attachments.services import attach
from weixi.customers.groups.services import link_customers
from weixi.customers.models import Customer
from weixi.customers.services import add_contact, change_customer, tag_customer
from weixi.customers.services.custom_fields import define_field
from weixi.grading.models import FallNotice
from weixi.interactions.services import record_interaction
from weixi.interactions.services.followups import Promise
from weixi.kernel import clock
from weixi.kernel.files.tests.samples import png
from weixi.organisation.scope import system_viewer
from weixi.organisation.tests.conftest import admin, company, lin, logged_in
from weixi.policy.services import install_shipped_policy
from weixi.privacy.queries.persons import person_of_contact
from weixi.privacy.services.requests import open_request
from weixi.testing.cast import Cast

SYSTEM = system_viewer("test")
__all__ = ["admin", "company", "lin", "logged_in"]


@pytest.fixture
def customer(cast: Cast, tmp_path: Path, settings: Any, moved_clock: Callable[[str], None]) -> Customer:
    """A customer about whom there is something of every kind."""
    settings.MEDIA_ROOT = tmp_path / "files"
    moved_clock("2026-03-02T09:00+08:00")
    install_shipped_policy(preset="quadrant", viewer=SYSTEM)
    moved_clock("2026-03-04T10:00+08:00")
    for of in ("customer", "contact"):
        define_field(viewer=SYSTEM, code=f"of_{of}", title=f"自有字段{of}", of=of)
    found = cast.customer_of("specialist")
    person = add_contact(found, viewer=SYSTEM, name="陈立群", mobile="13800002222", x_of_contact="甲")
    found = change_customer(Customer.objects.get(pk=found.pk), viewer=SYSTEM, values={"x_of_customer": "乙"})
    tag_customer(found, ["节能", "备件"], viewer=SYSTEM)
    link_customers(cast.customer_of("colleague"), found, viewer=SYSTEM)
    product = create_product(viewer=SYSTEM, code="P1", name="空压机", category="主机")
    for number in range(3):
        place_order(
            found, viewer=SYSTEM, number=f"SO-{number}", placed_at=clock.now() - timedelta(days=400 * number),
            lines=[LineValues(amount=Decimal(1000), cost=Decimal(700), product_id=product.pk)],
        )  # fmt: skip
    contract = sign_contract(found, viewer=SYSTEM, number="C-1", title="年度保养", signed_on=clock.today())
    talk = record_interaction(
        found, viewer=cast.viewer("specialist"), kind="call", contact=person, content="谈了价格",
        followups=[Promise("报价", clock.now() + timedelta(hours=5), cast.specialist)],
    )  # fmt: skip
    for about in ("", f"contact:{person.pk}", f"interaction:{talk.pk}", f"contract:{contract.pk}"):
        attach(found, "现场.png", [png()], viewer=SYSTEM, about=about)
    open_request(person_of_contact(person), viewer=SYSTEM, kind="copy", channel="phone", identity="身份证")
    FallNotice.objects.create(customer=found, grade="core", before=Decimal(9000), amount=Decimal(10), at=clock.now())
    return found
