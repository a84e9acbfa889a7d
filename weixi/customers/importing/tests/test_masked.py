"""Masked values, as an export of ours writes them, in a file: known, compared, never written."""

from __future__ import annotations

import pytest

from weixi.customers.importing.tests.helpers import counts, reasons, take, write_csv
from weixi.customers.models import Customer
from weixi.customers.services import add_contact, create_customer

pytestmark = pytest.mark.django_db
HEADER = "客户编号,客户名称,电话,邮箱\n"


@pytest.fixture
def stored(cast):
    return create_customer(
        viewer=cast.viewer("admin"), name="甲公司", number="M-1", phone="13812341234", email="zhang@hengtai.cn",
        owner=cast.person("specialist"),
    )  # fmt: skip


@pytest.mark.parametrize("who", ["admin", "specialist"])
def test_the_mask_of_what_is_stored_changes_nothing(tmp_path, cast, stored, who) -> None:
    path = write_csv(tmp_path, HEADER + "M-1,甲公司,138****1234,z****@hengtai.cn\n")
    assert counts(take("customers", path, cast.viewer(who))) == (0, 0, 1, 0, 0)
    stored.refresh_from_db()
    assert (stored.phone, stored.email) == ("13812341234", "zhang@hengtai.cn")


def test_another_mask_is_refused_with_the_field_and_a_way_out(tmp_path, cast, stored) -> None:
    path = write_csv(tmp_path, HEADER + "M-1,甲公司,139****0000,\nM-2,乙公司,138****1234,\nM-3,丙公司,,z****@a.cn\n")
    made = take("customers", path, cast.viewer("admin"))
    assert counts(made) == (0, 0, 0, 3, 0)
    told = reasons(made)
    assert "139****0000" in told[0] and all(word in told[0] for word in ("电话", "留空"))
    assert "电话" in told[1] and "邮箱" in told[2]
    assert not Customer.objects.filter(phone__contains="*").exists()


def test_masks_of_contacts(tmp_path, cast, stored) -> None:
    viewer = cast.viewer("admin")
    add_contact(stored, viewer=viewer, name="张三", mobile="13900001111")
    text = "客户编号,联系人,手机\nM-1,张三,139****1111\nM-1,李四,139****1111\n"
    made = take("contacts", write_csv(tmp_path, text), viewer)
    assert counts(made) == (0, 0, 1, 1, 0)
    assert list(stored.contacts.values_list("mobile", flat=True)) == ["13900001111"]


def test_stars_that_are_no_mask_are_as_wrong_as_before(tmp_path, cast) -> None:
    made = take("customers", write_csv(tmp_path, HEADER + "M-9,丁公司,**1234,\n"), cast.viewer("admin"))
    assert counts(made)[3] == 1 and "**1234" in reasons(made)[0]
