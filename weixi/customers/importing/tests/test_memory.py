"""What was chosen and answered once is known the next time: by oneself, and by colleagues where they agree."""

from __future__ import annotations

import pytest

from weixi.customers.importing.commands import Refused
from weixi.customers.importing.mapping import remember, remembered
from weixi.customers.importing.tests.helpers import counts, take, write_csv
from weixi.customers.models import Customer

pytestmark = pytest.mark.django_db
TEXT = "厂家,合作日期,备用\n甲公司,01-03-2016,x\n"
SAID = {"columns": {"厂家": "name", "备用": None}, "answers": {"合作日期": "dmy"}}


def fields(outcome) -> dict[str, str | None]:
    return {each["header"]: each["field"] for each in outcome["columns"]}


def test_a_mapping_and_an_answer_hold_for_the_next_file(tmp_path, cast) -> None:
    viewer = cast.viewer("specialist")
    path = write_csv(tmp_path, TEXT)
    with pytest.raises(Refused):
        take("customers", path, viewer, mapping={"厂家": "name"})
    first = take("customers", path, viewer, mapping=SAID)
    assert Customer.objects.get(name="甲公司").cooperation_since == "2016-03-01"
    second = take("customers", write_csv(tmp_path, TEXT.replace("甲", "乙"), "b.csv"), viewer)
    assert fields(second) == fields(first) and counts(second) == (1, 0, 0, 0, 0)
    # It is said that an answer of last time was used.
    assert second["answers"] == [{"header": "合作日期", "answer": "dmy"}]
    assert Customer.objects.get(name="乙公司").cooperation_since == "2016-03-01"


def test_a_column_that_decides_itself_needs_no_memory(tmp_path, cast) -> None:
    viewer = cast.viewer("specialist")
    take("customers", write_csv(tmp_path, TEXT), viewer, mapping=SAID)
    made = take("customers", write_csv(tmp_path, TEXT.replace("甲", "丙").replace("01-03", "03-25"), "c.csv"), viewer)
    assert made["answers"] == [] and counts(made) == (1, 0, 0, 0, 0)
    assert Customer.objects.get(name="丙公司").cooperation_since == "2016-03-25"


def test_colleagues_learn_where_all_agree(cast) -> None:
    header = ["厂家", "电话"]
    one, two = cast.viewer("specialist"), cast.viewer("supervisor")
    remember(one, "customers", header, ["name", None], {})
    known = remembered(two, "customers", header)
    # What somebody leaves out is his own affair.
    assert (known.fields, known.shared_fields) == ({}, {"厂家": "name"})
    remember(cast.viewer("colleague"), "customers", header, ["short_name", "phone"], {})
    assert remembered(two, "customers", header).shared_fields == {}
    assert remembered(one, "customers", header).fields == {"厂家": "name", "电话": None}


def test_a_colleagues_choice_gives_way_to_the_name_itself(tmp_path, cast) -> None:
    remember(cast.viewer("supervisor"), "customers", ["厂家", "电话"], ["name", "mobile"], {})
    made = take("customers", write_csv(tmp_path, "厂家,电话\n甲公司,021-12345678\n"), cast.viewer("specialist"))
    assert fields(made) == {"厂家": "name", "电话": "phone"}


def test_a_colleagues_answer_decides_nothing(tmp_path, cast) -> None:
    remember(cast.viewer("supervisor"), "customers", ["合作日期"], ["cooperation_since"], {"0": "mdy"})
    with pytest.raises(Refused):
        take("customers", write_csv(tmp_path, TEXT), cast.viewer("specialist"), mapping={"厂家": "name"})
    assert remembered(cast.viewer("specialist"), "customers", ["合作日期"]).answer_for("合作日期") == "mdy"
