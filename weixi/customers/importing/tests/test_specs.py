from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from weixi.customers.importing.specs import CONTACTS, CUSTOMERS, INTERACTIONS, KINDS, ORDERS
from weixi.kernel.importing.mapping.headers import header_key
from weixi.kernel.importing.mapping.spec import KindSpec
from weixi.kernel.importing.mapping.suggest import missing_fields, suggest_mapping

SHARED = Path(os.environ.get("WEIXI_SHARED", Path(__file__).parents[5] / "shared"))


def mapped(spec: KindSpec, *header: str) -> list[str | None]:
    return [one.field for one in suggest_mapping(spec, header)]


@pytest.mark.parametrize("spec", KINDS.values(), ids=KINDS)
def test_names_are_unambiguous_and_every_field_is_found_by_its_labels(spec: KindSpec) -> None:
    for field in spec.fields:
        for name in (field.key, field.label, field.label_zh):
            assert spec.strong_names[header_key(name)] is field, name
    keys = [field.key for field in spec.fields]
    assert len(set(keys)) == len(keys)
    for group in spec.need_one_of:
        assert all(spec.has_field(key) for key in group)
    for friend in spec.false_friends:
        assert friend.means is None or spec.has_field(friend.means)
    for name in spec.elsewhere:
        assert header_key(name) not in spec.strong_names, name


@pytest.mark.parametrize("spec", KINDS.values(), ids=KINDS)
def test_no_alias_belongs_to_two_fields(spec: KindSpec) -> None:
    seen: dict[str, str] = {}
    for field in spec.fields:
        for name in {header_key(name) for name in (field.key, field.label, field.label_zh, *field.aliases)}:
            assert seen.setdefault(name, field.key) == field.key, name


def test_listed_companies_and_online_retail_need_no_help() -> None:
    assert mapped(CUSTOMERS, "证券简称", "公司中文名称") == ["short_name", "name"]
    header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
    assert mapped(ORDERS, *header) == [
        "number", "product_code", "product_name", "quantity", "placed_at", "unit_price", "customer_number", "customer_region",
    ]  # fmt: skip
    assert missing_fields(ORDERS, mapped(ORDERS, *header)) == []


def test_false_friends() -> None:
    assert mapped(CUSTOMERS, "客户名称", "客户姓名", "联系人", "负责人", "法定代表人", "法人", "总经理", "客户级别") == [
        "name", "person_name", "contact_name", "owner", "legal_representative", None, "general_manager", None,
    ]  # fmt: skip
    assert mapped(CUSTOMERS, "客户姓名", "工作单位", "职位", "住址", "联络方式", "联络频率") == [
        "person_name", "employer", "position", "home_address", "phone", "service_frequency",
    ]  # fmt: skip
    assert mapped(CONTACTS, "客户姓名", "客户名称", "负责人") == ["name", "customer_name", "owner"]
    assert mapped(INTERACTIONS, "客户名称", "联系人", "负责人", "跟进时间", "跟进内容", "跟进方式") == [
        "customer_name", "contact", "recorded_by", "occurred_at", "content", "kind",
    ]  # fmt: skip


def test_required_marks_and_units_do_not_matter() -> None:
    assert mapped(CUSTOMERS, "*客户名称（必填）", "手 机", "员工人数(人)", "年营业额（万元）") == [
        "name", "mobile", "headcount", "yearly_revenue",
    ]  # fmt: skip


# Column headers of other systems -> the kind they are imported as, and how many columns feed a field there.
# The figures were checked column by column: what is left belongs to the other system (its ids, dates and
# states), is a second owner, or is the grade, which is not imported.
EXPECTED = {
    "悟空CRM 11 客户导入模板": ("customers", 14),
    "悟空CRM 11 线索": ("customers", 9),
    "悟空CRM 11 联系人": ("contacts", 11),
    "金蝶精斗云-style": ("customers", 9),
    "EspoCRM": ("customers", 9),
    "SuiteCRM 8 Leads": ("contacts", 32),
    "HubSpot contacts": ("contacts", 8),
}


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not beside the project")
def test_headers_of_other_systems_map_without_help() -> None:
    systems = json.loads((SHARED / "data" / "headers" / "headers.json").read_text(encoding="utf-8"))
    understood = total = 0
    for system in systems:
        kind, floor = next(entry for name, entry in EXPECTED.items() if system["system"].startswith(name))
        made = suggest_mapping(KINDS[kind], system["columns"])
        assert sum(one.field is not None for one in made) >= floor, system["system"]
        assert missing_fields(KINDS[kind], [one.field for one in made]) == []
        understood += sum(one.state != "unknown" for one in made)
        total += len(made)
    assert understood == total == 128


def test_every_field_of_customers_comes_to_rest_somewhere() -> None:
    """A field is a column of the archive, a line of the remark, or what the handler takes out itself."""
    from weixi.customers.importing import customer_values
    from weixi.customers.importing.specs import CUSTOMERS
    from weixi.customers.importing.specs.people import PEOPLE

    taken = {
        "person_name",
        *PEOPLE,
        "name",
        "owner",
        "lifecycle",
        "tags",
        "through",
        "last_name",
        "first_name",
        "remark",
        "phone",
    }
    lost = {field.key for field in CUSTOMERS.fields} - customer_values._OWN - set(customer_values.KEPT) - taken
    assert lost == set()
