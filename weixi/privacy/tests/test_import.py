"""A file does not bring an erased person back: the row is sent back with the reason, the others are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.models import Contact, Customer
from weixi.customers.services import add_contact
from weixi.privacy.queries import person_of_contact
from weixi.privacy.services import erase_person

pytestmark = pytest.mark.django_db


def test_contacts_and_persons_are_refused_by_number_and_by_name(cast, tmp_path: Path):
    steward = cast.viewer("data_steward")
    contact = add_contact(
        cast.customer_of("specialist"), viewer=steward, name="欧阳若兮", mobile="13987654321", email="r@x.cn"
    )
    erase_person(person_of_contact(contact), viewer=steward, reason="本人要求")
    people = write_csv(
        tmp_path,
        "客户编号,姓名,手机\nC-001,欧阳若兮,\nC-002,若兮,139-8765-4321\nC-001,王一,13811112222\n",
        "people.csv",
    )
    outcome = take("contacts", people, steward)
    assert counts(outcome) == (1, 0, 0, 2, 0)
    assert all("不得重新录入" in reason for reason in reasons(outcome))
    persons = write_csv(tmp_path, "客户姓名,电话\n若兮,+8613987654321\n李二,13911112222\n")
    outcome = take("customers", persons, steward)
    assert counts(outcome) == (1, 0, 0, 1, 0)
    assert not Customer.objects.filter(name="若兮").exists()
    assert set(Contact.objects.filter(removed_at=None).values_list("name", flat=True)) == {"王一"}
