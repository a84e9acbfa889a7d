"""Files without column names, taken by the command line: nobody takes their first record for names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from weixi.customers.importing.tests.helpers import counts, take, write_csv
from weixi.customers.models import Contact, Customer
from weixi.kernel.errors import Invalid

pytestmark = pytest.mark.django_db
PLAIN = "1001,苏州精密泵业有限公司,021-65432100\n1002,无锡恒力压缩机厂,不是电话\n"
COLUMNS = {"columns": {"#1": "number", "#2": "name", "#3": "phone"}}


def test_its_first_record_is_not_taken_for_names(tmp_path) -> None:
    with pytest.raises(Invalid) as refused:
        take("customers", write_csv(tmp_path, PLAIN))
    said = str(refused.value)
    assert refused.value.code == "import.no_header" and "1001" in said and "--header-row 0" in said
    # The example it gives can be copied.
    example = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert counts(take("customers", write_csv(tmp_path, "1001\n1002\n"), header_row=0, mapping=example)) == (
        2,
        0,
        0,
        0,
        0,
    )


def test_columns_are_named_by_their_place_and_the_error_file_comes_back(tmp_path) -> None:
    made = take("customers", write_csv(tmp_path, PLAIN), header_row=0, mapping=COLUMNS)
    assert counts(made) == (1, 0, 0, 1, 0)
    assert [each["header"] for each in made["columns"]] == ["#1", "#2", "#3"]
    assert Customer.objects.get(number="1001").phone == "02165432100"
    errors = Path(made["error_file"])
    fixed = tmp_path / "fixed.csv"
    fixed.write_text(errors.read_text(encoding="utf-8-sig").replace("不是电话", "0510-83001234"), encoding="utf-8")
    again = take("customers", fixed, header_row=0, mapping=COLUMNS)
    assert counts(again) == (1, 0, 0, 0, 0)


def test_what_the_mapping_lacks_is_asked_by_place(tmp_path) -> None:
    path = write_csv(tmp_path, "甲,13800138000\n乙,13900139000\n")
    with pytest.raises(Invalid) as refused:
        take("contacts", path, header_row=0, mapping={"columns": {"#9": "name"}})
    assert "#9" in str(refused.value) and "#1, #2" in str(refused.value)
    with pytest.raises(Invalid) as refused:
        take("contacts", path, header_row=0, mapping={"columns": {"#1": "name"}})
    assert "#1" in str(refused.value) and not Contact.objects.exists()
    with pytest.raises(Invalid):
        take("contacts", path, mapping={"columns": {"#1": "name"}})


def test_a_row_that_is_not_there_is_refused(tmp_path) -> None:
    path = write_csv(tmp_path, "客户名称\n甲公司\n")
    for row in (77, -3):
        with pytest.raises(Invalid):
            take("customers", path, header_row=row)
    assert counts(take("customers", path, header_row=1)) == (1, 0, 0, 0, 0)
